"""Questions that runs put to people, and how they were answered."""

from __future__ import annotations

import sqlite3

import msgspec

from ladder_tui.domain.event import QuestionAnswered, QuestionAsked
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.question import OpenQuestion, Question
from ladder_tui.store.database import Database
from ladder_tui.store.event import encode

_QUESTION: msgspec.json.Decoder[Question] = msgspec.json.Decoder(Question)
_COUNT = (
    "UPDATE run SET questions ="
    " (SELECT count(*) FROM question WHERE run = ?1 AND answered_at IS NULL) WHERE number = ?1"
)


def write_asked(
    connection: sqlite3.Connection, number: int, at: float, event: QuestionAsked
) -> None:
    """A question was put, or put again by a later runner; inside the journal's transaction."""
    q = event.question
    connection.execute(
        "INSERT INTO question(run, question_id, step_id, asked_at, body) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET body = excluded.body, answered_at = NULL, waited_s = NULL,"
        " decision = '', reason = '', answer = NULL,"
        " asked_at = CASE WHEN answered_at IS NULL THEN asked_at ELSE excluded.asked_at END",
        (number, q.question_id, q.step_id, at, encode(q)),
    )
    connection.execute(_COUNT, (number,))


def write_answered(
    connection: sqlite3.Connection, number: int, at: float, event: QuestionAnswered
) -> None:
    """A person answered; inside the journal's transaction."""
    a = event.answer
    connection.execute(
        "UPDATE question SET answered_at = ?, waited_s = ?, decision = ?, reason = ?, answer = ?"
        " WHERE run = ? AND question_id = ?",
        (at, event.waited_s, a.decision, a.reason, encode(a), number, event.question_id),
    )
    connection.execute(_COUNT, (number,))


def close_questions(connection: sqlite3.Connection, number: int, at: float) -> None:
    """The run ended: nobody waits any more; inside the journal's transaction."""
    connection.execute(
        "UPDATE question SET answered_at = ? WHERE run = ? AND answered_at IS NULL", (at, number)
    )
    connection.execute("UPDATE run SET questions = 0 WHERE number = ?", (number,))


def open_questions(db: Database, run_id: RunId | None = None) -> list[OpenQuestion]:
    """Questions that wait, of one run or of all, oldest first. Raises StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT r.run_id, r.number, r.workflow, q.asked_at, q.body"
            " FROM question q JOIN run r ON r.number = q.run"
            " WHERE q.answered_at IS NULL AND (?1 IS NULL OR r.run_id = ?1)"
            " ORDER BY q.asked_at, q.question_id",
            (run_id,),
        ).fetchall()
    return [
        OpenQuestion(run_id, number, workflow, asked_at, _QUESTION.decode(body))
        for run_id, number, workflow, asked_at, body in rows
    ]
