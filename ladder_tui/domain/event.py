"""Everything that can happen in a run, as one tagged union of frozen values.

Events are durable facts in the past tense. Their time, order and run are in ``EventRecord``:
an event itself knows no clock. An agent is named by its ``AgentId`` (``step/item``). Import them
from here; they are written down in the modules named ``event_*``.
"""

from __future__ import annotations

import msgspec

from ladder_tui.domain.event_agent import (
    AgentFinished,
    AgentQueued,
    AgentStarted,
    AgentState,
    AttemptLost,
    FailureKind,
    FindingReported,
    FindingsMerged,
    GateFinished,
    GateStarted,
    OutputRejected,
    SkillInvoked,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    TurnReused,
    TurnStarted,
)
from ladder_tui.domain.event_change import (
    ChangeDecided,
    CheckpointMade,
    ConflictsFound,
    WorkspaceOpened,
)
from ladder_tui.domain.event_run import (
    CommandApplied,
    NoteAdded,
    ProcessFinished,
    ProcessStarted,
    QuestionAnswered,
    QuestionAsked,
    RunContinued,
    RunFinished,
    RunInterrupted,
    RunPaused,
    RunResumed,
    RunRevised,
    RunStarted,
    StepFinished,
    StepStarted,
)
from ladder_tui.domain.event_steer import (
    AgentContinued,
    AgentPaused,
    Aggregated,
    CallClipped,
    Escalated,
    EscalationSummed,
    Interjected,
    LimitsChanged,
    ModelRouted,
    ProviderPaused,
)
from ladder_tui.domain.ids import AgentId, RunId

__all__ = [
    "WAITS_FOR_BUDGET",
    "AgentContinued",
    "AgentFinished",
    "AgentPaused",
    "AgentQueued",
    "AgentStarted",
    "AgentState",
    "Aggregated",
    "AttemptLost",
    "CallClipped",
    "ChangeDecided",
    "CheckpointMade",
    "CommandApplied",
    "ConflictsFound",
    "Escalated",
    "EscalationSummed",
    "Event",
    "EventRecord",
    "FailureKind",
    "FindingReported",
    "FindingsMerged",
    "GateFinished",
    "GateStarted",
    "Interjected",
    "LimitsChanged",
    "LiveRow",
    "ModelRouted",
    "NoteAdded",
    "OutputRejected",
    "ProcessFinished",
    "ProcessStarted",
    "ProviderPaused",
    "QuestionAnswered",
    "QuestionAsked",
    "RunContinued",
    "RunFinished",
    "RunInterrupted",
    "RunPaused",
    "RunResumed",
    "RunRevised",
    "RunStarted",
    "SkillInvoked",
    "StepFinished",
    "StepStarted",
    "ToolFinished",
    "ToolStarted",
    "TurnFinished",
    "TurnReused",
    "TurnStarted",
    "WorkspaceOpened",
]

Event = (
    RunStarted
    | RunResumed
    | RunRevised
    | RunPaused
    | RunContinued
    | RunInterrupted
    | RunFinished
    | CommandApplied
    | NoteAdded
    | StepStarted
    | StepFinished
    | ProcessStarted
    | ProcessFinished
    | QuestionAsked
    | QuestionAnswered
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
    | WorkspaceOpened
    | CheckpointMade
    | ConflictsFound
    | ChangeDecided
    | LimitsChanged
    | CallClipped
    | Interjected
    | AgentPaused
    | AgentContinued
    | ModelRouted
    | Escalated
    | EscalationSummed
    | ProviderPaused
    | Aggregated
)


class EventRecord(msgspec.Struct, frozen=True, gc=False):
    """An event in its place: ``id`` grows over the database, ``seq`` from 1 within the run."""

    id: int
    run_id: RunId
    seq: int
    at: float
    """Unix time in seconds."""
    event: Event


WAITS_FOR_BUDGET = "waits for budget"
"""Activity of an agent whose next call waits until calls in flight leave room."""


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
