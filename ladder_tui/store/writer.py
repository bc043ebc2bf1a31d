"""One transaction of a journal: the epoch check, the rows, and what is derived from them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ladder_tui.domain.event import LiveRow
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.errors import StoreError
from ladder_tui.store.checkpoint import WAL_IDLE_BYTES, WAL_LIMIT_BYTES, checkpoint, wal_bytes
from ladder_tui.store.database import connect
from ladder_tui.store.event import EventRow
from ladder_tui.store.failure import translated
from ladder_tui.store.ledger import LedgerEntry, write_entries
from ladder_tui.store.live import clip_activity, clip_text
from ladder_tui.store.migration import MIGRATION_WAIT_S, migration_lock, needs_migration
from ladder_tui.store.run import find_number, require_epoch
from ladder_tui.store.summary import Summary

_INSERT_EVENT = "INSERT INTO event(run, seq, at, type, agent_id, body) VALUES (?, ?, ?, ?, ?, ?)"
_ROWS_AT_ONCE = (4096, 512, 32, 1)
"""Rows per statement. Python gives up its lock for every step of a statement, and a busy event
loop takes milliseconds to give it back; many rows to a step make that rare, and save a quarter of
the time besides. 4,096 rows have 24,576 values; SQLite takes 32,766."""
_INSERT_EVENTS = {
    count: _INSERT_EVENT + ", (?, ?, ?, ?, ?, ?)" * (count - 1) for count in _ROWS_AT_ONCE
}
_UPSERT_LIVE = (
    "INSERT INTO live(run, agent_id, activity, activity_at, output_tokens, text)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET activity = excluded.activity,"
    " activity_at = excluded.activity_at, output_tokens = excluded.output_tokens,"
    " text = excluded.text"
)


class Waiter(NamedTuple):
    """Somebody who awaits a transaction, in their own event loop."""

    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[None]

    def settle(self, error: StoreError | None) -> None:
        """Wake the one who waits; in their loop's thread."""
        if self.future.done():
            return  # the waiting task was cancelled; the rows are written all the same
        if error is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(error)


def settle(waiters: Sequence[Waiter], error: StoreError | None = None) -> None:
    """Wake those who wait, from any thread; all of a loop at once, since waking it is a write."""
    for loop, of_loop in itertools.groupby(waiters, key=lambda waiter: waiter.loop):
        # The loop is closed when the process is on its way out: nobody waits any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle_all, list(of_loop), error)


def _settle_all(waiters: Sequence[Waiter], error: StoreError | None) -> None:
    for waiter in waiters:
        waiter.settle(error)


class Batch:
    """What goes into one transaction."""

    def __init__(self) -> None:
        self.events: list[EventRow] = []
        self.entries: list[tuple[float, LedgerEntry]] = []
        self.columns: list[tuple[int, dict[str, Any]]] = []
        """Columns of the run's row, each with the number of events that go before it."""
        self.waiters: list[Waiter] = []
        self.live: dict[AgentId, LiveRow] = {}
        self.dropped: set[AgentId] = set()
        self.heartbeat_at: float | None = None
        self.target_seq = -1
        """Last ``seq`` of the run once this batch is in; -1 before the first try."""

    def __bool__(self) -> bool:
        return bool(
            self.events
            or self.entries
            or self.columns
            or self.waiters
            or self.live
            or self.dropped
            or self.heartbeat_at is not None
        )


