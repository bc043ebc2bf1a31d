from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ladder_tui.domain.event import AgentQueued, Event, TurnFinished
from ladder_tui.domain.ids import RunId
from ladder_tui.errors import StoreError
from ladder_tui.store.database import Database
from ladder_tui.store.event import read_events
from ladder_tui.store.journal import Journal
from ladder_tui.store.ledger import Ledger
from ladder_tui.store.run import get_run, heartbeat_at
from tests.store.build import (
    clock,
    entry,
    note,
    open_with_run,
    queued,
    started,
    turn,
    until,
)


def stored(db: Database, run_id: RunId) -> list[Event]:
    return [record.event for record in read_events(db, run_id)]


async def test_emitted_events_arrive_by_themselves(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    journal.emit(queued())
    journal.emit(started())
    await until(lambda: len(stored(db, run_id)) == 2)
    assert stored(db, run_id) == [queued(), started()]
    await journal.aclose()
    db.close()


async def test_closing_writes_what_is_left(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    for number in range(5_000):
        journal.emit(note(number))
    await journal.aclose()
    assert [r.seq for r in read_events(db, run_id, limit=9_999)] == list(range(1, 5_001))
    db.close()


async def test_a_commit_is_on_disk_with_everything_before_it_when_it_returns(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    journal.emit(queued())
    await journal.commit([turn()], entry("k1"))
    assert stored(db, run_id) == [queued(), turn()]
    assert Ledger.load(db, run_id).get("k1") == entry("k1")
    await journal.aclose()
    db.close()


async def test_waiting_commits_share_a_transaction(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    await journal.flush()
    statements: list[str] = []
    journal._writer._connection.set_trace_callback(statements.append)
    await asyncio.gather(*(journal.commit([turn(number=n)], entry(f"k{n}")) for n in range(50)))
    journal._writer._connection.set_trace_callback(None)
    assert len(Ledger.load(db, run_id)) == 50
    # The writer may have taken the first one before the others were there.
    assert statements.count("COMMIT") <= 3
    assert "PRAGMA synchronous = FULL" in statements
    await journal.aclose()
    db.close()


async def test_a_cancelled_commit_is_written_all_the_same(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    task = asyncio.create_task(journal.commit([turn()], entry("k1")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await journal.aclose()
    assert stored(db, run_id) == [turn()]
    assert Ledger.load(db, run_id).get("k1") is not None
    db.close()


async def test_a_closed_journal_refuses(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    await journal.aclose()
    with pytest.raises(StoreError, match="closed"):
        journal.emit(note(1))
    with pytest.raises(StoreError, match="closed"):
        await journal.commit([], entry())
    await journal.aclose()
    db.close()


async def test_a_full_disk_is_reported_once_and_nothing_is_lost(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    errors: list[StoreError] = []
    journal = Journal(path, run_id, epoch, clock(), errors.append)
    await journal.flush()
    connection = journal._writer._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    notes = [note(number) for number in range(2_000)]
    for event in notes:
        journal.emit(event)
    waiting = asyncio.create_task(journal.commit([turn()], entry("k1")))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    assert ["full" in error.why for error in errors] == [True]
    connection.execute("PRAGMA max_page_count = 1000000")
    await asyncio.wait_for(waiting, 10)
    assert [r.event for r in read_events(db, run_id, limit=9_999)] == [*notes, turn()]
    await journal.aclose()
    db.close()


async def test_a_disk_that_stays_full_ends_the_journal_clearly(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    errors: list[StoreError] = []
    journal = Journal(path, run_id, epoch, clock(), errors.append, retry_s=0.2)
    await journal.flush()
    connection = journal._writer._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(2_000):
        journal.emit(note(number))
    with pytest.raises(StoreError, match="cannot be used") as caught:
        await journal.commit([turn()], entry("k1"))
    assert "full" in caught.value.why
    with pytest.raises(StoreError):
        journal.emit(note(1))
    await journal.aclose()
    assert len(errors) == 2
    assert stored(db, run_id) == []
    assert get_run(db, run_id).usage.total_tokens == 0
    db.close()


async def test_a_lock_that_passes_delays_and_loses_nothing(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    errors: list[StoreError] = []
    journal = Journal(path, run_id, epoch, clock(), errors.append)
    await journal.flush()
    journal._writer._connection.execute("PRAGMA busy_timeout = 10")
    with db.write() as connection:
        connection.execute("UPDATE run SET reason = 'mine'")
        journal.emit(queued())
        waiting = asyncio.create_task(journal.commit([turn()], entry("k1")))
        await asyncio.sleep(0.3)
        assert not waiting.done()
    await asyncio.wait_for(waiting, 10)
    assert ["locked" in error.why for error in errors] == [True]
    assert stored(db, run_id) == [queued(), turn()]
    await journal.aclose()
    db.close()


async def test_a_commit_that_failed_after_reaching_the_disk_is_not_written_twice(
    path: Path,
) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    await journal.flush()
    journal.emit(queued())
    journal.emit(turn())
    batch = journal._next_batch()
    journal._writer.write(batch)
    journal._writer.write(batch)  # what a retry does
    assert stored(db, run_id) == [queued(), turn()]
    assert get_run(db, run_id).usage == turn().usage
    await journal.aclose()
    db.close()


async def test_a_defect_wakes_those_who_wait(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    journal._queue.append((0.0, "no entry"))  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="journal failed"):
        await asyncio.wait_for(journal.commit([turn()], entry()), 10)
    with pytest.raises(StoreError, match="journal failed"):
        journal.emit(note(1))
    await journal.aclose()
    db.close()


async def test_the_runner_shows_that_it_lives(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock(500.0))
    await journal.flush()
    first = heartbeat_at(db, run_id)
    assert first is not None
    await until(lambda: heartbeat_at(db, run_id) != first)
    assert (heartbeat_at(db, run_id) or 0) > first
    await journal.aclose()
    db.close()


async def test_a_summary_is_set_in_its_place_between_events(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    journal.set_summary(state="running", reason="starting", started_at=5.0)
    journal.emit(queued())
    journal.set_summary(state="error", verdict="none", reason="no model", finished_at=9.0)
    await journal.flush()
    run = get_run(db, run_id)
    assert (run.state, run.reason, run.started_at, run.finished_at) == (
        "error",
        "no model",
        5.0,
        9.0,
    )
    assert run.agents_total == 1
    await journal.aclose()
    db.close()


async def test_two_readers_see_whole_transactions_only(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    readers = [Database(path, read_only=True) for _ in range(2)]
    is_done = False

    def read(reader: Database) -> list[int]:
        seen: list[int] = []
        last = 0
        while not (is_done and last == 200):
            page = read_events(reader, run_id, last)
            # A commit writes its two events together.
            assert len(page) % 2 == 0
            seen += [record.seq for record in page]
            last = page[-1].id if page else last
        return seen

    tasks = [asyncio.create_task(asyncio.to_thread(read, reader)) for reader in readers]
    for number in range(100):
        pair: list[AgentQueued | TurnFinished] = [queued(), turn(number=number)]
        await journal.commit(pair, entry(f"k{number}"))
    is_done = True
    for task in tasks:
        assert await asyncio.wait_for(task, 30) == list(range(1, 201))
    await journal.aclose()
    for reader in readers:
        reader.close()
    db.close()
