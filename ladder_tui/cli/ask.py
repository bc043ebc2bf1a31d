"""Asks the person at the terminal what a run wants to know, or says how it can be answered."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Sequence

import click

from ladder_tui.cli.follow import Asker
from ladder_tui.cli.front import Front
from ladder_tui.cli.interrupt import Interrupt
from ladder_tui.cli.terminal import Printer
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.errors import UsageError

SHOWN_LINES = 60
"""Lines of what a question is about; the rest is counted."""
EXIT_WAITING = 2
"""Nobody could be asked here: the run waits."""


def terminal_asker(front: Front) -> Asker | None:
    """Asks at this terminal; None where there is none."""
    if not (sys.stdin.isatty() and front.err.is_terminal):
        return None

    def ask(run_id: RunId, question: Question, interrupt: Interrupt) -> bool:
        number = front.wb.runs.get(run_id).number
        print_question(front.err, number, question)
        started = time.monotonic()
        while True:
            try:
                with interrupt.breaking():
                    answer = _prompt(question)
            except (KeyboardInterrupt, click.Abort):
                interrupt.is_asked = True
                return False
            if answer is None:
                front.err.line(f"left open: {answer_command(number, question)}")
                return False
            try:
                front.wb.runs.answer(
                    run_id, question.question_id, answer, time.monotonic() - started
                )
            except UsageError as error:
                front.err.lines(str(error))
                if not _is_open(front, run_id, question):
                    return True
            else:
                return True

    return ask


def _is_open(front: Front, run_id: RunId, question: Question) -> bool:
    return any(
        q.run_id == run_id and q.question.question_id == question.question_id
        for q in front.wb.runs.questions()
    )


def _prompt(question: Question) -> Answer | None:
    """What the person types; None for later."""
    match question.kind:
        case "approve":
            always = ["always"] if question.grants else []
            words = ["a", *always, "r", "l"]
            text = ", ".join(["approve", *always, "reject or later"])
            word = click.prompt(text, type=click.Choice(words), err=True)
            if word in ("a", "always"):
                return Answer(is_always=word == "always")
            if word == "l":
                return None
            reason = click.prompt("why (it goes to the next attempt)", err=True)
            return Answer(decision="reject", reason=reason)
        case "choose":
            return Answer(choice=click.prompt("which one (its number)", err=True))
        case "value":
            return Answer(value=click.prompt("the value", err=True))


def print_question(err: Printer, number: int, question: Question) -> None:
    """Everything that a person needs to answer."""
    err.line()
    err.line((f"run #{number} asks", "strong"), f"  {question.question_id} ({question.rule})")
    if question.shown:
        lines = question.shown.splitlines()
        err.lines("\n".join(f"  {line}" for line in lines[:SHOWN_LINES]))
        more = len(lines) - SHOWN_LINES
        if more > 0:
            err.line((f"  … {more} more lines: ladder runs answer {number} --list", "dim"))
    err.lines(question.text)
    for place, option in enumerate(question.options, 1):
        err.line(f"  {place} {option}")
    always = f"{question.grants} is allowed for the rest of this run" if question.grants else ""
    err.fields(
        [
            ("approved", question.next_step),
            ("always", always),
            ("rejected", question.on_reject),
        ]
    )


def answer_command(number: int, question: Question) -> str:
    """The exact command that answers a question."""
    what = {"approve": "--approve", "choose": "--choose N", "value": "--value V"}[question.kind]
    return f"ladder runs answer {number} {shlex.quote(question.question_id)} {what}"


def say_waiting(front: Front, run_id: RunId, questions: Sequence[Question]) -> int:
    """Say what a run waits for that nobody here can be asked; returns the exit code."""
    number = front.wb.runs.get(run_id).number
    for question in questions:
        print_question(front.err, number, question)
        front.err.line(("next: ", "dim"), answer_command(number, question))
    front.err.line(f"run #{number} waits for an answer; it goes on by itself when it has one")
    return EXIT_WAITING
