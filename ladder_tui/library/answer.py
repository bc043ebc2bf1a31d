"""Checks an answer against its question: the same for a person at a form and at a command line."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ladder_tui.domain.question import Answer, Question
from ladder_tui.errors import UsageError
from ladder_tui.library.input_value import convert_value
from ladder_tui.library.nearest import name_hint

REASON_LIMIT = 20_000
"""Characters of a reason."""


def check_answer(question: Question, answer: Answer, root: Path) -> Answer:
    """The answer, its value converted to the type that was asked for.

    Raises UsageError for a rejection without a reason, for a choice or value that is none, and
    for one that nobody asked for: it is no approval.
    """
    reason = answer.reason.strip()[:REASON_LIMIT]
    if answer.decision == "reject":
        if not reason:
            raise UsageError(
                "a rejection needs a reason",
                why="it is what the next attempt has to go by",
                next_step="say what is to be done differently",
            )
        return Answer(decision="reject", reason=reason)
    if answer.is_always and not question.grants:
        raise UsageError(
            "this question offers no rule for the rest of the run",
            next_step="approve it once, or reject with a reason",
        )
    match question.kind:
        case "approve":
            if answer.choice or answer.value is not None:
                raise UsageError(
                    "no choice and no value is asked for",
                    why="this question is approved or rejected",
                    next_step="approve, or reject with a reason",
                )
            return Answer(reason=reason, is_always=answer.is_always)
        case "choose":
            return Answer(choice=_choice(question, answer.choice), reason=reason)
        case "value":
            return Answer(value=_value(question, answer, root), reason=reason)


def _choice(question: Question, choice: str) -> str:
    if choice in question.options:
        return choice
    if choice.isdecimal() and 0 < int(choice) <= len(question.options):
        return question.options[int(choice) - 1]
    raise UsageError(
        f"{choice!r} is not one of the choices" if choice else "nothing was chosen",
        why="; ".join(f"{n} {option}" for n, option in enumerate(question.options, 1)),
        next_step=name_hint(choice, question.options) or "give one of them, or its number",
    )


def _value(question: Question, answer: Answer, root: Path) -> object:
    if question.value is None:
        return answer.value
    if answer.value is None:
        raise UsageError(f"a value is asked for ({question.value.type})")
    value, fault = convert_value(question.value, answer.value, root)
    if fault is not None:
        raise UsageError(f"this value cannot be: {fault.message}", next_step=fault.fix)
    try:
        msgspec.json.encode(value)
    except (TypeError, ValueError) as error:
        raise UsageError("this value cannot be kept", why=str(error)) from error
    return value
