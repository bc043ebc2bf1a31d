"""What an agent needs from outside: model, tools, journal, ledger, budget, clock.

The runner supplies these; tests supply the same ones over a temporary database.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol

from ladder_tui.agent.budget import Budget
from ladder_tui.agent.reply import Ask, Reply
from ladder_tui.agent.steering import Steering
from ladder_tui.agent.workspace import Workspaces
from ladder_tui.domain.event import Event
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.permission import PermissionRules
from ladder_tui.domain.question import Question
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.models.admission import Admission
from ladder_tui.models.client import ModelClient
from ladder_tui.models.pool import ModelPool, OpenModel
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.tools.permission import Permissions

Emit = Callable[[Event], None]
Price = Callable[[ModelChoice, Usage, str], Cost]


class LedgerPort(Protocol):
    """What has been bought, by content key. Bodies are JSON documents."""

    def get(self, key: str) -> bytes | None:
        """Return the stored result, or None."""
        ...

    def put(
        self,
        key: str,
        kind: Literal["tool", "gate", "retry"],
        agent_id: AgentId | None,
        body: bytes,
    ) -> None:
        """Store a free result; durable before the next ``buy``."""
        ...

    async def keep(
        self,
        key: str,
        kind: Literal["process", "answer", "interjection"],
        body: bytes,
        events: Sequence[Event],
    ) -> None:
        """Store what cannot be had again, with its events in one durable transaction."""
        ...

    async def announce(self, event: Event) -> None:
        """Journal an event and return when it would survive a kill of this process."""
        ...

    async def buy(
        self,
        key: str,
        agent_id: AgentId,
        body: bytes,
        usage: Usage,
        cost: Cost,
        events: Sequence[Event],
    ) -> None:
        """Store a paid result with its events in one durable transaction."""
        ...


class MeterPort(Protocol):
    """The live meters of one agent."""

    @property
    def output_tokens(self) -> int:
        """Estimated tokens of the reply that is streaming."""
        ...

    def activity(self, text: str) -> None:
        """Say what the agent does now; resets the partial reply."""
        ...

    def delta(self, kind: str, text: str) -> None:
        """A chunk of the reply that is streaming."""
        ...


class AgentPorts:
    """Everything an agent touches, in one place."""

    def __init__(
        self,
        *,
        root: Path,
        choice: ModelChoice,
        client: ModelClient,
        emit: Emit,
        ledger: LedgerPort,
        meter: Callable[[AgentId], MeterPort],
        budget: Budget,
        process: ProcessRunner,
        price: Price,
        gate: asyncio.Event,
        clock: Callable[[], float],
        random: Callable[[], float],
        steering: Steering | None = None,
        admission: Admission | None = None,
        models: ModelPool | None = None,
        workspaces: Workspaces | None = None,
        permissions: Permissions | None = None,
        ask: Ask | None = None,
    ) -> None:
        self.root = root
        self.is_workspace = False
        """Whether ``root`` is the agent's own, and not the repository."""
        self.choice = choice
        self.client = client
        self.emit = emit
        self.ledger = ledger
        self.meter = meter
        self.budget = budget
        self.process = process
        self.price = price
        self.gate = gate
        """Set while the run may go on; cleared by a pause."""
        self.clock = clock
        """Monotonic seconds."""
        self.random = random
        """Uniform in [0, 1), for the jitter of retries."""
        self.steering = steering or Steering()
        """What a person asks of single agents."""
        self.admission = admission or Admission(choice.provider, clock, random)
        """Lets calls in to the provider; shared by all agents that use it."""
        self.models = models
        """Opens other models; without it all agents use ``choice``."""
        self.workspaces = workspaces
        """Opens the places of agents that edit; without it none may."""
        self.permissions = permissions or Permissions(PermissionRules(), process.level)
        """Of the whole run: what one agent is granted, all may do."""
        self.ask = ask
        """Puts a question to a person; without it what needs a permission is refused."""

    def within(self, budget: Budget) -> AgentPorts:
        """The same ports, spending from ``budget``, a part of this one's."""
        ports = copy.copy(self)
        ports.budget = budget
        return ports

    def using(self, model: OpenModel) -> AgentPorts:
        """The same ports, asking another model."""
        ports = copy.copy(self)
        ports.choice, ports.client, ports.admission = model
        return ports

    def waiting(self, held: Callable[[], AbstractContextManager[None]]) -> AgentPorts:
        """The same ports, whose questions wait under ``held``: a limit that counts no time then."""
        ask = self.ask
        if ask is None:
            return self

        async def ask_held(question: Question) -> Reply:
            with held():
                return await ask(question)

        ports = copy.copy(self)
        ports.ask = ask_held
        return ports

    def at(self, root: Path) -> AgentPorts:
        """The same ports, with tools that work in the agent's own ``root``, not the repository."""
        ports = copy.copy(self)
        ports.root = root
        ports.is_workspace = True
        return ports
