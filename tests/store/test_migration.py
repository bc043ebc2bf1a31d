from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from ladder_tui.errors import StoreError
from ladder_tui.store.database import connect, open_database
from ladder_tui.store.journal import Journal
from ladder_tui.store.migration import migrate, needs_migration, user_version
from ladder_tui.store.schema import MIGRATIONS
from tests.store.build import clock, open_with_run

NEXT = (*MIGRATIONS, ("ALTER TABLE launch ADD COLUMN viewer TEXT NOT NULL DEFAULT ''",))
BROKEN = (*MIGRATIONS, ("CREATE TABLE half (x)", "INSERT INTO nowhere VALUES (1)"))


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def test_an_existing_database_is_copied_before_it_is_migrated(path: Path) -> None:
    db, run_id, _ = open_with_run(path)
    db.close()
    connection = connect(path)
    backup = migrate(connection, path, NEXT)
    assert "viewer" in columns(connection, "launch")
    assert user_version(connection) == len(NEXT)
    connection.close()
    assert backup == path.with_name(f"ladder.db.v{len(MIGRATIONS)}.bak")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    copy = open_database(backup, read_only=True)
    assert "viewer" not in columns(copy.connection, "launch")
    assert copy.connection.execute("SELECT run_id FROM run").fetchall() == [(run_id,)]
    copy.close()


def test_a_new_database_needs_no_backup(path: Path) -> None:
    open_database(path).close()
    assert list(path.parent.glob("*.bak")) == []


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    open_database(path).close()
    connection = connect(path)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, path, BROKEN)
    assert user_version(connection) == len(MIGRATIONS)
    assert columns(connection, "half") == []
    connection.close()
    open_database(path).close()


def test_a_second_migration_finds_nothing_to_do(path: Path) -> None:
    open_database(path).close()
    connection = connect(path)
    migrate(connection, path, NEXT)
    assert not needs_migration(connection, path, NEXT)
    assert migrate(connection, path, NEXT) is None
    connection.close()


async def test_a_migration_waits_for_a_running_run(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    connection = connect(path)
    with pytest.raises(StoreError, match="run is still going") as caught:
        migrate(connection, path, NEXT, wait_s=0.0)
    assert caught.value.next_step
    assert user_version(connection) == len(MIGRATIONS)
    await journal.aclose()
    assert migrate(connection, path, NEXT, wait_s=0.0) is not None
    connection.close()
    db.close()
