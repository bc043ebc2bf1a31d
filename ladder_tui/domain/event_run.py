"""Events of a run as a whole and of its steps."""

from __future__ import annotations

from typing import Any, Literal

from ladder_tui.domain.event_base import EventBase
from ladder_tui.domain.ids import AgentId, QuestionId, StepId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.run import RunLimits, RunState, RunVerdict
from ladder_tui.domain.usage import Cost, Usage


class RunStarted(EventBase, frozen=True, tag="run_started"):
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
    trigger: str = ""


class RunRevised(EventBase, frozen=True, tag="run_revised"):
    """A resume took over files that were edited since the run started."""

    workflow_hash: str
    changed: tuple[str, ...]
    """What is another now, for people: ``workflow review``, ``skill review-security``."""


class RunResumed(EventBase, frozen=True, tag="run_resumed"):
    """A new runner took the run over; what was not committed runs again."""

    runner_epoch: int
    reason: str = ""


class RunPaused(EventBase, frozen=True, tag="run_paused"):
    """No further model call starts until the run is continued."""

    reason: str = ""


class RunContinued(EventBase, frozen=True, tag="run_continued"):
    """Goes on after a pause."""


class RunInterrupted(EventBase, frozen=True, tag="run_interrupted"):
    """The runner was asked to end by the system; the run can be resumed."""

    reason: str = ""


class RunFinished(EventBase, frozen=True, tag="run_finished"):
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
    output: Any = None
    """What the workflow gives, checked against its ``output`` schema."""


class CommandApplied(EventBase, frozen=True, tag="command_applied"):
    """A command of a front door took effect, or was refused."""

    command_id: int
    command: str
    outcome: str = "applied"
    agent_id: AgentId | None = None
    """The agent that the command was about, where it was about one."""


class NoteAdded(EventBase, frozen=True, tag="note_added"):
    """Something a person should know: a milestone or a warning."""

    text: str
    level: Literal["info", "warning", "error"] = "info"


class StepStarted(EventBase, frozen=True, tag="step_started"):
    """A step began; ``agents`` are its slots, in order."""

    step_id: StepId
    kind: str
    agents: tuple[AgentId, ...] = ()
    max_parallel: int = 0
    attempt: int = 1
    inputs: dict[str, Any] = {}
    """What it was given, resolved."""
    key: str = ""
    """Hash over ``parts``: equal keys do the same work."""
    parts: dict[str, str] = {}
    """Short hash of everything the step stands on, by name: ``definition``, ``inputs``,
    ``skill review-security``, ``model``, ``tree``. They say why a step ran again."""


class StepFinished(EventBase, frozen=True, tag="step_finished"):
    """A step ended. ``usage`` and ``cost`` are what it spent now, not what the ledger gave."""

    step_id: StepId
    state: Literal["done", "failed", "skipped", "cancelled"]
    reason: str = ""
    elapsed_s: float = 0.0
    slots_ok: int = 0
    slots_total: int = 0
    output: Any = None
    """What later steps see as ``steps.ID``; None where it is over the limit of an event."""
    is_output_omitted: bool = False
    is_fallback: bool = False
    """True where the step failed and its ``fallback`` took the place of its output."""
    usage: Usage = Usage()
    cost: Cost = Cost()


class ProcessStarted(EventBase, frozen=True, tag="process_started"):
    """The command of a ``run`` step is about to start; durable before it does anything."""

    step_id: StepId
    slot: str
    argv: tuple[str, ...]
    effect: Literal["external", "none"]
    attempt: int = 1


class ProcessFinished(EventBase, frozen=True, tag="process_finished"):
    """The command of a ``run`` step ended. Texts are cut and free of control characters."""

    step_id: StepId
    slot: str
    exit_code: int | None
    """None after a time-out."""
    elapsed_s: float
    stdout: str = ""
    stderr: str = ""
    is_truncated: bool = False
    attempt: int = 1


class QuestionAsked(EventBase, frozen=True, tag="question_asked"):
    """The run waits for a person."""

    question: Question


class QuestionAnswered(EventBase, frozen=True, tag="question_answered"):
    """A person answered; the answer is in the ledger, so a resumed run does not ask again."""

    question_id: QuestionId
    step_id: StepId
    answer: Answer
    waited_s: float = 0.0
