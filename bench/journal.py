"""How fast the journal takes events, against SQLite itself.

Ours: ``emit`` of every event (with its encoding and clock) until ``flush`` returns, on a fresh
database. Reference: the same rows, encoded beforehand, by one ``executemany`` in one transaction
into a fresh database with the same schema and settings. Best of several rounds, taken in turns.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.table import Row, print_table
from ladder_tui.domain.event import (
    AgentFinished,
    AgentQueued,
    AgentStarted,
    Event,
    FindingReported,
    GateFinished,
    GateStarted,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    TurnStarted,
)
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.message import ContentBlock, Message, TextBlock, ToolUseBlock
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import RunLimits, RunSpec
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult
from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.store.database import open_database
from ladder_tui.store.event import encode_event
from ladder_tui.store.journal import Journal
from ladder_tui.store.run import create_run, take_run

EVENTS = 100_000
ROUNDS = 8
TARGET = 0.8
_TURNS = 8
_EVIDENCE = 8
"""Findings that a gate hands to an agent."""
_INSERT = "INSERT INTO event(run, seq, at, type, agent_id, body) VALUES (?, ?, ?, ?, ?, ?)"


def events(count: int) -> list[Event]:
    """``count`` events of agents that start from the findings of two gates, take eight turns
    with two tool calls each, and report.
    """
    found: list[Event] = []
    number = 0
    while len(found) < count:
        found.extend(_agent_events(AgentId(f"specialists/agent-{number}")))
        number += 1
    return found[:count]


def _agent_events(agent_id: AgentId) -> Iterator[Event]:
    name = agent_id.partition("/")[2]
    yield AgentQueued(
        *(agent_id, StepId("specialists"), name, "review-security", "4f" * 32),
        *("anthropic/claude", 200_000, 100_000, 12, "security"),
    )
    yield AgentStarted(agent_id)
    for gate in ("ruff S", "ruff B"):
        yield GateStarted(gate, StepId("specialists"), agent_id)
        evidence = tuple(_finding(line, gate) for line in range(_EVIDENCE))
        result = GateResult(gate, "security", "fail", 412, 412, evidence, 31, _EVIDENCE)
        yield GateFinished(StepId("specialists"), result, agent_id)
    for turn in range(1, _TURNS + 1):
        yield TurnStarted(agent_id, turn, 1, "ab" * 32, 5_000 + turn, 4_096)
        tools = [f"toolu_{turn:02}_{call}" for call in (1, 2)]
        text = f"The loop in src/cart.py line {turn} queries once per row. " * 3
        blocks: list[ContentBlock] = [
            TextBlock(text),
            *(ToolUseBlock(t, "Grep", {"pattern": "for .* in"}) for t in tools),
        ]
        usage = Usage(1_200 + turn, 180, 6_000, 0)
        message = Message("assistant", tuple(blocks))
        yield TurnFinished(
            *(agent_id, turn, 1, message, "tool_use", usage, Cost(41_000_000)),
            *("claude", 3.2, 0.6, f"req_{turn}", "cd" * 32),
        )
        for tool in tools:
            yield ToolStarted(agent_id, tool, "Grep", {"pattern": "for .* in", "path": "src"})
            output = "src/cart.py:88:    for p in session.query(Product):\n" * 6
            yield ToolFinished(agent_id, tool, "Grep", output, False, 0.1, False, "6 lines")
    for line in range(4):
        yield FindingReported(agent_id, _finding(line, name))
    yield AgentFinished(agent_id, "done", summary="4 findings", findings=4, elapsed_s=31.0)


def _finding(line: int, reporter: str) -> Finding:
    return Finding(
        *("S608", "security", "src/db.py", 40 + line, "high", "query built from input"),
        *(reporter, "agent", "ef" * 32, "find", 'cur.execute(f"…")', "verified"),
    )


def new_run(path: Path, run_id: str = "r-bench") -> tuple[RunId, int]:
    """A fresh database with one run that is taken; its id and epoch."""
    spec = RunSpec(
        run_id=RunId(run_id),
        number=0,
        workflow=Workflow(name="review", steps=(Step(id="specialists", skill="review"),)),
        workflow_hash="",
        workflow_origin="shipped",
        skills=(),
        inputs={},
        model=ModelChoice("scripted", "bench"),
        limits=RunLimits(),
        root="/repository",
        tree="untracked",
        created_at=0.0,
    )
    db = open_database(path)
    try:
        run = create_run(db, spec)
        return run.run_id, take_run(db, run.run_id)
    finally:
        db.close()


async def write_journal(path: Path, run_id: RunId, epoch: int, found: list[Event]) -> float:
    """Seconds from the first ``emit`` until everything is in the database."""
    journal = Journal(path, run_id, epoch, time.time)
    started = time.perf_counter()
    for event in found:
        journal.emit(event)
    await journal.flush()
    elapsed = time.perf_counter() - started
    await journal.aclose()
    return elapsed


def write_raw(path: Path, rows: list[tuple[int, int, float, str, str, bytes]]) -> float:
    """Seconds for the same rows by the standard library in one transaction."""
    db = open_database(path)
    started = time.perf_counter()
    with db.write() as connection:
        connection.executemany(_INSERT, rows)
    elapsed = time.perf_counter() - started
    db.close()
    return elapsed


def run(count: int = EVENTS, rounds: int = ROUNDS) -> list[Row]:
    """Thousand events a second, ours and the reference's."""
    found = events(count)
    encoded = [encode_event(event, 1.0) for event in found]
    rows = [(1, n, e.at, e.type, e.agent_id, e.body) for n, e in enumerate(encoded, 1)]
    gc.collect()
    gc.freeze()  # what this bench holds in memory is not the journal's to walk through
    ours, raw = [], []
    with tempfile.TemporaryDirectory() as directory:
        for turn in range(rounds):
            path = Path(directory) / f"{turn}.db"
            run_id, epoch = new_run(path)
            ours.append(asyncio.run(write_journal(path, run_id, epoch, found)))
            path = Path(directory) / f"{turn}-raw.db"
            new_run(path)
            raw.append(write_raw(path, rows))
    speed, reference = count / min(ours) / 1000, count / min(raw) / 1000
    ratio = speed / reference
    name = f"journal, {count} events (1000 events/s)"
    return [Row(name, speed, reference, ratio, f">= {TARGET}", ratio >= TARGET)]


def main() -> int:
    """Print the table; 1 when a target is missed."""
    rows = run()
    print_table(rows)
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
