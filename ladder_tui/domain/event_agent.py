"""Events of agents: turns, tools, gates, findings."""

from __future__ import annotations

from typing import Any, Literal

from ladder_tui.domain.event_base import EventBase
from ladder_tui.domain.finding import Finding, MergedFinding
from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.message import Message
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult

AgentState = Literal["queued", "running", "paused", "done", "failed", "cancelled", "budget"]
FailureKind = Literal[
    "", "crash", "timeout", "invalid_output", "provider", "budget", "cancelled", "tool", "limit"
]
"""Why an agent or step did not finish, for programs; ``reason`` is for people."""


class AgentQueued(EventBase, frozen=True, tag="agent_queued"):
    """An agent has a slot and waits for its turn."""

    agent_id: AgentId
    step_id: StepId
    name: str
    skill: str
    skill_hash: str
    model: str
    context_window: int
    token_limit: int
    turn_limit: int
    lens: str = ""


class AgentStarted(EventBase, frozen=True, tag="agent_started"):
    """An agent began an attempt, counted from 1."""

    agent_id: AgentId
    attempt: int = 1


class SkillInvoked(EventBase, frozen=True, tag="skill_invoked"):
    """A skill was put to use by an agent."""

    agent_id: AgentId
    skill: str
    skill_hash: str


class TurnStarted(EventBase, frozen=True, tag="turn_started"):
    """A model request is about to be sent."""

    agent_id: AgentId
    turn: int
    attempt: int
    """Network attempt of this turn, counted from 1."""
    prompt_hash: str
    input_tokens_estimate: int
    max_tokens: int


class AttemptLost(EventBase, frozen=True, tag="attempt_lost"):
    """A model request failed. What it used is charged; ``retry_in_s`` is None for no retry."""

    agent_id: AgentId
    turn: int
    attempt: int
    kind: str
    message: str
    usage: Usage = Usage()
    cost: Cost = Cost()
    retry_in_s: float | None = None
    http_status: int = 0


class TurnFinished(EventBase, frozen=True, tag="turn_finished"):
    """A model reply arrived whole and its ledger row is committed."""

    agent_id: AgentId
    turn: int
    attempt: int
    message: Message
    stop_reason: str
    usage: Usage
    cost: Cost
    model: str
    elapsed_s: float
    ttft_s: float = 0.0
    request_id: str = ""
    ledger_key: str = ""


class TurnReused(EventBase, frozen=True, tag="turn_reused"):
    """A turn was answered from the ledger; nothing was spent."""

    agent_id: AgentId
    turn: int
    ledger_key: str


class OutputRejected(EventBase, frozen=True, tag="output_rejected"):
    """The structured output missed its schema; a repair turn may follow."""

    agent_id: AgentId
    turn: int
    problems: tuple[str, ...]


class ToolStarted(EventBase, frozen=True, tag="tool_started"):
    """A tool call began; committed before a side effect."""

    agent_id: AgentId
    tool_use_id: str
    tool: str
    input: dict[str, Any]


class ToolFinished(EventBase, frozen=True, tag="tool_finished"):
    """A tool call ended; ``output`` is what the model saw."""

    agent_id: AgentId
    tool_use_id: str
    tool: str
    output: str
    is_error: bool
    elapsed_s: float
    is_truncated: bool = False
    summary: str = ""
    """A few words for the board, for example ``214 lines``."""


class GateStarted(EventBase, frozen=True, tag="gate_started"):
    """A gate or evidence tool began, for an agent or for a step."""

    gate: str
    step_id: StepId
    agent_id: AgentId | None = None


class GateFinished(EventBase, frozen=True, tag="gate_finished"):
    """A gate or evidence tool ended."""

    step_id: StepId
    result: GateResult
    agent_id: AgentId | None = None


class FindingReported(EventBase, frozen=True, tag="finding_reported"):
    """An agent stands behind a finding, its own or one of its evidence tools."""

    agent_id: AgentId
    finding: Finding


class AgentFinished(EventBase, frozen=True, tag="agent_finished"):
    """An agent ended."""

    agent_id: AgentId
    state: AgentState
    failure: FailureKind = ""
    reason: str = ""
    summary: str = ""
    findings: int = 0
    findings_unverified: int = 0
    elapsed_s: float = 0.0
    is_evidence_only: bool = False
    """True where the model only summarised and the findings are those of the evidence tools."""


class FindingsMerged(EventBase, frozen=True, tag="findings_merged"):
    """An aggregate joined the findings of its slots."""

    step_id: StepId
    rule: str
    slots_ok: int
    slots_total: int
    missing: tuple[str, ...]
    """Names of the agents whose slot is empty."""
    findings: tuple[MergedFinding, ...]
    reported: int
    """Findings before merging."""
    dropped: int = 0
    """Merged findings left out over the cap."""
    disputed: int = 0
