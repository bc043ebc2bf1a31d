"""A workflow as a step: its steps, agents, results and failures are those of the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.workflow.world import run_workflow

INNER: dict[str, Any] = {
    "name": "inner",
    "inputs": {"topic": {"type": "string", "required": True}, "n": {"type": "integer"}},
    "steps": [
        {"id": "write", "skill": "writer", "with": {"topic": "${inputs.topic}"}},
        {"id": "echo", "run": ["echo", "${inputs.topic}"], "effect": "none"},
    ],
    "result": "{text: steps.write.summary, echo: steps.echo.value}",
}
INNER["result"] = "${" + INNER["result"] + "}"


def outer(**more: Any) -> dict[str, Any]:
    step = {"id": "part", "workflow": "inner", "with": {"topic": "${inputs.topic}"}, **more}
    return {"steps": [step]}


SAYS = {"default": {"text": "I am ${agent_id}."}}


async def test_its_steps_and_agents_have_ids_below_its_own(tmp_path: Path) -> None:
    told = await run_workflow(
        tmp_path, outer(), nested=(INNER,), inputs={"topic": "tea"}, scenario=SAYS
    )
    assert told.end.state == "done", told.end.reason
    assert told.end.output == {"text": "I am part/write/writer.", "echo": "tea"}
    assert set(told.states) == {"part", "part/write", "part/echo"}
    assert told.finished("part").output == told.end.output
    assert told.end.agents_total == 1
    assert told.finished("part").usage == told.end.usage


async def test_a_fan_out_of_workflows_keeps_its_order_and_its_holes(tmp_path: Path) -> None:
    flow = outer(
        for_each=["a", "b", "c"],
        name="${item}",
        on_error="continue",
        **{"with": {"topic": "${item}"}},
    )
    scenario = {"replies": [{"agent": "part/b/*", "fault": "crash"}], **SAYS}
    told = await run_workflow(tmp_path, flow, nested=(INNER,), scenario=scenario)
    assert [o and o["echo"] for o in told.end.output] == ["a", None, "c"]
    assert told.finished("part").reason.startswith("b: step part/b/write failed")
    assert "part/b/echo" not in told.states


async def test_wrong_inputs_are_refused_before_anything_is_spent(tmp_path: Path) -> None:
    flow = outer(**{"with": {"n": "many"}})
    told = await run_workflow(tmp_path, flow, nested=(INNER,))
    assert told.end.state == "error"
    assert "inner was not started: wrong inputs" in told.end.reason
    assert "inputs.topic" in told.end.reason
    assert "inputs.n" in told.end.reason


async def test_its_result_is_checked_against_its_own_schema(tmp_path: Path) -> None:
    inner = {**INNER, "output": {"properties": {"echo": {"const": "coffee"}}}}
    told = await run_workflow(tmp_path, outer(), nested=(inner,), inputs={"topic": "tea"})
    assert told.end.state == "error"
    assert "the result of inner misses its schema" in told.end.reason


async def test_retry_runs_it_again_with_calls_of_its_own(tmp_path: Path) -> None:
    scenario = {"replies": [{"attempt": 0, "fault": "crash"}], **SAYS}
    told = await run_workflow(
        tmp_path, outer(retry=1), nested=(INNER,), inputs={"topic": "tea"}, scenario=scenario
    )
    assert told.end.state == "done", told.end.reason
    assert [s.attempt for s in told.started("part/write")] == [1, 65]


async def test_a_budget_of_its_own_bounds_it(tmp_path: Path) -> None:
    inner = {**INNER, "budget": {"tokens": 50}}
    told = await run_workflow(tmp_path, outer(), nested=(inner,), inputs={"topic": "tea"})
    assert told.end.state == "budget"
    assert "the budget of workflow inner leaves too little" in told.end.reason
