"""Aggregates that ask agents: within the budget of their step, and paid for once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ladder_tui.domain.event import AgentQueued, TurnFinished
from tests.workflow.world import TYPED, WRITER, run_workflow

COMPARE = msgspec.structs.replace(
    WRITER,
    name="compare",
    outputs={"type": "object", "required": ["better"],
             "properties": {"better": {"enum": ["first", "second", "neither"]}}},
)  # fmt: skip
FLOW: dict[str, Any] = {
    "steps": [
        {"id": "tries", "for_each": 2, "name": "try-${item}", "skill": "typed",
         "with": {"topic": "x"}},
        {"id": "best", "aggregate": "judge", "over": "tries", "by": "compare",
         "on_error": "continue"},
    ]
}  # fmt: skip
REPLIES = [
    {"agent": "tries/try-1", "json": {"kind": "good", "n": 1}},
    {"agent": "tries/try-2", "json": {"kind": "bad", "n": 2}},
    {"agent": "best/try-1-or-try-2", "json": {"better": "first"}},
    {"agent": "best/try-2-or-try-1", "json": {"better": "second"}},
]
SCENARIO = {"prices": {"input": 3.0, "output": 15.0}, "replies": REPLIES}
SKILLS = (WRITER, TYPED, COMPARE)


async def test_what_a_judge_costs_is_its_steps_cost_and_is_paid_once(tmp_path: Path) -> None:
    told = await run_workflow(tmp_path, FLOW, scenario=SCENARIO, skills=SKILLS)
    assert told.end.output["winner"] == "try-1"
    step = told.finished("best")
    paid = [e for e in told.events if isinstance(e, TurnFinished) and "best/" in e.agent_id]
    assert len(paid) == 2
    assert step.usage.output_tokens == sum(turn.usage.output_tokens for turn in paid) > 0
    asked = {e.agent_id for e in told.events if isinstance(e, AgentQueued)}
    assert {"best/try-1-or-try-2", "best/try-2-or-try-1"} < asked

    again = await run_workflow(tmp_path, FLOW, scenario=SCENARIO, skills=SKILLS)
    assert again.end.output == told.end.output
    assert again.end.usage.total_tokens == 0  # all of it was in the ledger
    assert again.end.output_digest == told.end.output_digest


async def test_a_comparison_that_fails_is_no_preference(tmp_path: Path) -> None:
    broken = [*REPLIES[:3], {"agent": "best/try-2-or-try-1", "fault": "crash"}]
    told = await run_workflow(tmp_path, FLOW, scenario={"replies": broken}, skills=SKILLS)
    assert told.end.state == "done"
    assert told.end.output["is_decided"] is False
    assert "not compared" in told.end.output["reason"]
    assert (told.end.agents_ok, told.end.agents_total) == (3, 4)


async def test_a_judge_without_a_budget_left_decides_nothing(tmp_path: Path) -> None:
    steps = [FLOW["steps"][0], {**FLOW["steps"][1], "budget": {"tokens": 1}}]
    told = await run_workflow(tmp_path, {"steps": steps}, scenario=SCENARIO, skills=SKILLS)
    assert told.end.state == "budget"
    assert not any(isinstance(e, TurnFinished) and "best/" in e.agent_id for e in told.events)
