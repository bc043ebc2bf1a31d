"""A writer that is killed in the middle of its work."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ladder_tui.domain.event import TurnFinished
from ladder_tui.domain.ids import RunId
from ladder_tui.store.database import open_database
from ladder_tui.store.event import read_events
from ladder_tui.store.journal import Journal
from ladder_tui.store.ledger import Ledger
from ladder_tui.store.run import get_run, take_run
from ladder_tui.store.spend import day_of, spend_on
from tests.store.build import LOST_COST, LOST_USAGE, clock, entry, lost, note, open_with_run, turn

ROOT = Path(__file__).parents[2]


async def write_for_ever(path: Path, run_id: RunId, epoch: int) -> None:
    """Commit turns in fours, saying after each which ones are safe."""
    journal = Journal(path, run_id, epoch, clock())

    async def commit(number: int) -> None:
        journal.emit(note(number))
        await journal.commit([turn(number=number)], entry(f"k{number}"))
        os.write(1, f"{number}\n".encode())

    for number in range(0, 1_000_000, 4):
        await asyncio.gather(*(commit(number + n) for n in range(4)))


def kill_after(acknowledged: int, path: Path, run_id: RunId, epoch: int) -> list[int]:
    """Kill a writer after that many commits; returns all that it said were safe."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.store.test_kill", str(path), run_id, str(epoch)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(acknowledged)]
    child.send_signal(signal.SIGKILL)
    lines += child.stdout.read().splitlines(keepends=True)
    child.wait()
    child.stdout.close()
    return [int(line) for line in lines if line.endswith(b"\n")]


@pytest.mark.parametrize("acknowledged", [1, 10, 60])
async def test_what_was_acknowledged_survives_a_kill(path: Path, acknowledged: int) -> None:
    db, run_id, epoch = open_with_run(path)
    safe = kill_after(acknowledged, path, run_id, epoch)
    db.close()

    db = open_database(path)
    assert db.check() == []
    ledger = Ledger.load(db, run_id)
    records = read_events(db, run_id, limit=1_000_000)
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    turns = [r.event.turn for r in records if isinstance(r.event, TurnFinished)]
    assert all(ledger.get(f"k{number}") is not None for number in safe)
    assert set(safe) <= set(turns)
    assert len(ledger) == len(turns)  # a ledger row and its events are never apart
    usage, cost = get_run(db, run_id).usage, get_run(db, run_id).cost
    assert usage.input_tokens == 100 * len(turns)
    assert (usage, cost) == spend_on(db, day_of(1_000_000.0))

    # Somebody else goes on where it stopped.
    journal = Journal(path, run_id, take_run(db, run_id), clock())
    journal.emit(lost())
    await journal.aclose()
    assert read_events(db, run_id, records[-1].id)[0].seq == len(records) + 1
    assert get_run(db, run_id).usage == usage + LOST_USAGE
    assert get_run(db, run_id).cost == cost + LOST_COST
    db.close()


if __name__ == "__main__":
    asyncio.run(write_for_ever(Path(sys.argv[1]), RunId(sys.argv[2]), int(sys.argv[3])))
