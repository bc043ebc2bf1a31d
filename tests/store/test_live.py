from __future__ import annotations

import time
from pathlib import Path

from ladder_tui.domain.event import LiveRow, RunFinished
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.store import live
from ladder_tui.store.journal import LIVE_S, Journal
from ladder_tui.store.run import take_run
from tests.store.build import SECURITY, TESTS, clock, finished, open_with_run, queued, until


def meters(tokens: int, text: str = "", activity: str = "generating") -> LiveRow:
    return LiveRow(SECURITY, activity, 100.0, tokens, text)


async def test_meters_are_shown_and_the_newest_counts(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    for tokens in range(50):
        journal.live({SECURITY: meters(tokens)})
    await until(lambda: live.read_live(db, run_id) == [meters(49)])
    await journal.aclose()
    db.close()


async def test_meters_are_written_at_most_ten_times_a_second(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    await journal.flush()
    statements: list[str] = []
    journal._writer._connection.set_trace_callback(statements.append)
    begin = time.monotonic()
    for tokens in range(30):
        journal.live({SECURITY: meters(tokens)})
        await journal.flush()
    elapsed = time.monotonic() - begin
    writes = sum(text.startswith("INSERT OR REPLACE INTO live") for text in statements)
    journal._writer._connection.set_trace_callback(None)
    assert writes <= elapsed / LIVE_S + 1  # however many transactions there were
    await until(lambda: live.read_live(db, run_id) == [meters(29)])
    await journal.aclose()
    db.close()


async def test_meters_go_with_their_agent(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    both = {SECURITY: meters(1), TESTS: LiveRow(TESTS, "Grep", 100.0)}
    journal.live(both)
    await until(lambda: len(live.read_live(db, run_id)) == 2)
    journal.emit(finished(SECURITY))
    await journal.flush()
    assert [row.agent_id for row in live.read_live(db, run_id)] == [TESTS]
    journal.drop_live(TESTS)
    await until(lambda: live.read_live(db, run_id) == [])
    journal.live(both)
    await until(lambda: len(live.read_live(db, run_id)) == 2)
    journal.emit(RunFinished("done", "pass", "", Usage(), Cost(), 1, 1, 0, 1.0))
    await journal.flush()
    assert live.read_live(db, run_id) == []
    await journal.aclose()
    db.close()


async def test_a_new_owner_starts_without_old_meters(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    journal.emit(queued())
    journal.live({SECURITY: meters(1)})
    await until(lambda: len(live.read_live(db, run_id)) == 1)
    await journal.aclose()
    take_run(db, run_id)
    assert live.read_live(db, run_id) == []
    db.close()


async def test_partial_text_is_written_for_watched_agents_only(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    journal = Journal(path, run_id, epoch, clock())
    journal.live({SECURITY: meters(1, "The loop")})
    await until(lambda: live.read_live(db, run_id) == [meters(1)])
    live.lease(db, run_id, SECURITY, "viewer", until=101.0)
    journal.live({SECURITY: meters(2, "The loop queries")})
    await until(lambda: live.read_live(db, run_id) == [meters(2, "The loop queries")])
    live.lease(db, run_id, SECURITY, "viewer", until=99.0)
    journal.live({SECURITY: meters(3, "The loop queries once")})
    await until(lambda: live.read_live(db, run_id) == [meters(3)])
    await journal.aclose()
    db.close()


async def test_long_and_broken_text_is_cut_to_size(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    live.lease(db, run_id, SECURITY, "viewer", until=101.0)
    journal = Journal(path, run_id, epoch, clock())
    journal.live({SECURITY: meters(1, "a" * 20_000 + "\ud800", "é\udc00" * 300)})
    await until(lambda: len(live.read_live(db, run_id)) == 1)
    row = live.read_live(db, run_id)[0]
    assert 298 <= len(row.activity.encode()) <= 300
    assert len(row.text) == live.TEXT_CHARACTERS
    assert row.text.endswith("a?")
    await journal.aclose()
    db.close()


def test_leases_end_by_time_by_release_or_by_moving_on(path: Path) -> None:
    db, run_id, _ = open_with_run(path)
    live.lease(db, run_id, SECURITY, "one", until=10.0)
    live.lease(db, run_id, TESTS, "two", until=20.0)
    assert live.leased_agents(db, run_id, now=5.0) == {SECURITY, TESTS}
    assert live.leased_agents(db, run_id, now=15.0) == {TESTS}
    live.lease(db, run_id, TESTS, "one", until=10.0)
    assert live.leased_agents(db, run_id, now=5.0) == {TESTS}
    live.release_lease(db, run_id, "two")
    assert live.leased_agents(db, run_id, now=15.0) == set()
    db.close()
