"""Everything that can happen in a run, as one tagged union of frozen values.

Events are durable facts in the past tense. Their time, order and run are in ``EventRecord``:
an event itself knows no clock. An agent is named by its ``AgentId`` (``step/item``).
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ladder_tui.domain.finding import Finding, MergedFinding
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.message import Message
from ladder_tui.domain.run import RunLimits, RunState, RunVerdict
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult

AgentState = Literal["queued", "running", "paused", "done", "failed", "cancelled", "budget"]
FailureKind = Literal[
    "", "crash", "timeout", "invalid_output", "provider", "budget", "cancelled", "tool", "limit"
]
"""Why an agent or step did not finish, for programs; ``reason`` is for people."""


class _Event(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True, gc=False):
    # Immutable trees of JSON hold no cycles, so the garbage collector need not walk them.
    pass


class RunStarted(_Event, frozen=True, tag="run_started"):
    """A runner took the run for the first time."""

    workflow: str
    workflow_hash: str
    number: int
    inputs: dict[str, Any]
    model: str
    root: str
    tree: str
    limits: RunLimits
    sandbox: str
    version: str
    base_commit: str = ""
    prd: str = ""


class RunResumed(_Event, frozen=True, tag="run_resumed"):
    """A new runner took the run over; what was not committed runs again."""

    runner_epoch: int
    reason: str = ""


class RunPaused(_Event, frozen=True, tag="run_paused"):
    """No further model call starts until the run is continued."""

    reason: str = ""


class RunContinued(_Event, frozen=True, tag="run_continued"):
    """Goes on after a pause."""


class RunInterrupted(_Event, frozen=True, tag="run_interrupted"):
    """The runner was asked to end by the system; the run can be resumed."""

    reason: str = ""


class RunFinished(_Event, frozen=True, tag="run_finished"):
    """The end. ``usage`` and ``cost`` equal the sums over turns and lost attempts."""

    state: RunState
    verdict: RunVerdict
    reason: str
    usage: Usage
    cost: Cost
    agents_ok: int
    agents_total: int
    findings: int
    elapsed_s: float
    output_digest: str = ""
    """SHA-256 of the run's output without times, equal for equal results."""


class CommandApplied(_Event, frozen=True, tag="command_applied"):
    """A command of a front door took effect, or was refused."""

    command_id: int
    command: str
    outcome: str = "applied"


class NoteAdded(_Event, frozen=True, tag="note_added"):
    """Something a person should know: a milestone or a warning."""

    text: str
    level: Literal["info", "warning", "error"] = "info"


class StepStarted(_Event, frozen=True, tag="step_started"):
    """A step began; ``agents`` are its slots, in order."""

    step_id: StepId
    kind: str
    agents: tuple[AgentId, ...] = ()
    max_parallel: int = 0


class StepFinished(_Event, frozen=True, tag="step_finished"):
    """A step ended."""

    step_id: StepId
    state: Literal["done", "failed", "skipped", "cancelled"]
    reason: str = ""
    elapsed_s: float = 0.0
    slots_ok: int = 0
    slots_total: int = 0


class AgentQueued(_Event, frozen=True, tag="agent_queued"):
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


class AgentStarted(_Event, frozen=True, tag="agent_started"):
    """An agent began an attempt, counted from 1."""

    agent_id: AgentId
    attempt: int = 1


class SkillInvoked(_Event, frozen=True, tag="skill_invoked"):
    """A skill was put to use by an agent."""

    agent_id: AgentId
    skill: str
    skill_hash: str


class TurnStarted(_Event, frozen=True, tag="turn_started"):
    """A model request is about to be sent."""

    agent_id: AgentId
    turn: int
    attempt: int
    """Network attempt of this turn, counted from 1."""
    prompt_hash: str
    input_tokens_estimate: int
    max_tokens: int


class AttemptLost(_Event, frozen=True, tag="attempt_lost"):
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


class TurnFinished(_Event, frozen=True, tag="turn_finished"):
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


class TurnReused(_Event, frozen=True, tag="turn_reused"):
    """A turn was answered from the ledger; nothing was spent."""

    agent_id: AgentId
    turn: int
    ledger_key: str


class OutputRejected(_Event, frozen=True, tag="output_rejected"):
    """The structured output missed its schema; a repair turn may follow."""

    agent_id: AgentId
    turn: int
    problems: tuple[str, ...]


class ToolStarted(_Event, frozen=True, tag="tool_started"):
    """A tool call began; committed before a side effect."""

    agent_id: AgentId
    tool_use_id: str
    tool: str
    input: dict[str, Any]


class ToolFinished(_Event, frozen=True, tag="tool_finished"):
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


class GateStarted(_Event, frozen=True, tag="gate_started"):
    """A gate or evidence tool began, for an agent or for a step."""

    gate: str
    step_id: StepId
    agent_id: AgentId | None = None


class GateFinished(_Event, frozen=True, tag="gate_finished"):
    """A gate or evidence tool ended."""

    step_id: StepId
    result: GateResult
    agent_id: AgentId | None = None


class FindingReported(_Event, frozen=True, tag="finding_reported"):
    """An agent stands behind a finding, its own or one of its evidence tools."""

    agent_id: AgentId
    finding: Finding


class AgentFinished(_Event, frozen=True, tag="agent_finished"):
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


class FindingsMerged(_Event, frozen=True, tag="findings_merged"):
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


Event = (
    RunStarted
    | RunResumed
    | RunPaused
    | RunContinued
    | RunInterrupted
    | RunFinished
    | CommandApplied
    | NoteAdded
    | StepStarted
    | StepFinished
    | AgentQueued
    | AgentStarted
    | SkillInvoked
    | TurnStarted
    | AttemptLost
    | TurnFinished
    | TurnReused
    | OutputRejected
    | ToolStarted
    | ToolFinished
    | GateStarted
    | GateFinished
    | FindingReported
    | AgentFinished
    | FindingsMerged
)


class EventRecord(msgspec.Struct, frozen=True, gc=False):
    """An event in its place: ``id`` grows over the database, ``seq`` from 1 within the run."""

    id: int
    run_id: RunId
    seq: int
    at: float
    """Unix time in seconds."""
    event: Event


class LiveRow(msgspec.Struct, frozen=True, gc=False):
    """Meters of one agent while it works; overwritten in place and dropped at its end."""

    agent_id: AgentId
    activity: str
    """What it is doing: ``generating``, ``waiting for model``, ``Grep for .* in``, ``ruff S``."""
    activity_at: float
    output_tokens: int = 0
    """Estimate for the reply that is streaming."""
    text: str = ""
    """Partial text of the reply, only while a viewer holds a lease on this agent."""
