from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ladder_tui.errors import DatabaseCorruptError, DatabaseNewerError, StoreError
from ladder_tui.store.database import Database, open_database
from ladder_tui.store.migration import user_version
from ladder_tui.store.run import create_run, list_runs
from ladder_tui.store.schema import MIGRATIONS
from tests.store.build import open_with_run, spec


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_database_is_private_and_at_the_newest_schema(path: Path) -> None:
    previous = os.umask(0)
    try:
        db, _, _ = open_with_run(path)
    finally:
        os.umask(previous)
    assert user_version(db.connection) == len(MIGRATIONS)
    for name in ("ladder.db", "ladder.db-wal", "ladder.db-shm"):
        assert mode(path.with_name(name)) == 0o600
    db.close()


def test_a_database_that_others_could_read_becomes_private(path: Path) -> None:
    open_database(path).close()
    path.chmod(0o644)
    open_database(path).close()
    assert mode(path) == 0o600


def test_connections_use_write_ahead_logging_and_never_checkpoint_on_the_side(
    db: Database,
) -> None:
    def pragma(name: str) -> object:
        return db.connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert pragma("journal_mode") == "wal"
    assert pragma("wal_autocheckpoint") == 0
    assert pragma("synchronous") == 1
    assert pragma("foreign_keys") == 1


def test_a_newer_database_is_refused_with_both_versions(path: Path) -> None:
    db = open_database(path)
    db.connection.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(DatabaseNewerError) as caught:
        open_database(path)
    assert "99" in caught.value.why
    assert str(len(MIGRATIONS)) in caught.value.why
    assert caught.value.next_step


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"# notes, not a database\n" * 200)
    with pytest.raises(DatabaseCorruptError) as caught:
        open_database(path)
    assert caught.value.next_step
    assert path.read_bytes().startswith(b"# notes")


def test_a_damaged_database_is_refused(path: Path) -> None:
    db, _, _ = open_with_run(path)
    db.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * (size - 100))
    with pytest.raises(DatabaseCorruptError):
        open_database(path)


def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipe (name TEXT)")
    other.close()
    with pytest.raises(DatabaseCorruptError) as caught:
        open_database(path)
    assert "another program" in caught.value.what
    other = sqlite3.connect(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipe",)]
    other.close()


def test_a_path_below_a_file_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as caught:
        open_database(tmp_path / "file" / "ladder.db")
    assert "Not a directory" in caught.value.why
    assert caught.value.next_step


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a Linux /proc")
def test_a_directory_that_takes_no_files_says_what_is_wrong() -> None:
    with pytest.raises(StoreError) as caught:
        open_database(Path("/proc/ladder.db"))
    assert caught.value.why
    assert caught.value.next_step


def test_a_directory_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_database(tmp_path)
    with pytest.raises(StoreError):
        open_database(tmp_path, read_only=True)


def test_reading_only_needs_a_file_and_never_writes(path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used"):
        open_database(path, read_only=True)
    assert not path.exists()
    db, run_id, _ = open_with_run(path)
    reader = open_database(path, read_only=True)
    assert [run.run_id for run in list_runs(reader)] == [run_id]
    with pytest.raises(StoreError):
        create_run(reader, spec("r-2"))
    reader.close()
    db.close()


def test_reading_only_does_not_migrate(path: Path) -> None:
    path.parent.mkdir()
    sqlite3.connect(path).close()
    path.touch()
    with pytest.raises(StoreError, match="older schema"):
        open_database(path, read_only=True)


def test_a_locked_database_says_so(path: Path, db: Database) -> None:
    other = open_database(path)
    other.connection.execute("PRAGMA busy_timeout = 1")
    with db.write(), pytest.raises(StoreError) as caught:
        create_run(other, spec())
    assert "locked" in caught.value.why
    other.close()


def test_a_full_database_says_so_and_keeps_what_it_had(db: Database) -> None:
    create_run(db, spec("r-1"))
    pages = db.connection.execute("PRAGMA page_count").fetchone()[0]
    db.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError) as caught, db.write() as connection:
        connection.execute("UPDATE run SET reason = ?", ("x" * 1_000_000,))
    assert "full" in caught.value.why
    assert [run.reason for run in list_runs(db)] == [""]


def test_a_failed_block_undoes_everything(db: Database) -> None:
    def fail() -> None:
        with db.write() as connection:
            connection.execute("INSERT INTO prd_edit(path, seconds, at) VALUES ('a', 1, 1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with db.read() as connection:
        assert connection.execute("SELECT count(*) FROM prd_edit").fetchone() == (0,)


def test_every_thread_has_its_own_connection_and_close_ends_them_all(db: Database) -> None:
    seen: list[sqlite3.Connection] = []
    thread = threading.Thread(target=lambda: seen.append(db.connection))
    thread.start()
    thread.join()
    assert seen[0] is not db.connection
    assert db.connection is db.connection
    db.close()
    with pytest.raises(sqlite3.ProgrammingError):
        seen[0].execute("SELECT 1")
    with pytest.raises(StoreError, match="closed"), db.read():
        pass


def test_the_quick_check_finds_nothing_in_a_sound_database(db: Database) -> None:
    create_run(db, spec())
    assert db.check() == []


def test_many_processes_can_open_a_new_database_at_once(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from ladder_tui.store.database import open_database\n"
        "open_database(Path(sys.argv[1])).close()"
    )
    children = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(4)]
    assert [child.wait(60) for child in children] == [0, 0, 0, 0]
    db = open_database(path)
    assert db.check() == []
    db.close()
