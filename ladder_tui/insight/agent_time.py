"""When agents were at work: stretches of models, tools and gates, without queues and people."""

from __future__ import annotations

from collections.abc import Iterable

from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.projections.run_fold import RunFold

Stretch = tuple[float, float]
"""From and to, Unix seconds."""


def work_of(view: RunFold, card: AgentCard) -> list[Stretch]:
    """When an agent was at work, in order and without overlaps.

    Not while it waited for its turn, was paused, or had been sent back to a person, and not while
    a person was asked whether one of its tools may run. Retries count: they are the provider's.
    """
    busy = union(
        (s.start, view.last_at if s.end is None else s.end)
        for s in card.segments
        if s.kind != "wait"
    )
    asked = union(
        (answered.at - answered.waited_s, answered.at)
        for answered in view.answered
        if answered.question is not None and answered.question.agent_id == card.agent_id
    )
    return without(busy, asked)


def union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order, each moment once."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined


def without(stretches: list[Stretch], gaps: list[Stretch]) -> list[Stretch]:
    """``stretches`` less ``gaps``, both in order and without overlaps."""
    left = []
    for start, end in stretches:
        at = start
        for gap_start, gap_end in gaps:
            if gap_end <= at or gap_start >= end:
                continue
            if gap_start > at:
                left.append((at, gap_start))
            at = max(at, gap_end)
        if at < end:
            left.append((at, end))
    return left


def length(stretches: Iterable[Stretch]) -> float:
    """Seconds."""
    return sum(end - start for start, end in stretches)