class RunWriter:
    """The connection that writes a run. Used by one thread, after it was made by another."""

    def __init__(self, path: Path, run_id: RunId, epoch: int) -> None:
        """Raises FencedError, DatabaseNewerError, UsageError for an unknown run, or StoreError."""
        self._path = path
        self._epoch = epoch
        self._is_full_sync = False
        self._lock = migration_lock(path)
        with translated(path):
            if not self._lock.acquire(is_shared=True, wait_s=MIGRATION_WAIT_S):
                raise StoreError(f"{path} is being brought to a newer schema", why="it takes long")
            self._connection = connect(path)
            try:
                needs_migration(self._connection, path)
                self._number = find_number(self._connection, run_id)
                require_epoch(self._connection, self._number, epoch)
            except BaseException:
                self.close()
                raise

    def write(self, batch: Batch) -> None:
        """Write ``batch`` in one transaction, synced to the disk when it holds ledger rows.

        Raises FencedError when the run has another owner, or StoreError.
        """
        with translated(self._path):
            self._use_full_sync(bool(batch.entries))
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                last_seq = require_epoch(connection, self._number, self._epoch)
                # A COMMIT can fail after it reached the disk. Nobody else writes in this epoch,
                # so the run standing where this batch would lead means that the batch is in.
                if not batch.events or last_seq != batch.target_seq:
                    batch.target_seq = last_seq + len(batch.events)
                    self._write_rows(batch, last_seq)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def _write_rows(self, batch: Batch, last_seq: int) -> None:
        connection, number = self._connection, self._number
        first_id = self._insert_events(batch.events, last_seq) if batch.events else 0
        if batch.entries:
            write_entries(connection, number, batch.entries)
        summary = Summary(connection, number)
        start = 0
        for position, columns in batch.columns:
            summary.add(batch.events[start:position], first_id + start)
            summary.set(columns)
            start = position
        summary.add(batch.events[start:], first_id + start)
        if batch.heartbeat_at is not None:
            summary.set({"heartbeat_at": batch.heartbeat_at})
        summary.write()
        self._write_live(batch, summary)

    def _insert_events(self, events: list[EventRow], last_seq: int) -> int:
        """Write events and where the run stands now; returns the id of the first."""
        number, execute = self._number, self._connection.execute
        rows = enumerate(events, last_seq + 1)
        left = len(events)
        for count in _ROWS_AT_ONCE:
            while left >= count:
                values: list[int | float | str | bytes] = []
                for seq, row in itertools.islice(rows, count):
                    values += (number, seq, row.at, row.type, row.agent_id, row.body)
                execute(_INSERT_EVENTS[count], values)
                left -= count
        # This transaction has the write lock, so the ids are side by side.
        last_id = int(execute("SELECT last_insert_rowid()").fetchone()[0])
        first_id = last_id - len(events) + 1
        execute(
            "UPDATE run SET last_seq = ?1, last_event = ?2,"
            " first_event = CASE first_event WHEN 0 THEN ?3 ELSE first_event END"
            " WHERE number = ?4",
            (last_seq + len(events), last_id, first_id, number),
        )
        return first_id

    def _write_live(self, batch: Batch, summary: Summary) -> None:
        connection, number = self._connection, self._number
        dropped = batch.dropped | summary.ended
        if summary.is_run_finished:
            connection.execute("DELETE FROM live WHERE run = ?", (number,))
        elif dropped:
            connection.executemany(
                "DELETE FROM live WHERE run = ? AND agent_id = ?", [(number, a) for a in dropped]
            )
        rows = [row for row in batch.live.values() if row.agent_id not in dropped]
        if rows and not summary.is_run_finished:
            leased = self._leased(rows)
            connection.executemany(
                _UPSERT_LIVE,
                [
                    (
                        *(number, r.agent_id, clip_activity(r.activity), r.activity_at),
                        *(r.output_tokens, clip_text(r.text) if r.agent_id in leased else ""),
                    )
                    for r in rows
                ],
            )

    def _leased(self, rows: list[LiveRow]) -> set[str]:
        """Agents with a lease, as of the newest row: text goes nowhere without a viewer."""
        if not any(row.text for row in rows):
            return set()
        now = max(row.activity_at for row in rows)
        found = self._connection.execute(
            "SELECT agent_id FROM lease WHERE run = ? AND until > ?", (self._number, now)
        ).fetchall()
        return {str(row[0]) for row in found}

    def _use_full_sync(self, is_full: bool) -> None:
        if is_full != self._is_full_sync:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if is_full else 'NORMAL'}")
            self._is_full_sync = is_full

    def checkpoint_if_due(self, *, is_idle: bool) -> bool:
        """Empty the write-ahead log when it is long. False when others were in the way.

        Raises StoreError.
        """
        if wal_bytes(self._path) <= (WAL_IDLE_BYTES if is_idle else WAL_LIMIT_BYTES):
            return True
        with translated(self._path):
            return checkpoint(self._connection, self._path)

    def close(self) -> None:
        """Close the connection and let migrations go ahead."""
        connection: sqlite3.Connection | None = getattr(self, "_connection", None)
        if connection is not None:
            connection.close()
        self._lock.release()
