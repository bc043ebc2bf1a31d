"""Steps of a run as rows: what each was given, gave, cost and took."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from ladder_tui.domain.event import StepFinished, StepStarted
from ladder_tui.domain.ids import RunId, StepId
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.store import used
from ladder_tui.store.database import Database
from ladder_tui.store.event import encode
from ladder_tui.store.run import find_number

_START = (
    "INSERT INTO step(run, step_id, position, kind, state, attempt, key, parts, inputs,"
    " started_at, slots_total)"
    " VALUES (?1, ?2, (SELECT count(*) FROM step WHERE run = ?1), ?3, 'running', ?4, ?5, ?6, ?7,"
    " ?8, ?9) ON CONFLICT DO UPDATE SET kind = excluded.kind, state = 'running', reason = '',"
    " attempt = excluded.attempt, key = excluded.key, parts = excluded.parts,"
    " inputs = excluded.inputs, finished_at = NULL, slots_total = excluded.slots_total"
)
_FINISH = (
    "INSERT INTO step(run, step_id, position, state, reason, output, started_at, finished_at,"
    " elapsed_s, slots_ok, slots_total)"
    " VALUES (?1, ?2, (SELECT count(*) FROM step WHERE run = ?1), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    " ON CONFLICT DO UPDATE SET state = excluded.state, reason = excluded.reason,"
    " output = excluded.output, finished_at = excluded.finished_at,"
    " elapsed_s = excluded.elapsed_s, slots_ok = excluded.slots_ok,"
    " slots_total = excluded.slots_total"
)
_ADD = f"UPDATE step SET {used.ADD} WHERE run = ? AND step_id = ?"  # noqa: S608  # fixed text
_COLUMNS = (
    *("step_id", "kind", "state", "reason", "attempt", "key", "parts", "inputs", "output"),
    *("started_at", "finished_at", "elapsed_s", "slots_ok", "slots_total"),
)


class StepRow(msgspec.Struct, frozen=True):
    """A step as its newest start and end left it. Times are Unix seconds."""

    step_id: StepId
    kind: str
    state: str
    reason: str
    attempt: int
    key: str
    parts: dict[str, str]
    inputs: dict[str, Any]
    output: Any
    started_at: float | None
    finished_at: float | None
    elapsed_s: float
    slots_ok: int
    slots_total: int
    usage: Usage = Usage()
    """Of all its starts together: what the ledger gave was paid once."""
    cost: Cost = Cost()


def write_started(
    connection: sqlite3.Connection, number: int, at: float, event: StepStarted
) -> None:
    """A step began, for the first time or again; inside the journal's transaction."""
    connection.execute(
        _START,
        (
            *(number, event.step_id, event.kind, event.attempt, event.key),
            *(encode(event.parts), encode(event.inputs), at, len(event.agents)),
        ),
    )


def write_finished(
    connection: sqlite3.Connection, number: int, at: float, event: StepFinished
) -> None:
    """A step ended; inside the journal's transaction."""
    connection.execute(
        _FINISH,
        (
            *(number, event.step_id, event.state, event.reason, encode(event.output)),
            *(at - event.elapsed_s, at, event.elapsed_s, event.slots_ok, event.slots_total),
        ),
    )
    if event.usage.total_tokens or event.cost != Cost():
        connection.execute(_ADD, (*used.to_row(event.usage, event.cost), number, event.step_id))


def steps(db: Database, run_id: RunId) -> list[StepRow]:
    """The steps of a run in the order they first ran. Raises UsageError or StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            f"SELECT {', '.join(_COLUMNS)}, {used.COLUMN_LIST}"  # noqa: S608  # fixed text
            " FROM step WHERE run = ? ORDER BY position",
            (find_number(connection, run_id),),
        ).fetchall()
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> StepRow:
    usage, cost = used.from_row(row[14:])
    plain = dict(zip(_COLUMNS, row, strict=False))
    plain.update({name: msgspec.json.decode(plain[name]) for name in ("parts", "inputs", "output")})
    return StepRow(**plain, usage=usage, cost=cost)
