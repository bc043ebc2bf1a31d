"""From a key to its handler while 200 agents are live: what somebody feels who uses the board.

The real application runs headless over a real database. Another process, as the runner would,
writes the meters of every agent ten times a second and 200 events a second beside them. Keys
come every 30 ms as if from the terminal; the clock stops when the board has moved its cursor.
Milliseconds.

    python -m bench.key [--agents 200] [--seconds 6]
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from textual import events

from bench.past import DATABASE, STEP, spec
from bench.table import Row, print_table
from ladder_tui.domain.event import (
    AgentQueued,
    AgentStarted,
    LiveRow,
    RunStarted,
    StepStarted,
    ToolFinished,
    ToolStarted,
)
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.run import RunLimits
from ladder_tui.store.database import open_database
from ladder_tui.store.journal import Journal
from ladder_tui.store.lock import FileLock
from ladder_tui.store.run import create_run, take_run
from ladder_tui.ui.app import LadderApp
from ladder_tui.ui.panes.runs import RunsPane
from ladder_tui.workbench import Workbench

TARGET_MS = 25.0
KEY_EVERY_S = 0.03
LIVE_HZ = 10
EVENTS_PER_S = 200
SIZE = (120, 40)
RUN = RunId("r-000001")


def agent_ids(agents: int) -> list[AgentId]:
    """Ids of the agents."""
    return [AgentId(f"specialists/agent-{n:04d}") for n in range(agents)]


async def act(root: Path, agents: int, seconds: float) -> None:
    """Be the runner: hold the lock, start the agents, keep their meters moving."""
    lock = FileLock(root / ".ladder" / "run" / f"{RUN}.lock")
    assert lock.acquire()
    database = open_database(root / DATABASE)
    epoch = take_run(database, RUN)
    database.close()
    journal = Journal(root / DATABASE, RUN, epoch, time.time)
    ids = agent_ids(agents)
    model = "scripted/bench"
    journal.emit(RunStarted("review", "w", 1, {}, model, str(root), "t", RunLimits(), "bwrap", "0"))
    journal.emit(StepStarted(STEP, "skill", tuple(ids), agents))
    for i in ids:
        journal.emit(AgentQueued(i, STEP, i.split("/")[1], "s", "h", "m", 200_000, 200_000, 9))
        journal.emit(AgentStarted(i))
    print("ready", flush=True)
    until, beat = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        beat += 1
        now = time.time()
        journal.live({i: LiveRow(i, "generating", now, beat * 4) for i in ids})
        for n in range(EVENTS_PER_S // LIVE_HZ // 2):
            i = ids[(beat * 10 + n) % agents]
            journal.emit(ToolStarted(i, f"t{beat}", "Read", {"file_path": "src/db.py"}))
            journal.emit(ToolFinished(i, f"t{beat}", "Read", "line\n" * 20, False, 0.1))
        await asyncio.sleep(1 / LIVE_HZ)
    await journal.aclose()
    lock.release()


async def measure(root: Path, seconds: float) -> list[float]:
    """Milliseconds of each key from its arrival to the moved cursor."""
    workbench = Workbench.open(root)
    app = LadderApp(workbench, first="runs")
    waits: list[float] = []
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        pane = app.pane
        assert isinstance(pane, RunsPane)
        assert pane.open_run is not None
        moved, select = asyncio.Event(), pane.board.select

        def noted_select(row_id: str) -> None:
            select(row_id)
            moved.set()

        pane.board.select = noted_select  # type: ignore[method-assign]
        until, turn = time.perf_counter() + seconds, 0
        while time.perf_counter() < until:
            turn += 1
            key = "j" if turn % 40 < 20 else "k"
            moved.clear()
            started = time.perf_counter()
            app.post_message(events.Key(key, key))
            await asyncio.wait_for(moved.wait(), 5)
            waits.append((time.perf_counter() - started) * 1_000)
            await asyncio.sleep(KEY_EVERY_S)
    workbench.close()
    return sorted(waits)


def run(agents: int = 200, seconds: float = 6.0) -> list[Row]:
    """The promise about keys."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / ".ladder" / "run").mkdir(parents=True)
        database = open_database(root / DATABASE)
        create_run(database, spec(1, root, time.time()))
        database.close()
        words = [sys.executable, "-m", "bench.key", "--act", str(root)]
        words += ["--agents", str(agents), "--seconds", str(seconds + 4)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as actor:
            assert actor.stdout is not None
            assert actor.stdout.readline() == "ready\n"
            time.sleep(0.3)
            waits = asyncio.run(measure(root, seconds))
            actor.terminate()
    p95 = waits[int(len(waits) * 0.95)]
    ratio = p95 / TARGET_MS
    name = f"key to handler, {agents} live, p95 ms"
    return [Row(name, p95, TARGET_MS, ratio, "<= 25 ms", p95 <= TARGET_MS)]


def main() -> None:
    """Print the table, or with ``--act`` be the runner."""
    parser = argparse.ArgumentParser(description="key latency with live agents")
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--act", type=Path)
    args = parser.parse_args()
    if args.act is not None:
        asyncio.run(act(args.act, args.agents, args.seconds))
        return
    print_table(run(args.agents, args.seconds))


if __name__ == "__main__":
    main()
