"""Stretches of an agent's timeline: opened by one event, closed by a later one."""

from __future__ import annotations

from ladder_tui.projections.agent_card import AgentCard, Segment, SegmentKind


def open_segment(card: AgentCard, kind: SegmentKind, at: float, label: str, key: str) -> None:
    """Begin a segment; ``key`` tells apart those that run side by side."""
    segment = Segment(kind, at, None, label)
    earlier = card.open_segments.get(key)
    if earlier is not None:
        earlier.end = at
    card.open_segments[key] = segment
    card.segments.append(segment)


def close_segment(card: AgentCard, key: str, at: float) -> None:
    """End the open segment of this key, if there is one."""
    segment = card.open_segments.pop(key, None)
    if segment is not None:
        segment.end = at


def close_segments(card: AgentCard, at: float) -> None:
    """End everything that is open for an agent."""
    for segment in card.open_segments.values():
        segment.end = at
    card.open_segments.clear()
