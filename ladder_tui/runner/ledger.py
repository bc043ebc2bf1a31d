"""The ledger port of a run: what earlier runners bought, and what this one buys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ladder_tui.domain.event import Event
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.store.journal import Journal
from ladder_tui.store.ledger import Ledger, LedgerEntry


class RunLedger:
    """Reads the rows that were there at the start, writes through the journal.

    Turns and tool calls are asked for once in a process, so rows written now need not be read
    again. Gates are: a retry of a step starts from the same evidence.
    """

    def __init__(self, stored: Ledger, journal: Journal) -> None:
        self._stored = stored
        self._journal = journal
        self._gates: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return the stored result, or None."""
        entry = self._stored.get(key)
        return self._gates.get(key) if entry is None else entry.body

    def put(
        self,
        key: str,
        kind: Literal["tool", "gate", "retry"],
        agent_id: AgentId | None,
        body: bytes,
    ) -> None:
        """Store a free result; durable before the next ``buy``."""
        if kind == "gate":
            self._gates[key] = body
        self._journal.put(LedgerEntry(key, kind, agent_id or AgentId(""), body))

    async def keep(
        self,
        key: str,
        kind: Literal["process", "answer", "interjection"],
        body: bytes,
        events: Sequence[Event],
    ) -> None:
        """Store what cannot be had again, with its events in one durable transaction."""
        await self._journal.commit(events, LedgerEntry(key, kind, AgentId(""), body))

    async def announce(self, event: Event) -> None:
        """Journal an event and return when it is written."""
        self._journal.emit(event)
        await self._journal.flush()

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
        await self._journal.commit(events, LedgerEntry(key, "turn", agent_id, body, usage, cost))
