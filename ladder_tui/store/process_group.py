"""Process groups of a run, recorded before use so that a resume can end what was left over."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.ids import RunId
from ladder_tui.store.database import Database
from ladder_tui.store.run import find_number, require_epoch


class ProcessGroup(msgspec.Struct, frozen=True):
    """A process group and what tells it from a later one with the same number."""

    pgid: int
    started_ticks: int
    """Start time of its leader, in clock ticks since boot (field 22 of /proc/PID/stat)."""
    label: str
    epoch: int


def record_group(
    db: Database, run_id: RunId, epoch: int, pgid: int, started_ticks: int, label: str
) -> None:
    """Remember a process group of a run. Raises FencedError, UsageError, or StoreError."""
    with db.write() as connection:
        number = find_number(connection, run_id)
        require_epoch(connection, number, epoch)
        connection.execute(
            "INSERT OR REPLACE INTO process_group(run, pgid, epoch, started_ticks, label)"
            " VALUES (?, ?, ?, ?, ?)",
            (number, pgid, epoch, started_ticks, label),
        )


def forget_group(db: Database, run_id: RunId, pgid: int) -> None:
    """Forget a group that ended. Raises UsageError or StoreError."""
    with db.write() as connection:
        connection.execute(
            "DELETE FROM process_group WHERE run = ? AND pgid = ?",
            (find_number(connection, run_id), pgid),
        )


def groups(db: Database, run_id: RunId) -> list[ProcessGroup]:
    """Groups that were recorded and not forgotten. Raises UsageError or StoreError."""
    with db.read() as connection:
        rows = connection.execute(
            "SELECT pgid, started_ticks, label, epoch FROM process_group WHERE run = ?"
            " ORDER BY pgid",
            (find_number(connection, run_id),),
        ).fetchall()
    return [ProcessGroup(*row) for row in rows]
