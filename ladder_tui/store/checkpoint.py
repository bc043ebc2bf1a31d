"""Copying the write-ahead log back into the database, by one process at a time.

SQLite 3.7.0 to 3.51.2 can damage a database when one connection starts a checkpoint of a log
that is already copied while another commits and resets that log ("WAL-reset bug",
https://sqlite.org/wal.html#walresetbug). Nobody therefore checkpoints on the side:

* every connection sets ``wal_autocheckpoint = 0``, so that a commit never checkpoints;
* a checkpoint is asked for by the thread of a journal (or at opening, when no journal lives to do
  it), and only by the holder of a lock beside the database;
* its mode is TRUNCATE, which holds SQLite's write lock: no commit can reset the log meanwhile,
  and a log that was copied whole is empty afterwards, so there is nothing to start over on.

The log is bounded: a journal asks when it has a moment and the log is longer than
``WAL_IDLE_BYTES``, and in any case at ``WAL_LIMIT_BYTES``; readers are short. When a reader is in
the way the frames are copied as far as possible, and the next try comes a second later.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ladder_tui.store.lock import try_lock

WAL_IDLE_BYTES = 4 * 1024 * 1024
WAL_LIMIT_BYTES = 64 * 1024 * 1024
CHECKPOINT_WAIT_MS = 250
"""How long a checkpoint waits for writers and readers; it keeps other writers waiting too."""


def wal_bytes(path: Path) -> int:
    """Size of the write-ahead log of the database at ``path``."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size
    except FileNotFoundError:
        return 0


def checkpoint(connection: sqlite3.Connection, path: Path) -> bool:
    """Empty the log into the database. False when others were in the way.

    Must be called outside of a transaction. Raises sqlite3.Error or OSError.
    """
    with try_lock(path.with_name(path.name + ".checkpoint")) as is_held:
        if not is_held:
            return False
        previous = int(connection.execute("PRAGMA busy_timeout").fetchone()[0])
        connection.execute(f"PRAGMA busy_timeout = {CHECKPOINT_WAIT_MS}")
        try:
            is_busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            connection.execute(f"PRAGMA busy_timeout = {previous}")
    return not is_busy
