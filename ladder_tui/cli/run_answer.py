"""``ladder runs answer``: what runs ask of people, and the answers."""

from __future__ import annotations

import time

import click

from ladder_tui.cli.ask import answer_command, print_question
from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.outcome import EXIT_DONE
from ladder_tui.cli.terminal import full, print_json
from ladder_tui.domain.ids import QuestionId
from ladder_tui.domain.question import Answer, OpenQuestion
from ladder_tui.errors import UsageError

APPLIED_WAIT_S = 10.0
"""How long it is waited for a runner to take the answer; a parked one has to start first."""
_POLL_S = 0.05


@click.command()
@click.argument("run", default="")
@click.argument("question", default="")
@click.option("--list", "is_list", is_flag=True, help="Show what waits instead of answering.")
@click.option("--approve", is_flag=True, help="Approve.")
@click.option("--always", is_flag=True, help="Approve, and its rule for the rest of the run.")
@click.option("--reject", metavar="REASON", help="Reject; the reason goes to the next attempt.")
@click.option("--choose", metavar="X", help="Choose one of the choices, or its number.")
@click.option("--value", metavar="V", help="Give a value.")
@json_option
def answer_run(
    run: str,
    question: str,
    is_list: bool,
    approve: bool,
    always: bool,
    reject: str | None,
    choose: str | None,
    value: str | None,
    is_json: bool,
) -> int:
    """Answer QUESTION of RUN; without QUESTION the only one that waits.

    A run that was parked over its question starts again by itself. Without --approve, --always,
    --reject, --choose or --value, and with --list, what waits is shown: of RUN, or of all runs.
    """
    answers = _answers(approve=approve, reject=reject, choose=choose, value=value)
    answers += [Answer(is_always=True)] if always else []
    if len(answers) > 1:
        raise UsageError(
            "one answer is enough",
            next_step="give one of --approve, --always, --reject, --choose, --value",
        )
    with open_front(is_reader=is_list or not answers) as front:
        if is_list or not answers:
            return _list(front, run, is_json=is_json)
        if not run:
            raise UsageError("which run?", next_step="ladder runs answer --list")
        return _answer(front, run, QuestionId(question), answers[0], is_json=is_json)


def _answers(
    *, approve: bool, reject: str | None, choose: str | None, value: str | None
) -> list[Answer]:
    given = [Answer()] if approve else []
    if reject is not None:
        given.append(Answer(decision="reject", reason=reject))
    if choose is not None:
        given.append(Answer(choice=choose))
    if value is not None:
        given.append(Answer(value=value))
    return given


def _list(front: Front, run: str, *, is_json: bool) -> int:
    waiting = list(front.wb.runs.questions())
    if run:
        run_id = front.wb.runs.get(run).run_id
        waiting = [asked for asked in waiting if asked.run_id == run_id]
    if is_json:
        print_json({"questions": [full(asked) for asked in waiting]})
        return EXIT_DONE
    for asked in waiting:
        print_question(front.out, asked.number, asked.question)
        front.out.line(("next: ", "dim"), answer_command(asked.number, asked.question))
    if not waiting:
        front.err.line("no run waits for an answer")
    return EXIT_DONE


def _answer(
    front: Front, run: str, question_id: QuestionId, answer: Answer, *, is_json: bool
) -> int:
    summary = front.wb.runs.get(run)
    asked = front.wb.runs.question(summary.run_id, question_id)
    front.wb.runs.answer(summary.run_id, asked.question.question_id, answer)
    is_taken = _wait(front, asked)
    if is_json:
        print_json(
            {
                "run_id": asked.run_id,
                "number": asked.number,
                "question_id": asked.question.question_id,
                "is_taken": is_taken,
            }
        )
        return EXIT_DONE
    how = "answered" if is_taken else "answered; its runner has not taken it yet"
    front.err.line(f"{asked.question.question_id} of run #{asked.number} {how}")
    front.err.line(("next: ", "dim"), f"ladder runs watch {asked.number}")
    return EXIT_DONE


def _wait(front: Front, asked: OpenQuestion) -> bool:
    """Wait until the run has the answer for good."""
    deadline = time.monotonic() + APPLIED_WAIT_S
    while time.monotonic() < deadline:
        waiting = {(q.run_id, q.question.question_id) for q in front.wb.runs.questions()}
        if (asked.run_id, asked.question.question_id) not in waiting:
            return True
        time.sleep(_POLL_S)
    return False
