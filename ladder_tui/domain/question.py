"""A question that a run puts to a person, and the answer."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ladder_tui.domain.ids import AgentId, QuestionId, RunId, StepId
from ladder_tui.domain.workflow import AnswerKind, WorkflowInput

ShownKind = Literal["text", "json", "diff", "finding", "command"]
SHOWN_LIMIT = 200_000
"""Characters kept of what a question shows; the rest is counted."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, with everything a person needs to answer it."""

    question_id: QuestionId
    step_id: StepId
    kind: AnswerKind
    text: str
    options: tuple[str, ...] = ()
    """Choices of a ``choose`` question."""
    value: WorkflowInput | None = None
    """Type of the answer to a ``value`` question."""
    shown: str = ""
    """What it is about, at most ``SHOWN_LIMIT`` characters, free of control characters."""
    shown_kind: ShownKind = "text"
    rule: str = ""
    """Why it is asked: ``ask step`` or the name of the rule, for example ``external effect``."""
    next_step: str = ""
    """What exactly happens when it is approved."""
    on_reject: str = ""
    """What exactly happens when it is rejected."""
    round: int = 1
    """Counted from 1; grows each time a rejection runs the producer again."""
    rounds_left: int = 0
    """How many more rejections run the producer again."""
    agent_id: AgentId | None = None
    """The agent that wants it, where a tool call needs a permission."""
    grants: str = ""
    """The rule that ``always`` would add, for example ``Bash(pytest:*)``."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said. ``approve`` with ``choice`` or ``value`` where those were asked for."""

    decision: Literal["approve", "reject"] = "approve"
    choice: str = ""
    value: Any = None
    reason: str = ""
    """Required with ``reject``: it goes to the producer."""
    is_always: bool = False
    """Approve, and whatever else the question's ``grants`` covers, for the rest of the run."""


class OpenQuestion(msgspec.Struct, frozen=True):
    """A question that waits, with its run, as lists show it."""

    run_id: RunId
    number: int
    workflow: str
    asked_at: float
    """Unix seconds."""
    question: Question
