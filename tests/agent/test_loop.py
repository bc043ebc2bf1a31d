"""One agent from its first call to its end, on a scripted model over a real journal."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ladder_tui.domain.event import (
    AgentFinished,
    AttemptLost,
    CallClipped,
    FindingReported,
    NoteAdded,
    OutputRejected,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    TurnReused,
    TurnStarted,
)
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.message import ToolResultBlock
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult
from ladder_tui.domain.workflow import AgentLimits
from tests.agent.world import AGENT, DONE, World, skill, task, world
from tests.tools.call import files

READ = {"name": "Read", "input": {"file_path": "cart.py"}}
TOOLS: dict[str, Any] = {
    "replies": [{"turn": 1, "tool_use": [READ]}, {"turn": 2, "tool_use": [READ]}],
    "default": {"json": DONE},
}


def evidence() -> GateResult:
    found = Finding(
        "S602", "security", "cart.py", 1, "high", "shell", "ruff-security", "evidence", "f1"
    )
    return GateResult("ruff-security", "security", "fail", 1, 1, (found,), 1)


def write_cart(at: World) -> None:
    (at.root / "cart.py").write_text("def discount(price, percent):\n    return price * percent\n")


async def spent(at: World) -> tuple[Usage, Cost]:
    usage, cost = Usage(), Cost()
    for event in await at.events():
        if isinstance(event, TurnFinished | AttemptLost):
            usage, cost = usage + event.usage, cost + event.cost
    return usage, cost


async def test_tools_are_run_until_there_is_an_answer(tmp_path: Path) -> None:
    async with world(tmp_path, TOOLS) as at:
        write_cart(at)
        outcome = await at.run()
        assert (outcome.state, outcome.summary, outcome.output) == ("done", "Looked.", DONE)
        tools = await at.of(ToolFinished)
        assert [t.is_error for t in tools] == [False, False]
        assert "def discount" in tools[0].output
        assert (outcome.usage, outcome.cost) == await spent(at)
        assert (at.ports.budget.spent, at.ports.budget.cost) == await spent(at)
        assert outcome.cost.nano_usd > 0


async def test_a_second_pass_buys_nothing_and_reads_no_file(tmp_path: Path) -> None:
    async with world(tmp_path, TOOLS) as at:
        write_cart(at)
        first = await at.run()
        before = await at.events()
    async with world(tmp_path, TOOLS) as at:
        (at.root / "cart.py").unlink()
        second = await at.run()
        added = (await at.events())[len(before) :]
    assert (second.output, second.usage) == (first.output, first.usage)
    assert sum(isinstance(e, TurnReused) for e in added) == 3
    assert not any(isinstance(e, TurnStarted | TurnFinished | ToolStarted) for e in added)


async def test_reused_turns_count_against_the_limit(tmp_path: Path) -> None:
    limits = AgentLimits(turns=3)
    async with world(tmp_path, TOOLS) as at:
        write_cart(at)
        first = await at.run(task(limits=limits))
    async with world(tmp_path, {"default": {"tool_use": [READ]}}) as at:
        second = await at.run(task(limits=limits))
    assert (first.state, second.state) == ("done", "done")


async def test_a_new_attempt_is_bought_again(tmp_path: Path) -> None:
    async with world(tmp_path, {"default": {"json": DONE}}) as at:
        await at.run(task(attempt=0))
    async with world(tmp_path, {"default": {"json": DONE}}) as at:
        await at.run(task(attempt=1))
        assert len(await at.of(TurnFinished)) == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"text": "no document"},
        {"json": {"summary": 5}},
        {"json": DONE, "stop_reason": "max_tokens"},
        {"text": '{"summary": "a"', "tool_use": [READ], "stop_reason": "max_tokens"},
    ],
    ids=["prose", "schema", "cut", "cut with an open call"],
)
async def test_one_repair_turn(tmp_path: Path, bad: dict[str, Any]) -> None:
    replies = {"replies": [{"turn": 1, **bad}], "default": {"json": DONE}}
    async with world(tmp_path, replies) as at:
        outcome = await at.run()
        assert outcome.state == "done"
        assert len(await at.of(OutputRejected)) == 1
        assert await at.of(ToolStarted) == []


async def test_a_second_bad_answer_is_a_failure_that_keeps_the_evidence(tmp_path: Path) -> None:
    async with world(tmp_path, {"default": {"text": "\x1b[31mno {}"}}) as at:
        outcome = await at.run(task(evidence=(evidence(),)))
        assert (outcome.state, outcome.failure) == ("failed", "invalid_output")
        assert outcome.findings == evidence().findings
        assert "\x1b" not in outcome.reason
        (end,) = await at.of(AgentFinished)
        assert (end.state, end.findings) == ("failed", 1)
        assert [e.finding for e in await at.of(FindingReported)] == list(evidence().findings)


async def test_no_call_stays_open_in_a_conversation(tmp_path: Path) -> None:
    """Providers refuse a tool call that has no result in the next message."""
    seen: list[tuple[Any, ...]] = []
    replies = {
        "replies": [
            {"turn": 1, "text": "{", "tool_use": [READ, READ], "stop_reason": "max_tokens"}
        ],
        "default": {"json": DONE},
    }
    async with world(tmp_path, replies) as at:
        complete = at.client.complete

        async def watch(request: Any, on_delta: Any) -> Any:
            seen.append(request.messages)
            return await complete(request, on_delta)

        at.client.complete = watch  # type: ignore[method-assign]
        await at.run()
    asked = {use.id for use in seen[1][1].tool_uses}
    answered = {b.tool_use_id for b in seen[1][2].content if isinstance(b, ToolResultBlock)}
    assert asked == answered != set()


async def test_the_last_turn_has_no_tools(tmp_path: Path) -> None:
    async with world(tmp_path, {"default": {"tool_use": [READ]}}) as at:
        write_cart(at)
        outcome = await at.run(task(limits=AgentLimits(turns=2)))
        assert (outcome.failure, outcome.reason) == ("limit", "no result within 2 turns")
        first, last = await at.of(TurnStarted)
        # The second prompt is longer, and yet shorter than with the tools' schemas.
        assert last.input_tokens_estimate - first.input_tokens_estimate < 200


@pytest.mark.parametrize(
    ("limits", "match"),
    [(AgentLimits(tokens=10), "10 of 10 are left"), (AgentLimits(usd=1e-6), "of $0.00 are left")],
)
async def test_limits_end_an_agent(tmp_path: Path, limits: AgentLimits, match: str) -> None:
    async with world(tmp_path, TOOLS) as at:
        outcome = await at.run(task(limits=limits))
        assert outcome.failure == "limit"
        assert outcome.reason.endswith(match)
        assert await at.of(TurnFinished) == []


async def test_a_call_over_the_time_limit_is_charged(tmp_path: Path) -> None:
    async with world(tmp_path, {"default": {"fault": "hang"}}) as at:
        outcome = await at.run(task(limits=AgentLimits(seconds=0.05)))
        assert (outcome.state, outcome.failure) == ("failed", "timeout")
        (lost,) = await at.of(AttemptLost)
        assert lost.cost.is_estimated
        assert lost.cost.nano_usd > 0
        assert (at.ports.budget.spent, at.ports.budget.cost) == (lost.usage, lost.cost)


async def test_a_pause_does_not_count_against_the_time_limit(tmp_path: Path) -> None:
    async with world(tmp_path, {"default": {"json": DONE}}) as at:
        at.gate.clear()
        work = asyncio.create_task(at.run(task(limits=AgentLimits(seconds=0.2))))
        await asyncio.sleep(0.4)
        assert not work.done()
        at.gate.set()
        assert (await work).state == "done"


async def test_a_bug_in_a_client_is_charged_and_said(tmp_path: Path) -> None:
    async with world(tmp_path, {"default": {"fault": "crash"}}) as at:
        outcome = await at.run()
        assert (outcome.state, outcome.failure) == ("failed", "crash")
        started, lost = await at.of(TurnStarted), await at.of(AttemptLost)
        assert len(started) == len(lost) == 1
        assert (lost[0].kind, lost[0].retry_in_s) == ("crash", None)
        assert lost[0].usage.input_tokens == started[0].input_tokens_estimate


@pytest.mark.parametrize("outputs", [None, skill().outputs])
async def test_a_refusal_is_no_answer(tmp_path: Path, outputs: dict[str, Any] | None) -> None:
    async with world(tmp_path, {"default": {"text": "No.", "stop_reason": "refusal"}}) as at:
        outcome = await at.run(task(skill=skill(outputs=outputs)))
        assert (outcome.failure, outcome.reason) == ("provider", "the model refused to answer")


async def test_a_skill_without_output_gives_its_prose(tmp_path: Path) -> None:
    reply = {"text": "First.\nSecond.\x1b]0;title\x07", "stop_reason": "max_tokens"}
    async with world(tmp_path, {"default": reply}) as at:
        outcome = await at.run(task(skill=skill(outputs=None)))
        assert outcome.state == "done"
        assert outcome.output is None
        assert outcome.summary == "First.\nSecond.  … (cut off)"


async def test_a_model_for_prose_only_summarises(tmp_path: Path) -> None:
    scenario = {
        "capabilities": {"has_tools": False, "structured_output": "none"},
        "default": {"text": "The shell is used in one place."},
    }
    async with world(tmp_path, scenario) as at:
        outcome = await at.run(task(evidence=(evidence(),)))
        assert outcome.state == "done"
        assert outcome.is_evidence_only
        assert outcome.findings == evidence().findings
        assert len(await at.of(TurnFinished)) == 1


async def test_excerpts_stay_as_the_agent_first_saw_them(tmp_path: Path) -> None:
    scenario = {"capabilities": {"has_tools": False}, "default": {"json": DONE}}
    async with world(tmp_path, scenario) as at:
        write_cart(at)
        await at.run(task(evidence=(evidence(),)))
    async with world(tmp_path, scenario) as at:
        (at.root / "cart.py").write_text("edited = True\n")
        await at.run(task(evidence=(evidence(),)))
        assert len(await at.of(TurnFinished)) == 1


async def test_a_spent_budget_ends_an_agent_without_a_call(tmp_path: Path) -> None:
    async with world(tmp_path, TOOLS, RunLimits(tokens=100)) as at:
        outcome = await at.run()
        assert (outcome.state, outcome.failure) == ("budget", "budget")
        assert await at.of(TurnStarted) == []


async def test_a_cancelled_agent_leaves_no_open_call(tmp_path: Path) -> None:
    async with world(tmp_path, {"default": {"fault": "hang"}}) as at:
        work = asyncio.create_task(at.run())
        await asyncio.sleep(0.2)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        (lost,) = await at.of(AttemptLost)
        assert (lost.kind, lost.agent_id) == ("cancelled", AGENT)


async def test_lost_attempts_are_paid_and_retried(tmp_path: Path) -> None:
    fault = {"kind": "cut", "times": 1, "usage": {"input_tokens": 50, "output_tokens": 5}}
    async with world(tmp_path, {"default": {"json": DONE, "fault": fault}}) as at:
        outcome = await at.run()
        assert outcome.state == "done"
        assert (at.ports.budget.spent, at.ports.budget.cost) == await spent(at)
        assert (outcome.usage, outcome.cost) == await spent(at)


async def test_more_findings_than_a_review_are_cut_and_said(tmp_path: Path) -> None:
    many = {"summary": "Much.", "findings": [{"path": "cart.py", "line": n} for n in range(250)]}
    async with world(tmp_path, {"default": {"json": many}}) as at:
        outcome = await at.run()
        assert len(outcome.findings) == 200
        (note,) = await at.of(NoteAdded)
        assert "50 findings" in note.text


async def test_rules_and_files_of_a_skill_hold_for_its_agent(tmp_path: Path) -> None:
    own = "skill:review-security/references/guide.md"
    uses = [
        {"name": "Read", "input": {"file_path": path}} for path in ("docs/a.md", "src/b.py", own)
    ]
    scenario = {"replies": [{"turn": 1, "tool_use": uses}], "default": {"json": DONE}}
    async with world(tmp_path, scenario) as at:
        files(at.root, {"docs/a.md": "in the docs\n", "src/b.py": "in the source\n"})
        folder = files(tmp_path / "elsewhere", {"references/guide.md": "in the guide\n"})
        narrow = msgspec.structs.replace(
            skill("Read(docs/**)"), files=("references/guide.md",), directory=str(folder)
        )
        assert (await at.run(task(skill=narrow))).state == "done"
        said = [(tool.is_error, tool.output) for tool in await at.of(ToolFinished)]
    assert [is_error for is_error, _ in said] == [False, True, False]
    assert "in the docs" in said[0][1]
    assert "the rules of your skill" in said[1][1]
    assert "in the guide" in said[2][1]


async def test_an_agent_is_told_when_its_budget_leaves_one_more_reply(tmp_path: Path) -> None:
    asks = {"default": {"text": "so far: a.py is fine", "tool_use": [READ]}}
    async with world(tmp_path, asks, RunLimits(tokens=2_600)) as at:
        write_cart(at)
        outcome = await at.run(task(limits=AgentLimits(turns=50)))
        started = await at.of(TurnStarted)
        (clipped,) = (await at.of(CallClipped))[-1:]
        assert (outcome.state, outcome.summary) == ("budget", "so far: a.py is fine")
        assert clipped.max_tokens < clipped.wanted_tokens
        assert started[-1].max_tokens == clipped.max_tokens
        usage, _ = await spent(at)
        assert 0.85 * 2_600 - started[-1].input_tokens_estimate < usage.total_tokens
        bought = len(await at.of(TurnFinished))
    async with world(tmp_path, asks, RunLimits(tokens=2_600)) as at:
        await at.run(task(limits=AgentLimits(turns=50)))
        assert len(await at.of(TurnReused)) == bought
