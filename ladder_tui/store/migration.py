"""Bringing a database to the schema of this version."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ladder_tui.errors import DatabaseCorruptError, DatabaseNewerError, StoreError
from ladder_tui.store.lock import FileLock
from ladder_tui.store.schema import APPLICATION_ID, MIGRATIONS

MIGRATION_WAIT_S = 10.0


def user_version(connection: sqlite3.Connection) -> int:
    """Number of migrations that the file has seen."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migration_lock(path: Path) -> FileLock:
    """The lock beside ``path``: shared by every journal, exclusive for a migration."""
    return FileLock(path.with_name(path.name + ".lock"))


def needs_migration(
    connection: sqlite3.Connection,
    path: Path,
    migrations: Sequence[Sequence[str]] = MIGRATIONS,
) -> bool:
    """Whether the file is older than ``migrations``.

    Raises DatabaseNewerError for a file of a newer Ladder and DatabaseCorruptError for a database
    of another program.
    """
    version = user_version(connection)
    if version > len(migrations):
        raise DatabaseNewerError(
            f"{path} was written by a newer Ladder",
            why=f"its schema version is {version}; this Ladder knows up to {len(migrations)}",
            next_step="update Ladder (pip install -U ladder-tui), or use the version that wrote it",
        )
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    has_tables = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is not None
    if application != APPLICATION_ID and (has_tables or version):
        raise DatabaseCorruptError(
            f"{path} is a database of another program",
            why=f"its application id is {application:#x}, not {APPLICATION_ID:#x}",
            next_step="move it away; Ladder makes a new one",
        )
    return version < len(migrations)


def migrate(
    connection: sqlite3.Connection,
    path: Path,
    migrations: Sequence[Sequence[str]] = MIGRATIONS,
    *,
    wait_s: float = MIGRATION_WAIT_S,
) -> Path | None:
    """Apply what is missing, all or nothing, and return the path of the backup, if one was made.

    Waits up to ``wait_s`` seconds for journals of running runs and for other migrations. A file
    that already holds a schema is copied first, to ``<name>.v<version>.bak``.
    Raises StoreError when a run goes on for longer, or sqlite3.Error.
    """
    lock = migration_lock(path)
    if not lock.acquire(wait_s=wait_s):
        raise StoreError(
            f"{path} must be brought to a newer schema, but a run is still going",
            why="a run that was started with an older Ladder writes to it",
            next_step="wait for the run to end, or cancel it with the older version",
        )
    try:
        # Another process may have migrated while this one waited.
        if not needs_migration(connection, path, migrations):
            return None
        version = user_version(connection)
        backup = _back_up(connection, path, version) if version else None
        _use_wal(connection, path)
        _apply(connection, migrations, version)
        return backup
    finally:
        lock.release()


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> Path:
    target = path.with_name(f"{path.name}.v{version}.bak")
    # Created by us first, so that it is never readable by others, not even for a moment.
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    copy = sqlite3.connect(target)
    try:
        connection.backup(copy)
    finally:
        copy.close()
    return target


def _use_wal(connection: sqlite3.Connection, path: Path) -> None:
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(
            f"{path} cannot be shared between processes there",
            why=f"SQLite refuses write-ahead logging on this file system (mode {mode})",
            next_step="keep the repository on a local disk",
        )


def _apply(
    connection: sqlite3.Connection, migrations: Sequence[Sequence[str]], version: int
) -> None:
    connection.execute("BEGIN EXCLUSIVE")
    try:
        for statements in migrations[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
