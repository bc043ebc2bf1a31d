"""How a person steers agents that are at work: hold one, speak to it, start it over.

The runner fills this in; the turn loop and the slots look at it. Nothing here is durable: what an
agent heard is kept in the ledger by ``agent.interjection``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from ladder_tui.domain.ids import AgentId

Settle = Callable[[str], object]
"""Told once what became of a command: ``applied``, or ``refused: …``."""

ENDED = "refused: the agent has ended"


class Words(NamedTuple):
    """What a person said to an agent."""

    text: str
    settle: Settle


class AgentSteer:
    """What is asked of one agent."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        """Set while the agent may go on; cleared by a pause of this agent alone."""
        self.gate.set()
        self.restart: Callable[[], bool] = lambda: False
        """Starts the agent over; gives False where its step has ended. Set by its slot."""
        self.has_ended = False
        self._words: list[Words] = []

    async def wait(self, run_gate: asyncio.Event) -> None:
        """Return when neither the run nor this agent is paused."""
        while not self.is_clear(run_gate):
            await run_gate.wait()
            await self.gate.wait()

    def is_clear(self, run_gate: asyncio.Event) -> bool:
        """Whether neither the run nor this agent is paused."""
        return run_gate.is_set() and self.gate.is_set()

    def say(self, words: Words) -> None:
        """Leave words for the agent's next turn."""
        if self.has_ended:
            words.settle(ENDED)
        else:
            self._words.append(words)

    @property
    def has_words(self) -> bool:
        """Whether something was said that the agent has not heard."""
        return bool(self._words)

    def take_words(self) -> list[Words]:
        """What was said since the last call. Who takes it settles it."""
        words, self._words = self._words, []
        return words

    def end(self) -> None:
        """The agent has ended; what it did not hear is refused."""
        self.has_ended = True
        for words in self.take_words():
            words.settle(ENDED)


class Steering:
    """The steering of all agents of a run."""

    def __init__(self) -> None:
        self._agents: dict[AgentId, AgentSteer] = {}

    def of(self, agent_id: AgentId) -> AgentSteer:
        """The steering of one agent, made on first use: it may be asked before the agent starts."""
        return self._agents.setdefault(agent_id, AgentSteer())
