"""What a front door asks of a runner. Each is applied once and acknowledged by an event."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.ids import AgentId, QuestionId
from ladder_tui.domain.question import Answer
from ladder_tui.domain.run import RunLimits


class Pause(msgspec.Struct, frozen=True, tag_field="type", tag="pause"):
    """Start no further model call; calls in flight finish."""


class Continue(msgspec.Struct, frozen=True, tag_field="type", tag="continue"):
    """Go on after a pause."""


class CancelRun(msgspec.Struct, frozen=True, tag_field="type", tag="cancel_run"):
    """Stop everything; what is finished stays."""


class CancelAgent(msgspec.Struct, frozen=True, tag_field="type", tag="cancel_agent"):
    """Stop one agent; the others go on."""

    agent_id: AgentId


class AnswerQuestion(msgspec.Struct, frozen=True, tag_field="type", tag="answer_question"):
    """A person's answer; refused where the question is not open any more."""

    question_id: QuestionId
    answer: Answer
    waited_s: float = 0.0
    """How long the question was on the screen before, in seconds."""
    seen: str = ""
    """Key of the question as it was when it was answered: the answer holds for nothing else."""


class PauseAgent(msgspec.Struct, frozen=True, tag_field="type", tag="pause_agent"):
    """Start no further call of one agent; the others go on."""

    agent_id: AgentId


class ContinueAgent(msgspec.Struct, frozen=True, tag_field="type", tag="continue_agent"):
    """Let one agent go on after a pause."""

    agent_id: AgentId


class RetryAgent(msgspec.Struct, frozen=True, tag_field="type", tag="retry_agent"):
    """Start one agent over in its slot; refused once its step has ended."""

    agent_id: AgentId


class Interject(msgspec.Struct, frozen=True, tag_field="type", tag="interject"):
    """Put a person's words into an agent's conversation before its next turn."""

    agent_id: AgentId
    text: str


class SetLimits(msgspec.Struct, frozen=True, tag_field="type", tag="set_limits"):
    """Change the limits of the run, or with ``scope`` of one step or agent, while it runs.

    A limit that is None stays as it was; 0 is refused.
    """

    limits: RunLimits
    scope: str = ""


Command = (
    Pause
    | Continue
    | CancelRun
    | CancelAgent
    | AnswerQuestion
    | PauseAgent
    | ContinueAgent
    | RetryAgent
    | Interject
    | SetLimits
)
