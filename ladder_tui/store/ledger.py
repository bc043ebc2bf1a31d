"""The ledger: results that were paid for, by content key, so that a resume pays nothing twice."""

from __future__ import annotations

import sqlite3
from typing import Literal

import msgspec

from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.store import used
from ladder_tui.store.database import Database
from ladder_tui.store.run import find_number

_SELECT = f"SELECT key, kind, agent_id, body, {used.COLUMN_LIST} FROM ledger WHERE run = ?"  # noqa: S608  # fixed text
_UPSERT = (
    f"INSERT INTO ledger(run, key, kind, agent_id, at, body, {used.COLUMN_LIST})"  # noqa: S608  # fixed text
    f" VALUES (?, ?, ?, ?, ?, ?, {used.PLACES})"
    " ON CONFLICT(run, key) DO UPDATE SET kind = excluded.kind, at = excluded.at,"
    " body = excluded.body, "
    + ", ".join(f"{column} = excluded.{column}" for column in used.COLUMNS)
)


class LedgerEntry(msgspec.Struct, frozen=True):
    """A finished result. ``body`` is msgspec JSON of it; usage and cost are what it took."""

    key: str
    kind: Literal["turn", "tool", "gate", "process", "answer", "interjection", "retry"]
    agent_id: AgentId
    body: bytes
    usage: Usage = Usage()
    cost: Cost = Cost()


class Ledger:
    """The committed results of one run, as they were when the run was taken."""

    def __init__(self, entries: dict[str, LedgerEntry]) -> None:
        self._entries = entries

    @classmethod
    def load(cls, db: Database, run_id: RunId) -> Ledger:
        """Read the rows of a run once. Raises UsageError or StoreError."""
        with db.read() as connection:
            rows = connection.execute(_SELECT, (find_number(connection, run_id),)).fetchall()
        entries = {}
        for key, kind, agent_id, body, *columns in rows:
            usage, cost = used.from_row(tuple(columns))
            entries[key] = LedgerEntry(key, kind, AgentId(agent_id), body, usage, cost)
        return cls(entries)

    def get(self, key: str) -> LedgerEntry | None:
        """The result that was committed under ``key``, if any."""
        return self._entries.get(key)

    def __len__(self) -> int:
        return len(self._entries)


def write_entries(
    connection: sqlite3.Connection, number: int, entries: list[tuple[float, LedgerEntry]]
) -> None:
    """Add rows inside the journal's transaction; the newest result of a key stands."""
    connection.executemany(
        _UPSERT,
        [
            (number, e.key, e.kind, e.agent_id, at, e.body, *used.to_row(e.usage, e.cost))
            for at, e in entries
        ],
    )
