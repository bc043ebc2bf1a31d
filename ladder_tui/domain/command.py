"""What a front door asks of a runner. Each is applied once and acknowledged by an event."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.ids import AgentId, QuestionId
from ladder_tui.domain.question import Answer


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


Command = Pause | Continue | CancelRun | CancelAgent | AnswerQuestion
