from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ladder_tui.domain.ids import RunId
from ladder_tui.errors import FencedError, StoreError, UsageError
from ladder_tui.store.event import read_events
from ladder_tui.store.journal import Journal
from ladder_tui.store.run import take_run
from tests.store.build import SECURITY, clock, entry, note, open_with_run, turn


async def test_a_second_runner_fences_the_first_out(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    errors: list[StoreError] = []
    told = asyncio.Event()

    def on_error(error: StoreError) -> None:
        errors.append(error)
        told.set()

    old = Journal(path, run_id, epoch, clock(), on_error)
    await old.commit([turn()], entry("k1"))
    new = Journal(path, run_id, take_run(db, run_id), clock())
    old.emit(note(1))
    results = await asyncio.gather(
        old.commit([turn(number=2)], entry("k2")), old.flush(), return_exceptions=True
    )
    assert all(isinstance(result, FencedError) for result in results)
    assert isinstance(old.error, FencedError)
    async with asyncio.timeout(10):
        await told.wait()  # told through the loop, a little after the waiters
    assert [type(error) for error in errors] == [FencedError]
    with pytest.raises(FencedError):
        old.emit(note(2))
    with pytest.raises(FencedError):
        old.live({})
    with pytest.raises(FencedError):
        old.drop_live(SECURITY)
    with pytest.raises(FencedError):
        old.set_summary(state="running")
    with pytest.raises(FencedError):
        await old.flush()
    await new.commit([turn(number=3)], entry("k3"))
    records = read_events(db, run_id)
    assert [(r.seq, r.event) for r in records] == [(1, turn()), (2, turn(number=3))]
    await old.aclose()
    await new.aclose()
    db.close()


async def test_a_fenced_runner_finds_out_by_its_heartbeat(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    told = asyncio.Event()
    journal = Journal(path, run_id, epoch, clock(), lambda _: told.set())
    take_run(db, run_id)
    await asyncio.wait_for(told.wait(), 10)
    await journal.aclose()
    db.close()


async def test_an_old_epoch_or_an_unknown_run_cannot_even_start(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    take_run(db, run_id)
    with pytest.raises(FencedError):
        Journal(path, run_id, epoch, clock())
    with pytest.raises(UsageError):
        Journal(path, RunId("r-9"), 1, clock())
    db.close()


async def test_of_two_runners_started_for_one_resume_only_one_takes_it(path: Path) -> None:
    db, run_id, epoch = open_with_run(path)
    assert take_run(db, run_id, after=epoch) == epoch + 1
    with pytest.raises(FencedError, match="another runner"):
        take_run(db, run_id, after=epoch)
    assert take_run(db, run_id) == epoch + 2
    db.close()
