from __future__ import annotations

import asyncio
from pathlib import Path

from ladder_tui.domain.event import NoteAdded
from ladder_tui.store import checkpoint
from ladder_tui.store.database import Database, open_database
from ladder_tui.store.event import read_events
from ladder_tui.store.journal import Journal
from ladder_tui.store.lock import FileLock
from tests.store.build import clock, open_with_run

LONG = NoteAdded("x" * 10_000)


async def test_the_log_stays_short_while_readers_look_on(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    reader = Database(path, read_only=True)
    sizes, last = [], 0
    for _ in range(15):
        for _ in range(100):
            journal.emit(LONG)
        await journal.flush()
        last = max((r.id for r in read_events(reader, run_id, last)), default=last)
        await asyncio.sleep(0.02)
        sizes.append(checkpoint.wal_bytes(path))
    assert last == 1_500
    # 15 MB went through it.
    assert max(sizes) < checkpoint.WAL_IDLE_BYTES + 4_000_000
    await journal.aclose()
    reader.close()
    db.close()


async def test_a_reader_in_the_way_delays_a_checkpoint_and_harms_nothing(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    reader = open_database(path)
    with reader.read() as snapshot:
        count = "SELECT count(*) FROM event"
        assert snapshot.execute(count).fetchone() == (0,)
        journal = Journal(path, run_id, epoch, clock())
        for _ in range(500):
            journal.emit(LONG)
        await journal.aclose()
        assert not checkpoint.checkpoint(db.connection, path)
        assert snapshot.execute(count).fetchone() == (0,)
    assert checkpoint.checkpoint(db.connection, path)
    assert checkpoint.wal_bytes(path) == 0
    assert len(read_events(reader, run_id)) == 500
    assert db.check() == []
    reader.close()
    db.close()


def test_one_process_checkpoints_at_a_time(path: Path) -> None:
    db, _, _ = open_with_run(path)
    lock = FileLock(path.with_name("ladder.db.checkpoint"))
    assert lock.acquire()
    assert not checkpoint.checkpoint(db.connection, path)
    lock.release()
    assert checkpoint.checkpoint(db.connection, path)
    db.close()


async def test_opening_empties_a_long_log_that_nobody_took_care_of(path: Path) -> None:
    db, _, _ = open_with_run(path)
    with db.write() as connection:
        rows = [("x" * 10_000,) for _ in range(600)]
        connection.executemany("INSERT INTO prd_edit(path, seconds, at) VALUES (?, 0, 0)", rows)
    assert checkpoint.wal_bytes(path) > checkpoint.WAL_IDLE_BYTES
    open_database(path).close()
    assert checkpoint.wal_bytes(path) == 0
    db.close()
