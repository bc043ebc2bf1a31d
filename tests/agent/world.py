"""What an agent needs around it, for real: a database with journal and ledger, a scripted model."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from ladder_tui.agent.budget import Budget
from ladder_tui.agent.loop import run_agent
from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.spec import AgentOutcome, AgentSpec
from ladder_tui.domain.event import Event
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.verdict import GateResult
from ladder_tui.domain.workflow import AgentLimits
from ladder_tui.models.price import price
from ladder_tui.models.scenario import load_scenario
from ladder_tui.models.scripted import ScriptedClient
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.runner.ledger import RunLedger
from ladder_tui.runner.meter import MeterBoard
from ladder_tui.store.database import open_database
from ladder_tui.store.event import read_events
from ladder_tui.store.journal import Journal
from ladder_tui.store.ledger import Ledger
from ladder_tui.store.run import create_run, take_run
from tests.store.build import spec as run_spec

AGENT = AgentId("specialists/security")
RUN = RunId("r-1")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["summary", "findings"],
    "properties": {"summary": {"type": "string"}, "findings": {"type": "array"}},
}
DONE = {"summary": "Looked.", "findings": []}
PRICES = {"input": 3.0, "output": 15.0}
_E = TypeVar("_E", bound=Event)


def skill(*tools: str, outputs: dict[str, Any] | None = SCHEMA) -> Skill:
    return Skill(
        "review-security", "Reviews.", "Look for holes.", "hash", "shipped", "SKILL.md",
        allowed_tools=tools, lens="security", outputs=outputs,
    )  # fmt: skip


def task(
    *,
    limits: AgentLimits | None = None,
    skill: Skill = skill("Read", "Grep"),  # noqa: B008 - frozen
    evidence: tuple[GateResult, ...] = (),
    inputs: Mapping[str, Any] | None = None,
    changed: Mapping[str, tuple[int, ...]] | None = None,
    attempt: int = 0,
) -> AgentSpec:
    return AgentSpec(
        AGENT, StepId("specialists"), "security", skill, limits or AgentLimits(),
        dict(inputs or {}), changed=dict(changed or {}), evidence=evidence, attempt=attempt,
    )  # fmt: skip


class World:
    """One runner's hold on a run; open it again over the same path to resume."""

    def __init__(self, path: Path, scenario: Mapping[str, Any], limits: RunLimits) -> None:
        script = path / "scenario.yaml"
        script.write_text(json.dumps(scenario))
        choice = ModelChoice("scripted", "test", script=str(script), is_free=True)
        self.client = ScriptedClient(load_scenario(script))
        self.database = open_database(path / "ladder.db")
        if not (path / "made").exists():
            create_run(self.database, run_spec())
            (path / "made").touch()
        epoch = take_run(self.database, RUN)
        self.journal = Journal(path / "ladder.db", RUN, epoch, time.time)
        self.gate = asyncio.Event()
        self.gate.set()
        self.root = path / "repo"
        self.root.mkdir(exist_ok=True)
        self.ports = AgentPorts(
            root=self.root,
            choice=choice,
            client=self.client,
            emit=self.journal.emit,
            ledger=RunLedger(Ledger.load(self.database, RUN), self.journal),
            meter=MeterBoard(time.time).meter,
            budget=Budget(limits),
            process=ProcessRunner("limits"),
            price=price,
            gate=self.gate,
            clock=time.monotonic,
            random=lambda: 0.0,
        )

    async def run(self, spec: AgentSpec | None = None) -> AgentOutcome:
        return await run_agent(spec or task(), self.ports)

    async def events(self) -> list[Event]:
        if self.journal.error is None:
            await self.journal.flush()
        return [record.event for record in read_events(self.database, RUN, limit=100_000)]

    async def of(self, kind: type[_E]) -> list[_E]:
        return [event for event in await self.events() if isinstance(event, kind)]


@asynccontextmanager
async def world(
    path: Path, scenario: Mapping[str, Any], limits: RunLimits | None = None
) -> AsyncIterator[World]:
    opened = World(path, {"prices": PRICES, **scenario}, limits or RunLimits())
    try:
        yield opened
    finally:
        await opened.journal.aclose()
        opened.database.close()
