"""Stretches of time of an agent: opened by one event, closed by a later one."""

from __future__ import annotations

from ladder_tui.projections.agent_card import AgentCard, Segment, SegmentKind


class Timeline:
    """The open segments of all agents of a run; closed ones stay in the cards only."""

    def __init__(self) -> None:
        self._open: dict[str, dict[tuple[str, str], Segment]] = {}

    def open(
        self, card: AgentCard, kind: SegmentKind, at: float, label: str = "", key: str = ""
    ) -> None:
        """Begin a segment. ``key`` tells segments of one kind apart that run side by side."""
        of_agent = self._open.get(card.agent_id)
        if of_agent is None:
            of_agent = self._open[card.agent_id] = {}
        segment = Segment(kind, at, None, label)
        earlier = of_agent.get((kind, key))
        if earlier is not None:
            earlier.end = at
        of_agent[(kind, key)] = segment
        card.segments.append(segment)

    def close(self, card: AgentCard, kind: SegmentKind, at: float, key: str = "") -> None:
        """End the open segment of this kind and key, if there is one."""
        of_agent = self._open.get(card.agent_id)
        if of_agent:
            segment = of_agent.pop((kind, key), None)
            if segment is not None:
                segment.end = at

    def close_all(self, card: AgentCard, at: float) -> None:
        """End everything that is open for an agent."""
        of_agent = self._open.pop(card.agent_id, None)
        if of_agent:
            for segment in of_agent.values():
                segment.end = at
