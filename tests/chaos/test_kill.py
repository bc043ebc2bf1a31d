"""kill -9 at random moments, then resume: the same result, nothing bought twice, nothing left."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path

import pytest

from ladder_tui.domain.event import AttemptLost, RunFinished, TurnFinished, TurnStarted
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import RunState
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.store.database import open_database
from ladder_tui.store.run import take_run
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import SCENARIOS, processes_mentioning, run_review, until, wait_for_end

SLOW = SCENARIOS / "slow.yaml"


def runner_pids(run_id: RunId) -> list[int]:
    """The runner itself: a child that has not begun its own program yet looks like it."""
    leaders = []
    for pid in processes_mentioning(run_id):
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) == pid:
                leaders.append(pid)
    return leaders


def kill_runner(run_id: RunId) -> bool:
    """Kill the runner the hard way. False when it had ended by itself."""
    pids = runner_pids(run_id)
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
    return bool(pids)


def last_end(wb: Workbench, run_id: RunId) -> RunFinished:
    ends = [
        r.event for r in wb.runs.events(run_id, limit=100_000) if isinstance(r.event, RunFinished)
    ]
    assert len(ends) == 1
    return ends[0]


def check_after(wb: Workbench, run_id: RunId, digest: str, state: RunState = "done") -> None:
    end = last_end(wb, run_id)
    assert (end.state, end.output_digest) == (state, digest)
    records = wb.runs.events(run_id, limit=100_000)
    assert [r.seq for r in records] == list(range(1, len(records) + 1))
    bought = Counter(r.event.ledger_key for r in records if isinstance(r.event, TurnFinished))
    assert max(bought.values(), default=1) == 1
    # Every call that was started has an end: bought, or lost and charged.
    started = Counter(
        (r.event.agent_id, r.event.turn) for r in records if isinstance(r.event, TurnStarted)
    )
    ended = Counter(
        (r.event.agent_id, r.event.turn)
        for r in records
        if isinstance(r.event, TurnFinished | AttemptLost)
    )
    assert started == ended
    usage, cost = Usage(), Cost()
    for record in records:
        if isinstance(record.event, TurnFinished | AttemptLost):
            usage, cost = usage + record.event.usage, cost + record.event.cost
    assert (end.usage, end.cost) == (usage, cost)
    assert (wb.runs.get(run_id).usage, wb.runs.get(run_id).cost) == (usage, cost)


def check_nothing_left(wb: Workbench, run_id: RunId) -> None:
    until(lambda: processes_mentioning(str(wb.root)) == [], 5)
    with sqlite3.connect(wb.project.database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def kill_and_resume(wb: Workbench, digest: str, choose: random.Random, longest_s: float) -> int:
    """One run with one to three kills; returns how many of them hit a live runner."""
    run_id = wb.runs.start("review", {}, RunOptions(model=f"scripted/{SLOW}"))
    hits = 0
    for _ in range(choose.randint(1, 3)):
        time.sleep(choose.uniform(0.0, longest_s))
        hits += kill_runner(run_id)
        until(lambda: not wb.runs.is_alive(run_id), 10)
        summary = wb.runs.get(run_id)
        if summary.state == "done":
            break
        wb.runs.resume(run_id)
    assert wait_for_end(wb, run_id).state == "done"
    check_after(wb, run_id, digest)
    check_nothing_left(wb, run_id)
    return hits


@pytest.fixture
def undisturbed(wb: Workbench) -> tuple[str, float]:
    """Digest and length of a run that nobody disturbs."""
    run = run_review(wb, SLOW)
    assert run.started_at is not None
    assert run.finished_at is not None
    return last_end(wb, run.run_id).output_digest, run.finished_at - run.created_at


def test_ten_kills_resume_to_the_same_result(wb: Workbench, undisturbed: tuple[str, float]) -> None:
    digest, length = undisturbed
    choose = random.Random(20261123)
    kills = 0
    while kills < 10:
        kills += kill_and_resume(wb, digest, choose, length)


@pytest.mark.soak
def test_a_hundred_kills_resume_to_the_same_result(
    wb: Workbench, undisturbed: tuple[str, float]
) -> None:
    digest, length = undisturbed
    choose = random.Random(7)
    kills = 0
    while kills < 100:
        kills += kill_and_resume(wb, digest, choose, length)


def freeze(wb: Workbench, pid: int) -> None:
    """Stop a process while it holds no lock on the database; a frozen lock would hold us up."""
    for _ in range(100):
        os.kill(pid, signal.SIGSTOP)
        connection = sqlite3.connect(wb.project.database, timeout=0.1, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.01)
        else:
            return
        finally:
            connection.close()
    raise AssertionError("it was always in a transaction")


def test_a_frozen_runner_that_thaws_cannot_write(wb: Workbench) -> None:
    run_id = wb.runs.start("review", {}, RunOptions(model=f"scripted/{SLOW}"))
    until(lambda: len(wb.runs.events(run_id)) >= 5)
    (pid,) = runner_pids(run_id)
    freeze(wb, pid)
    # Another machine, or a file system that lost the lock, takes the run over.
    database = open_database(wb.project.database)
    take_run(database, run_id)
    database.close()
    before = wb.runs.events(run_id, limit=100_000)
    os.kill(pid, signal.SIGCONT)
    until(lambda: not wb.runs.is_alive(run_id), 10)
    assert wb.runs.events(run_id, limit=100_000) == before
    assert "no longer owns run #1" in Path(wb.project.log_path(run_id)).read_text().lower()


def test_sigterm_leaves_a_run_that_can_be_resumed(
    wb: Workbench, undisturbed: tuple[str, float]
) -> None:
    digest, length = undisturbed
    run_id = wb.runs.start("review", {}, RunOptions(model=f"scripted/{SLOW}"))
    until(lambda: len(wb.runs.events(run_id)) >= 5)
    for pid in runner_pids(run_id):
        os.kill(pid, signal.SIGTERM)
    assert wait_for_end(wb, run_id, 10).state == "interrupted"
    wb.runs.resume(run_id)
    assert wait_for_end(wb, run_id, length * 3 + 10).state == "done"
    check_after(wb, run_id, digest)
