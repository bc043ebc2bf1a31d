"""A run of many equal agents inside this process, on the parts that a runner uses."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

from ladder_tui.agent.budget import Budget
from ladder_tui.agent.loop import run_agent
from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.spec import AgentOutcome, AgentSpec
from ladder_tui.domain.event import AgentQueued, AgentStarted
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import RunLimits, RunSpec
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import AgentLimits, Step, Workflow
from ladder_tui.models.anthropic import AnthropicClient
from ladder_tui.models.price import price
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.runner.ledger import RunLedger
from ladder_tui.runner.meter import PUBLISH_INTERVAL_S, MeterBoard
from ladder_tui.store.database import open_database
from ladder_tui.store.journal import Journal
from ladder_tui.store.ledger import Ledger
from ladder_tui.store.run import create_run, take_run
from ladder_tui.workflow.executor import run_slots

SKILL = Skill(
    "bench",
    "Reads one file.",
    "You review code for security. " * 60,
    "0" * 64,
    "shipped",
    "bench",
    allowed_tools=("Read",),
)


class EngineBench:
    """Ports of a run, and the agents that use them."""

    def __init__(self, ports: AgentPorts, journal: Journal, meters: MeterBoard, agents: int):
        self._ports = ports
        self._journal = journal
        self._meters = meters
        self._agents = agents
        self._publisher = asyncio.create_task(self._publish())

    async def _publish(self) -> None:
        while True:
            await asyncio.sleep(PUBLISH_INTERVAL_S)
            if rows := self._meters.changed():
                self._journal.live(rows)

    async def agent(self, name: str) -> AgentOutcome:
        """Run one agent."""
        agent_id = AgentId(f"bench/{name}")
        self._ports.emit(AgentStarted(agent_id))
        return await run_agent(
            AgentSpec(agent_id, StepId("bench"), name, SKILL, AgentLimits(), {}), self._ports
        )

    async def all_agents(self) -> list[AgentOutcome]:
        """Run them all at once."""
        names = [str(n) for n in range(self._agents)]
        for name in names:
            self._ports.emit(
                AgentQueued(
                    AgentId(f"bench/{name}"), StepId("bench"), name, "bench", "0", "m", 0, 0, 0
                )
            )
        return await run_slots(names, self.agent, self._agents)

    async def aclose(self) -> None:
        """Close the client and the journal."""
        self._publisher.cancel()
        await self._ports.client.aclose()
        await self._journal.aclose()


async def prepare(root: Path, url: str, agents: int) -> EngineBench:
    """Make a database and the ports of a run in ``root``."""
    (root / "app.py").write_text("def main() -> None:\n    print('hello')\n" * 100)
    choice = ModelChoice("anthropic", "claude-sonnet-5-5", base_url=url)
    database = open_database(root / "ladder.db")
    workflow = Workflow(name="bench", steps=(Step(id="bench", skill="bench"),))
    spec = RunSpec(
        RunId("r-bench"), 0, workflow, "0", "project", (SKILL,), {}, choice, RunLimits(),
        str(root), "bench", time.time(),
    )  # fmt: skip
    create_run(database, spec)
    epoch = take_run(database, spec.run_id)
    journal = Journal(root / "ladder.db", spec.run_id, epoch, time.time)
    meters = MeterBoard(time.time)
    gate = asyncio.Event()
    gate.set()
    ports = AgentPorts(
        root=root,
        choice=choice,
        client=AnthropicClient(choice.model, "key", base_url=url),
        emit=journal.emit,
        ledger=RunLedger(Ledger.load(database, spec.run_id), journal),
        meter=meters.meter,
        budget=Budget(RunLimits(usd=1000.0)),
        process=ProcessRunner("limits"),
        price=price,
        gate=gate,
        clock=time.monotonic,
        random=random.random,
    )
    return EngineBench(ports, journal, meters, agents)
