"""A repository with a past: many runs in its database, for benches of what reads them."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from ladder_tui.domain.event import (
    AgentFinished,
    AgentQueued,
    AgentStarted,
    Event,
    RunFinished,
    RunStarted,
    StepStarted,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    TurnStarted,
)
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.message import Message, TextBlock
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import RunLimits, RunSpec
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.store.database import open_database
from ladder_tui.store.journal import Journal
from ladder_tui.store.run import create_run, take_run

DATABASE = Path(".ladder") / "ladder.db"
NAMES = ("security", "performance", "architecture", "tests", "documentation")
USED, PAID = Usage(4_000, 300, 6_000), Cost(20_000_000)
STEP = StepId("specialists")


def spec(number: int, root: Path, at: float) -> RunSpec:
    """What was asked of one run."""
    return RunSpec(
        run_id=RunId(f"r-{number:06d}"), number=number,
        workflow=Workflow(name="review", steps=(Step(id="specialists", skill="review-security"),)),
        workflow_hash="w", workflow_origin="shipped", skills=(), inputs={"path": "src"},
        model=ModelChoice(provider="scripted", model="bench"), limits=RunLimits(), root=str(root),
        tree="untracked", created_at=at,
    )  # fmt: skip


def events(agents: list[AgentId], number: int, root: Path, turns: int) -> list[Event]:
    """A whole run: ``4 * turns + 3`` events for each agent and three around them."""
    out: list[Event] = [
        RunStarted(
            "review", "w", number, {}, "scripted/bench", str(root), "t", RunLimits(), "bwrap", "0"
        ),
        StepStarted(STEP, "skill", tuple(agents), len(agents)),
    ]  # fmt: skip
    for agent in agents:
        out.append(
            AgentQueued(agent, STEP, agent.split("/")[1], "s", "h", "m", 200_000, 200_000, 99)
        )
        out.append(AgentStarted(agent))
        for turn in range(1, turns + 1):
            text = f"Turn {turn} says something about the code in forty characters or more. " * 3
            message = Message("assistant", (TextBlock(text),))
            out.append(TurnStarted(agent, turn, 1, "p", 10_000, 4_096))
            out.append(TurnFinished(agent, turn, 1, message, "tool_use", USED, PAID, "m", 2.0))
            out.append(ToolStarted(agent, f"t{turn}", "Read", {"file_path": "src/db.py"}))
            out.append(ToolFinished(agent, f"t{turn}", "Read", "line\n" * 40, False, 0.1))
        out.append(AgentFinished(agent, "done", findings=2, elapsed_s=60.0))
    used = Usage(4_000, 300, 6_000)
    out.append(RunFinished("done", "pass", "", used, PAID, len(agents), len(agents), 10, 60.0))
    return out


async def write(root: Path, number: int, at: float, agents: list[AgentId], turns: int) -> None:
    """Journal one run, a tenth of a second between events."""
    database = open_database(root / DATABASE)
    made = create_run(database, spec(number, root, at))
    epoch = take_run(database, made.run_id)
    database.close()
    moment = at
    journal = Journal(root / DATABASE, made.run_id, epoch, lambda: moment)
    for event in events(agents, number, root, turns):
        moment += 0.1
        journal.emit(event)
    await journal.aclose()


def fill(root: Path, runs: int = 200, per_run: int = 500) -> int:
    """Give ``root`` a past of ``runs`` runs; returns how many events there are."""
    (root / ".ladder").mkdir(parents=True, exist_ok=True)
    turns = (per_run - 3 - 3 * len(NAMES)) // (4 * len(NAMES)) + 1
    agents = [AgentId(f"specialists/{name}") for name in NAMES]
    start = time.time() - runs * 3_600

    async def write_all() -> None:
        for number in range(1, runs + 1):
            await write(root, number, start + number * 3_600, agents, turns)

    asyncio.run(write_all())
    return runs * len(events(agents, 1, root, turns))
