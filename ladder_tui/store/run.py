"""Runs: their specification, their owner's epoch, their summary rows."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import RunLimits, RunSpec, RunSummary
from ladder_tui.errors import FencedError, StoreError, UsageError
from ladder_tui.store import used
from ladder_tui.store.database import Database

_ENCODER = msgspec.json.Encoder()

_SUMMARY = (
    "run_id, number, workflow, state, verdict, model, created_at, started_at, finished_at,"
    " agents_total, agents_done, agents_failed, findings, gates_bad, reason, questions, trigger, "
) + used.COLUMN_LIST


def find_number(connection: sqlite3.Connection, run_id: RunId) -> int:
    """Number of a run inside a transaction. Raises UsageError where there is no such run."""
    row = connection.execute("SELECT number FROM run WHERE run_id = ?", (run_id,)).fetchone()
    if row is None:
        raise UsageError(
            f"there is no run {run_id}", next_step="`ladder runs list` shows the runs there are"
        )
    return int(row[0])


def require_epoch(connection: sqlite3.Connection, number: int, epoch: int) -> int:
    """Check inside a write transaction that ``epoch`` owns the run; returns the last ``seq``.

    Raises FencedError.
    """
    row = connection.execute(
        "SELECT epoch, last_seq FROM run WHERE number = ?", (number,)
    ).fetchone()
    if row is None or row[0] != epoch:
        now = "it was removed" if row is None else f"its epoch is {row[0]}, this runner's {epoch}"
        raise FencedError(
            f"this runner no longer owns run #{number}",
            why=now,
            next_step="nothing to do: the newer runner goes on",
        )
    return int(row[1])


def create_run(db: Database, spec: RunSpec) -> RunSpec:
    """Store a new run as queued and return its spec with the number that it got.

    Numbers count up per repository and are never given twice. Raises StoreError.
    """
    with db.write() as connection:
        cursor = connection.execute(
            "INSERT INTO run(run_id, workflow, model, created_at, trigger) VALUES (?, ?, ?, ?, ?)",
            (spec.run_id, spec.workflow.name, spec.model.label, spec.created_at, spec.trigger),
        )
        numbered = msgspec.structs.replace(spec, number=int(cursor.lastrowid or 0))
        connection.execute(
            "INSERT INTO run_spec(run, body) VALUES (?, ?)",
            (numbered.number, _ENCODER.encode(numbered)),
        )
    return numbered


def epoch_of(db: Database, run_id: RunId) -> int:
    """How many runners have taken a run so far. Raises UsageError for an unknown run."""
    with db.read() as connection:
        number = find_number(connection, run_id)
        row = connection.execute("SELECT epoch FROM run WHERE number = ?", (number,)).fetchone()
    return int(row[0])


def take_run(db: Database, run_id: RunId, after: int | None = None) -> int:
    """Make the caller the owner of a run and return its epoch, counted from 1.

    From then on every writer with an older epoch is refused. What earlier owners showed live is
    dropped. With ``after`` the run is only taken when that many runners took it before: of two
    that were started for the same resume, the second one finds nothing to do.

    Raises FencedError when another runner came first, UsageError for an unknown run, StoreError.
    """
    with db.write() as connection:
        number = find_number(connection, run_id)
        taken = connection.execute(
            "UPDATE run SET epoch = epoch + 1 WHERE number = ? AND ifnull(?, epoch) = epoch",
            (number, after),
        ).rowcount
        if not taken:
            raise FencedError(
                f"another runner took run #{number} first", next_step="nothing to do: it goes on"
            )
        connection.execute("DELETE FROM live WHERE run = ?", (number,))
        row = connection.execute("SELECT epoch FROM run WHERE number = ?", (number,)).fetchone()
    return int(row[0])


def get_spec(db: Database, run_id: RunId) -> RunSpec:
    """What a run was asked to do. Raises UsageError for an unknown run, or StoreError."""
    with db.read() as connection:
        row = connection.execute(
            "SELECT body FROM run_spec WHERE run = ?", (find_number(connection, run_id),)
        ).fetchone()
    try:
        return msgspec.json.decode(row[0], type=RunSpec)
    except msgspec.DecodeError as error:
        raise StoreError(
            f"the specification of run {run_id} cannot be read",
            why=str(error),
            next_step="start the run again from its workflow",
        ) from error


def set_limits(db: Database, run_id: RunId, limits: RunLimits) -> None:
    """Replace the budget of a run; its next runner works by it.

    Raises UsageError for an unknown run, or StoreError.
    """
    spec = msgspec.structs.replace(get_spec(db, run_id), limits=limits)
    with db.write() as connection:
        connection.execute(
            "UPDATE run_spec SET body = ? WHERE run = ?", (_ENCODER.encode(spec), spec.number)
        )


def set_spec(db: Database, spec: RunSpec) -> None:
    """Replace what a run was asked to do; its next runner works by it. Raises StoreError."""
    with db.write() as connection:
        connection.execute(
            "UPDATE run_spec SET body = ? WHERE run = ?", (_ENCODER.encode(spec), spec.number)
        )


def list_runs(
    db: Database, limit: int = 200, *, workflow: str = "", before: int = 0
) -> list[RunSummary]:
    """Newest runs first, from their summary rows alone.

    ``workflow`` keeps the runs of one workflow, ``before`` those with a smaller number.
    ``is_alive`` is left False: only who sees the run's lock knows. Raises StoreError.
    """
    where, values = ["1"], list[Any]()
    if workflow:
        where.append("workflow = ?")
        values.append(workflow)
    if before:
        where.append("number < ?")
        values.append(before)
    with db.read() as connection:
        rows = connection.execute(
            f"SELECT {_SUMMARY} FROM run WHERE {' AND '.join(where)}"  # noqa: S608  # fixed text
            " ORDER BY number DESC LIMIT ?",
            (*values, limit),
        ).fetchall()
    return [_summary(row) for row in rows]


def get_run(db: Database, run_id: RunId) -> RunSummary:
    """Summary of one run. Raises UsageError for an unknown run, or StoreError."""
    with db.read() as connection:
        row = connection.execute(
            f"SELECT {_SUMMARY} FROM run WHERE number = ?",  # noqa: S608  # fixed text
            (find_number(connection, run_id),),
        ).fetchone()
    return _summary(row)


def find_runs(db: Database, ref: str) -> list[RunSummary]:
    """Runs that ``ref`` can mean: ``last``, a number as ``41`` or ``#41``, an id or its prefix.

    An exact id or number gives one run. Raises StoreError.
    """
    if ref == "last":
        return list_runs(db, 1)
    digits = ref.removeprefix("#")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -1
    with db.read() as connection:
        rows = connection.execute(
            f"SELECT {_SUMMARY} FROM run"  # noqa: S608  # fixed text
            " WHERE number = ? OR substr(run_id, 1, ?) = ? ORDER BY number DESC",
            (number, len(ref), ref),
        ).fetchall()
    found = [_summary(row) for row in rows]
    exact = [run for run in found if run.run_id == ref or run.number == number]
    return exact or found


def heartbeat_at(db: Database, run_id: RunId) -> float | None:
    """When the runner last wrote that it lives, Unix seconds. For display only.

    Raises UsageError for an unknown run, or StoreError.
    """
    with db.read() as connection:
        number = find_number(connection, run_id)
        row = connection.execute(
            "SELECT heartbeat_at FROM run WHERE number = ?", (number,)
        ).fetchone()
    return None if row[0] is None else float(row[0])


def delete_run(db: Database, run_id: RunId) -> None:
    """Remove a run with all that belongs to it; what it spent stays in the spend table.

    The caller makes sure that no runner owns it. Raises UsageError for an unknown run, or
    StoreError.
    """
    with db.write() as connection:
        number = find_number(connection, run_id)
        connection.execute("DELETE FROM event WHERE run = ?", (number,))
        connection.execute("DELETE FROM run WHERE number = ?", (number,))


def _summary(row: tuple[Any, ...]) -> RunSummary:
    usage, cost = used.from_row(row[17:])
    return RunSummary(
        run_id=row[0],
        number=row[1],
        workflow=row[2],
        state=row[3],
        verdict=row[4],
        model=row[5],
        created_at=row[6],
        started_at=row[7],
        finished_at=row[8],
        agents_total=row[9],
        agents_done=row[10],
        agents_failed=row[11],
        findings=row[12],
        gates_bad=row[13],
        reason=row[14],
        questions=row[15],
        trigger=row[16],
        usage=usage,
        cost=cost,
    )
