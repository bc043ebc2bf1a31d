"""Runs and events for the tests of the store."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path

from ladder_tui.domain.event import (
    AgentFinished,
    AgentQueued,
    AgentStarted,
    AttemptLost,
    NoteAdded,
    TurnFinished,
)
from ladder_tui.domain.finding import Finding, MergedFinding
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.message import Message, TextBlock
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import RunLimits, RunSpec
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.store.database import Database, open_database
from ladder_tui.store.ledger import LedgerEntry
from ladder_tui.store.run import create_run, take_run

TURN_USAGE, TURN_COST = Usage(100, 20, 300), Cost(7_000)
LOST_USAGE, LOST_COST = Usage(50), Cost(3)
SECURITY = AgentId("specialists/security")
TESTS = AgentId("specialists/tests")
STEP = StepId("specialists")


def clock(start: float = 1_000_000.0) -> Callable[[], float]:
    """A clock that goes on by a second with every look."""
    ticks = itertools.count(start)
    return lambda: next(ticks)


def spec(run_id: str = "r-1", workflow: str = "review") -> RunSpec:
    return RunSpec(
        run_id=RunId(run_id),
        number=0,
        workflow=Workflow(name=workflow, steps=(Step(id="specialists", skill="review"),)),
        workflow_hash="hash",
        workflow_origin="shipped",
        skills=(),
        inputs={"path": "src"},
        model=ModelChoice("scripted", "quiet"),
        limits=RunLimits(tokens=1000),
        root="/repository",
        tree="untracked",
        created_at=1_000.0,
    )


def open_with_run(path: Path, run_id: str = "r-1") -> tuple[Database, RunId, int]:
    """An open database with a run that was taken once."""
    db = open_database(path)
    run = create_run(db, spec(run_id))
    return db, run.run_id, take_run(db, run.run_id)


def queued(agent_id: AgentId = SECURITY) -> AgentQueued:
    name = agent_id.partition("/")[2]
    return AgentQueued(
        *(agent_id, STEP, name, f"review-{name}", "hash", "scripted/quiet", 8_000, 2_000, 4, name)
    )


def started(agent_id: AgentId = SECURITY) -> AgentStarted:
    return AgentStarted(agent_id)


def turn(
    agent_id: AgentId = SECURITY,
    number: int = 1,
    usage: Usage = TURN_USAGE,
    cost: Cost = TURN_COST,
) -> TurnFinished:
    message = Message("assistant", (TextBlock(f"turn {number}"),))
    return TurnFinished(agent_id, number, 1, message, "end_turn", usage, cost, "quiet", 0.5)


def lost(
    agent_id: AgentId = SECURITY, usage: Usage = LOST_USAGE, cost: Cost = LOST_COST
) -> AttemptLost:
    return AttemptLost(agent_id, 1, 1, "overloaded", "busy", usage, cost, 1.0, 529)


def finished(agent_id: AgentId = SECURITY, findings: int = 0) -> AgentFinished:
    return AgentFinished(agent_id, "done", summary="fine", findings=findings)


def note(number: int) -> NoteAdded:
    return NoteAdded(f"note {number}")


def entry(key: str = "key", agent_id: AgentId = SECURITY) -> LedgerEntry:
    return LedgerEntry(key, "turn", agent_id, b'{"text":"hello"}', Usage(100, 20), Cost(7_000))


def finding(line: int = 1, fingerprint: str = "f1", severity: str = "high") -> Finding:
    return Finding(
        rule="S608",
        lens="security",
        path="src/db.py",
        line=line,
        severity=severity,  # type: ignore[arg-type]
        message="query built from input",
        reporter="security",
        source="agent",
        fingerprint=fingerprint,
    )


def merged(found: Finding) -> MergedFinding:
    return MergedFinding(found, ("security",), 1, 2, {"security": found.severity})


async def until(is_met: Callable[[], bool], timeout_s: float = 10.0) -> None:
    """Wait for something that another thread or process does."""
    for _ in range(int(timeout_s / 0.02)):
        if is_met():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen in time")
