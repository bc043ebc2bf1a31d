"""What a transcript is made of. Items are changed in place while their events come in."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ladder_tui.domain.event import AgentState, FailureKind
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult


class TurnItem(msgspec.Struct):
    """Header of a turn. Times are Unix seconds; usage and cost are of its reply."""

    turn: int
    attempt: int
    at: float
    state: Literal["running", "done", "lost", "reused"] = "running"
    input_tokens_estimate: int = 0
    usage: Usage = Usage()
    cost: Cost = Cost()
    model: str = ""
    stop_reason: str = ""
    elapsed_s: float = 0.0
    ttft_s: float = 0.0


class TextItem(msgspec.Struct):
    """What the model said, its reasoning, or what a person told it."""

    turn: int
    kind: Literal["text", "thinking", "person"]
    text: str


class ToolItem(msgspec.Struct):
    """A tool call with its result."""

    turn: int
    tool_use_id: str
    tool: str
    input: dict[str, Any]
    state: Literal["asked", "running", "done", "error", "stopped"] = "asked"
    at: float = 0.0
    output: str = ""
    is_truncated: bool = False
    elapsed_s: float = 0.0
    summary: str = ""


class RetryItem(msgspec.Struct):
    """A model request that was lost; ``retry_in_s`` is None where no retry followed."""

    turn: int
    attempt: int
    at: float
    kind: str
    message: str
    retry_in_s: float | None
    usage: Usage
    cost: Cost
    http_status: int


class RejectionItem(msgspec.Struct):
    """Structured output that missed its schema."""

    turn: int
    at: float
    problems: tuple[str, ...]


class EvidenceItem(msgspec.Struct):
    """An evidence tool that ran for the agent; ``result`` is None while it runs."""

    gate: str
    at: float
    result: GateResult | None = None


class FindingItem(msgspec.Struct):
    """A finding that the agent stands behind."""

    at: float
    finding: Finding


class NoteItem(msgspec.Struct):
    """Something that happened to the agent from outside: a resume, another attempt."""

    at: float
    text: str


class EndItem(msgspec.Struct):
    """The end of the agent."""

    at: float
    state: AgentState
    failure: FailureKind
    reason: str
    summary: str
    findings: int
    unverified: int
    elapsed_s: float
    is_evidence_only: bool


Item = (
    TurnItem
    | TextItem
    | ToolItem
    | RetryItem
    | RejectionItem
    | EvidenceItem
    | FindingItem
    | NoteItem
    | EndItem
)
