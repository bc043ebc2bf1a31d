"""Which agents a step has, and how many at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ladder_tui.domain.workflow import Step
from ladder_tui.errors import UsageError
from ladder_tui.workflow.executor import run_slots
from ladder_tui.workflow.plan import DEFAULT_PARALLEL, parallel_of, plan_slots
from tests.agent.world import skill

SKILLS = {"review-security": skill()}


def step(**more: Any) -> Step:
    return Step(id="s", **{"skill": "review-security", **more})


def test_names_come_from_items_or_are_numbered() -> None:
    fan = ({"n": "a"}, {"n": "b\x1b[2J"})
    named = plan_slots(step(for_each=fan, name="${item.n}"), {}, SKILLS)
    assert [slot.agent_id for slot in named] == ["s/a", "s/b"]
    assert [s.name for s in plan_slots(step(for_each=fan), {}, SKILLS)] == [
        "review-security-1",
        "review-security-2",
    ]
    assert [s.name for s in plan_slots(step(), {}, SKILLS)] == ["review-security"]


@pytest.mark.parametrize("samples", [3, "${inputs.n}"])
def test_a_number_is_that_many_times_the_same_task(samples: Any) -> None:
    slots = plan_slots(step(for_each=samples, with_={"n": "${item}"}), {"inputs": {"n": 3}}, SKILLS)
    assert [slot.agent_id for slot in slots] == [f"s/review-security-{n}" for n in (1, 2, 3)]
    assert [slot.inputs for slot in slots] == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_expressions_in_items_are_evaluated() -> None:
    fan = ({"n": "${inputs.first}", "k": ["${inputs.size}", 1]}, {"n": "b"})
    names = {"inputs": {"first": "a", "size": 3}}
    given = {"k": "${item.k}"}
    slots = plan_slots(step(for_each=fan, name="${item.n}", with_=given), names, SKILLS)
    assert [slot.name for slot in slots] == ["a", "b"]
    assert [slot.inputs for slot in slots] == [{"k": [3, 1]}, {"k": None}]


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        ({"for_each": ({}, {}), "name": "${item.n}"}, "gives agent 1 no name"),
        ({"for_each": ({"n": 1}, {"n": 1}), "name": "${item.n}"}, "same name"),
        ({"for_each": "${inputs.text}"}, "not a list"),
        ({"skill": "nothing"}, "no skill 'nothing'"),
    ],
)
def test_what_cannot_be_planned_is_wrong_use(bad: dict[str, Any], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        plan_slots(step(**bad), {"inputs": {"text": "three"}}, SKILLS)


@pytest.mark.parametrize(
    ("value", "cap", "parallel"),
    [(None, None, DEFAULT_PARALLEL), (3, None, 3), (9, 2, 2), ("${inputs.n}", None, 4), (-1, 5, 1)],
)
def test_parallel(value: Any, cap: int | None, parallel: int) -> None:
    assert parallel_of(step(max_parallel=value), {"inputs": {"n": 4}}, cap) == parallel


def test_parallel_that_is_no_number_is_said() -> None:
    with pytest.raises(UsageError, match="max_parallel is 'many'"):
        parallel_of(step(max_parallel="${inputs.n}"), {"inputs": {"n": "many"}}, None)


async def test_the_bound_is_never_exceeded_and_order_is_kept() -> None:
    at_work = most = 0

    async def work(item: int) -> int:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.001 * (10 - item))
        at_work -= 1
        return item

    assert await run_slots(range(10), work, 3) == list(range(10))
    assert most == 3


async def test_cancelling_takes_every_task_along() -> None:
    ended = []

    async def work(item: int) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(item)

    task = asyncio.create_task(run_slots(range(4), work, 2))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(ended) == [0, 1]
