"""Short histories of a run, told event by event."""

from __future__ import annotations

from ladder_tui.domain.event import (
    AgentFinished,
    AgentQueued,
    AgentStarted,
    AttemptLost,
    Event,
    EventRecord,
    FindingReported,
    GateFinished,
    GateStarted,
    RunStarted,
    StepStarted,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    TurnStarted,
)
from ladder_tui.domain.finding import Finding, QuoteState, Severity
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.message import Message, TextBlock, ToolUseBlock
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult, GateVerdict

A, B = AgentId("scan/security"), AgentId("scan/tests")
STEP = StepId("scan")
USAGE, COST = Usage(100, 20, 300), Cost(7_000)


def records(*events: Event, start: int = 1) -> list[EventRecord]:
    """Events a second apart from second 1,000 + ``start`` on."""
    return [
        EventRecord(n, RunId("r-1"), n, 1_000.0 + n, event) for n, event in enumerate(events, start)
    ]


def run_started() -> RunStarted:
    return RunStarted(
        *("review", "hash", 41, {"path": "src"}, "scripted/quiet", "/repository", "tree"),
        *(RunLimits(tokens=9_000), "bwrap", "0.1", "abc", "prd.md"),
    )


def step_started(*agents: AgentId) -> StepStarted:
    return StepStarted(STEP, "skill", agents or (A, B), 4)


def queued(agent_id: AgentId = A) -> AgentQueued:
    name = agent_id.partition("/")[2]
    return AgentQueued(
        *(agent_id, STEP, name, f"review-{name}", "hash", "scripted/quiet", 8_000, 2_000, 4, name)
    )


def started(agent_id: AgentId = A, attempt: int = 1) -> AgentStarted:
    return AgentStarted(agent_id, attempt)


def asked(turn: int = 1, agent_id: AgentId = A, attempt: int = 1) -> TurnStarted:
    return TurnStarted(agent_id, turn, attempt, "hash", 400, 1_000)


def replied(turn: int = 1, agent_id: AgentId = A, *tools: ToolUseBlock) -> TurnFinished:
    message = Message("assistant", (TextBlock(f"reply {turn}"), *tools))
    stop = "tool_use" if tools else "end_turn"
    return TurnFinished(agent_id, turn, 1, message, stop, USAGE, COST, "quiet", 1.0)


def lost(turn: int = 1, retry_in_s: float | None = 2.0) -> AttemptLost:
    return AttemptLost(A, turn, 1, "overloaded", "busy", Usage(50), Cost(3), retry_in_s, 529)


def grep(tool_use_id: str = "t1") -> ToolUseBlock:
    return ToolUseBlock(tool_use_id, "Grep", {"pattern": "for .* in"})


def tool_started(tool_use_id: str = "t1") -> ToolStarted:
    return ToolStarted(A, tool_use_id, "Grep", {"pattern": "for .* in"})


def tool_finished(tool_use_id: str = "t1", *, is_error: bool = False) -> ToolFinished:
    return ToolFinished(A, tool_use_id, "Grep", "2 lines", is_error, 0.1, False, "2 lines")


def gate_started(agent_id: AgentId | None = A) -> GateStarted:
    return GateStarted("ruff S", STEP, agent_id)


def gate_finished(verdict: GateVerdict = "fail", agent_id: AgentId | None = A) -> GateFinished:
    return GateFinished(STEP, GateResult("ruff S", "security", verdict, 9, 9), agent_id)


def finding(
    fingerprint: str = "f1",
    line: int = 1,
    severity: Severity = "high",
    quote_state: QuoteState = "verified",
    rule: str = "S608",
    is_changed: bool = False,
) -> Finding:
    return Finding(
        *(rule, "security", "src/db.py", line, severity, f"message {line}", "security", "agent"),
        *(fingerprint, "find", "quote", quote_state, "", is_changed),
    )


def reported(found: Finding, agent_id: AgentId = A) -> FindingReported:
    return FindingReported(agent_id, found)


def finished(agent_id: AgentId = A, findings: int = 0) -> AgentFinished:
    return AgentFinished(agent_id, "done", summary="fine", findings=findings, elapsed_s=3.0)
