"""Live meters: what each agent does right now, for viewers. Nothing durable depends on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ladder_tui.domain.event import LiveRow
from ladder_tui.domain.ids import AgentId
from ladder_tui.models.token import estimate_tokens_fast

PUBLISH_INTERVAL_S = 0.1
TEXT_LIMIT = 4_000
"""Characters of partial text published for an agent that somebody looks at."""


class AgentMeter:
    """The meter of one agent; fed by the turn loop and by the stream."""

    def __init__(self, agent_id: AgentId, clock: Callable[[], float]) -> None:
        self._agent_id = agent_id
        self._clock = clock
        self._activity = "starting"
        self._activity_at = clock()
        self._tokens = 0
        self._text: list[str] = []
        self.is_leased = False
        self.is_dirty = True

    @property
    def output_tokens(self) -> int:
        """Estimated tokens of the reply that is streaming."""
        return self._tokens

    def activity(self, text: str) -> None:
        """Say what the agent does now; resets the partial reply."""
        self._activity = text
        self._activity_at = self._clock()
        self._tokens = 0
        self._text.clear()
        self.is_dirty = True

    def delta(self, kind: str, text: str) -> None:
        """A chunk of the reply that is streaming."""
        if kind == "start":
            self._activity = "generating"
        self._activity_at = self._clock()
        self._tokens += estimate_tokens_fast(text)
        if kind == "text":
            self._text.append(text)
        self.is_dirty = True

    def row(self) -> LiveRow:
        """The row to publish; the partial text only where a viewer holds a lease."""
        text = "".join(self._text)[-TEXT_LIMIT:] if self.is_leased else ""
        return LiveRow(
            self._agent_id, self._activity[:200], self._activity_at, self.output_tokens, text
        )


class MeterBoard:
    """All meters of a run."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._meters: dict[AgentId, AgentMeter] = {}

    def is_busy(self, asking: Collection[AgentId] = ()) -> bool:
        """Whether an agent is at work that is not among those who wait for a person."""
        return any(agent_id not in asking for agent_id in self._meters)

    def meter(self, agent_id: AgentId) -> AgentMeter:
        """The meter of an agent, made on first use."""
        found = self._meters.get(agent_id)
        if found is None:
            found = self._meters[agent_id] = AgentMeter(agent_id, self._clock)
        return found

    def lease(self, leased: set[AgentId]) -> None:
        """Set which agents somebody looks at."""
        for agent_id, meter in self._meters.items():
            wanted = agent_id in leased
            if wanted != meter.is_leased:
                meter.is_leased = wanted
                meter.is_dirty = True

    def drop(self, agent_id: AgentId) -> None:
        """Forget an agent that ended."""
        self._meters.pop(agent_id, None)

    def changed(self) -> Mapping[AgentId, LiveRow]:
        """Rows that changed since the last call."""
        rows = {a: m.row() for a, m in self._meters.items() if m.is_dirty}
        for meter in self._meters.values():
            meter.is_dirty = False
        return rows
