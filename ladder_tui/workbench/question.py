"""Questions of runs: finding the one that is meant."""

from __future__ import annotations

from ladder_tui.domain.ids import QuestionId, RunId
from ladder_tui.domain.question import OpenQuestion
from ladder_tui.errors import UsageError
from ladder_tui.store import question as question_rows
from ladder_tui.store.database import Database


def find_question(db: Database, run_id: RunId, question_id: QuestionId) -> OpenQuestion:
    """The open question of a run with this id; an empty id means the only one there is.

    Raises UsageError where it does not wait (any more), or where several could be meant.
    """
    waiting = question_rows.open_questions(db, run_id)
    found = [q for q in waiting if question_id in ("", q.question.question_id)]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} questions wait",
            why=", ".join(q.question.question_id for q in found),
            next_step="name one of them",
        )
    what = f"question {question_id} does not wait" if question_id else "no question waits"
    raise UsageError(
        f"{what} in this run",
        why=", ".join(q.question.question_id for q in waiting) or "it was answered, or never asked",
        next_step="ladder runs answer --list",
    )
