"""Money and tokens by local day and model, over all runs of the repository."""

from __future__ import annotations

import functools
import sqlite3
import time

import msgspec

from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.store import used
from ladder_tui.store.database import Database

_ADD = (
    f"UPDATE spend SET calls = calls + ?, lost_attempts = lost_attempts + ?, {used.ADD}"  # noqa: S608  # fixed text
    " WHERE day = ? AND model = ?"
)
_ALL = f"SELECT day, model, calls, lost_attempts, {used.COLUMN_LIST} FROM spend"  # noqa: S608  # fixed text
_QUARTER_S = 900


class SpendRow(msgspec.Struct, frozen=True):
    """What one model took on one day; lost attempts are in the sums and counted apart."""

    day: str
    model: str
    calls: int
    lost_attempts: int
    usage: Usage
    cost: Cost


class Spent:
    """What calls used, added up as plain numbers, which is quicker than adding structs."""

    __slots__ = ("calls", "lost", "values")

    def __init__(self) -> None:
        self.calls = 0
        self.lost = 0
        self.values = [0] * len(used.COLUMNS)

    def add(self, usage: Usage, cost: Cost) -> None:
        """Add what one call used; the caller counts it."""
        values = self.values
        values[0] += usage.input_tokens
        values[1] += usage.output_tokens
        values[2] += usage.cache_read_input_tokens
        values[3] += usage.cache_creation_input_tokens
        values[4] |= usage.is_estimated
        values[5] += cost.nano_usd
        values[6] += cost.unpriced_calls
        values[7] |= cost.is_estimated

    def merge(self, other: Spent) -> None:
        """Add another sum."""
        self.calls += other.calls
        self.lost += other.lost
        self.values = [
            a | b if column.startswith("is_") else a + b
            for column, a, b in zip(used.COLUMNS, self.values, other.values, strict=True)
        ]


def day_of(at: float) -> str:
    """Local day of a Unix time, as ``2026-11-23``."""
    return _day_of_quarter(int(at) // _QUARTER_S)


@functools.lru_cache(maxsize=64)
def _day_of_quarter(quarter: int) -> str:
    # All local times differ from UTC by whole quarters of an hour, so no quarter holds a midnight.
    return time.strftime("%Y-%m-%d", time.localtime(quarter * _QUARTER_S))


def write_spend(connection: sqlite3.Connection, spent: dict[tuple[str, str], Spent]) -> None:
    """Add to the rows of (day, model) inside the journal's transaction."""
    connection.executemany(
        "INSERT INTO spend(day, model) VALUES (?, ?) ON CONFLICT DO NOTHING", list(spent)
    )
    connection.executemany(
        _ADD, [(s.calls, s.lost, *s.values, day, model) for (day, model), s in spent.items()]
    )


def spend_rows(db: Database, since_day: str = "", limit: int = 1000) -> list[SpendRow]:
    """Rows from ``since_day`` on, newest day first. Raises StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            f"{_ALL} WHERE day >= ? ORDER BY day DESC, model LIMIT ?", (since_day, limit)
        ).fetchall()
    found = []
    for day, model, calls, lost_attempts, *columns in rows:
        usage, cost = used.from_row(tuple(columns))
        found.append(SpendRow(day, model, calls, lost_attempts, usage, cost))
    return found


def spend_on(db: Database, day: str) -> tuple[Usage, Cost]:
    """Sums of one local day, ``day_of(now)`` for today. Raises StoreError."""
    usage, cost = Usage(), Cost()
    with db.read() as connection:
        rows = connection.execute(f"{_ALL} WHERE day = ?", (day,)).fetchall()
    for row in rows:
        of_model = used.from_row(row[4:])
        usage, cost = usage + of_model[0], cost + of_model[1]
    return usage, cost
