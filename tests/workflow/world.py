"""A workflow at work, for real: journal, ledger, scripted model, processes; a person by a table."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from ladder_tui.agent.reply import Reply
from ladder_tui.agent.steering import Steering
from ladder_tui.domain.event import (
    Event,
    ProcessStarted,
    QuestionAsked,
    RunFinished,
    StepFinished,
    StepStarted,
)
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.question import Answer, Question
from ladder_tui.domain.run import RunLimits, RunSpec
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Workflow
from ladder_tui.gates.gate import Scope
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.runner.leftover import read_past
from ladder_tui.workflow.engine import Engine
from ladder_tui.workflow.port import WorkflowPorts
from tests.agent.world import RUN, World
from tests.store.build import spec as run_spec

WRITER = Skill("writer", "Writes.", "Write it.", "hash-w", "project", "writer/SKILL.md")
TYPED = msgspec.structs.replace(
    WRITER,
    name="typed",
    inputs={"type": "object", "required": ["topic"],
            "properties": {"topic": {"type": "string"}}, "additionalProperties": False},
    outputs={"type": "object", "required": ["kind"],
             "properties": {"kind": {"enum": ["good", "bad"]}, "n": {"type": "integer"}}},
)  # fmt: skip
SKILLS = (WRITER, TYPED)


class KilledError(BaseException):
    """Stands for the end of the process, at an exact place."""


@dataclass
class Told:
    """How a run went."""

    end: RunFinished
    events: list[Event]
    asked: list[Question] = field(default_factory=list)

    def finished(self, step_id: str) -> StepFinished:
        """The newest end of a step."""
        return [e for e in self.events if isinstance(e, StepFinished) and e.step_id == step_id][-1]

    def started(self, step_id: str) -> list[StepStarted]:
        """All starts of a step."""
        return [e for e in self.events if isinstance(e, StepStarted) and e.step_id == step_id]

    @property
    def states(self) -> dict[str, str]:
        """Newest state by step."""
        return {e.step_id: e.state for e in self.events if isinstance(e, StepFinished)}

    @property
    def commands(self) -> list[tuple[str, ...]]:
        """What was started, in order."""
        return [e.argv for e in self.events if isinstance(e, ProcessStarted)]


Answers = Callable[[Question], Answer]


async def run_workflow(
    path: Path,
    workflow: Mapping[str, Any],
    *,
    inputs: Mapping[str, Any] | None = None,
    nested: tuple[Mapping[str, Any], ...] = (),
    scenario: Mapping[str, Any] | None = None,
    answers: Answers | None = None,
    limits: RunLimits | None = None,
    skills: tuple[Skill, ...] = SKILLS,
    watch: Callable[[Event], None] | None = None,
    think_s: float = 0.0,
    steering: Steering | None = None,
) -> Told:
    """Run a workflow, given as its file would, to its end. Again over the same path: a resume.

    ``watch`` sees every emitted event; what it raises stops the engine there.
    """
    spec = msgspec.structs.replace(
        run_spec(),
        workflow=as_workflow(workflow),
        workflows=tuple(map(as_workflow, nested)),
        skills=skills,
        inputs=dict(inputs or {}),
    )
    asked: list[Question] = []
    async with opened(path, spec, scenario or {}, answers, limits, asked, watch, think_s) as (
        world,
        ports,
    ):
        ports.agent.steering = steering or Steering()
        end = await Engine(spec, ports).run()
        world.journal.emit(end)
        return Told(end, await world.events(), asked)


def as_workflow(document: Mapping[str, Any]) -> Workflow:
    """A workflow as a file would give it."""
    return msgspec.convert({"name": "w", **document}, Workflow)


@asynccontextmanager
async def opened(
    path: Path,
    spec: RunSpec,
    scenario: Mapping[str, Any],
    answers: Answers | None,
    limits: RunLimits | None,
    asked: list[Question],
    watch: Callable[[Event], None] | None,
    think_s: float,
) -> AsyncIterator[tuple[World, WorkflowPorts]]:
    """The ports of a run over a real database."""
    world = World(path, scenario, limits or RunLimits())

    async def ask(question: Question) -> Reply:
        asked.append(question)
        if answers is None:
            await asyncio.sleep(3600)
        assert answers is not None
        await asyncio.sleep(think_s)
        return Reply(answers(question), 0.5, lambda: None)

    def emit(event: Event) -> None:
        world.journal.emit(event)
        if watch is not None:
            watch(event)

    world.ports.emit = emit
    past = read_past(world.database, RUN, world.ports.choice)
    cancelled: set[AgentId] = set()
    ports = WorkflowPorts(
        agent=world.ports,
        scope=Scope(world.root.resolve(), (), ()),
        cancelled_agents=cancelled,
        watch=lambda _agent, _cancel: None,
        outside=ProcessRunner("limits"),
        ask=ask,
        past=past.processes,
    )
    try:
        yield world, ports
    finally:
        await world.journal.aclose()
        world.database.close()


def asked_of(events: list[Event]) -> list[Question]:
    """Questions that were put, in order."""
    return [event.question for event in events if isinstance(event, QuestionAsked)]
