"""The order of the board, and when it may change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ladder_tui.domain.ids import AgentId
from ladder_tui.projections.agent_card import ATTENTION, STALLED_AFTER_S, AgentCard
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.board_cells import Moment

SORTS: tuple[str, ...] = ("attention", "start", "age", "cost", "findings")
"""Attention: what needs you first, then what stalls, failed, works, waits, is done."""
FACETS: tuple[str, ...] = (
    "all", "needs you", "at work", "queued", "ended", "failed", "editing", "in conflict",
)  # fmt: skip
"""What the board can be narrowed to; *needs you* takes in what stalls and what failed."""
FROZEN_S = 2.0
"""The order stands still for this long after a key or a mouse button."""


class Arranged(NamedTuple):
    """How a board is arranged."""

    sort: str = SORTS[0]
    facet: str = FACETS[0]
    is_grouped: bool = False


_RANK = {attention: place for place, attention in enumerate(ATTENTION)}

_RANK_OF_RUNNING = _RANK["running"]

AgentCards = Mapping[AgentId, AgentCard]


def order(cards: AgentCards, sort: str, moment: Moment) -> list[AgentId]:
    """Ids in the order of a sort; equal ones stay in the order in which they were queued."""
    if sort == "cost":
        return sorted(cards, key=lambda i: -cards[i].cost.nano_usd)
    if sort == "findings":
        return sorted(cards, key=lambda i: -cards[i].findings)
    if sort == "start":
        return list(cards)
    if sort == "age":
        return sorted(cards, key=lambda i: _age_key(cards[i]))
    now = moment.now if moment.is_live else 0.0
    lively_since = now - STALLED_AFTER_S
    ranks = {
        agent_id: (
            _RANK_OF_RUNNING
            if card.state == "running"
            and card.last_event_at > lively_since
            and card.question is None
            and not card.is_paused
            else _RANK[card.attention(now)]
        )
        for agent_id, card in cards.items()
    }  # an agent with a fresh event cannot be stalled: asking thousands would take milliseconds
    return sorted(cards, key=ranks.__getitem__)


def _age_key(card: AgentCard) -> tuple[int, float]:
    """Those at work first, the longest silence on top; then the rest as they ended."""
    if card.question is not None and not card.is_final:
        return 0, card.asks_since
    if card.state == "running":
        return 0, card.activity_at
    return (1, 0.0) if card.finished_at is None else (2, -card.finished_at)


def is_shown(card: AgentCard, facet: str, moment: Moment) -> bool:
    """Whether a facet, one of ``FACETS``, leaves the agent on the board."""
    match facet:
        case "needs you":
            now = moment.now if moment.is_live else 0.0
            return card.attention(now) in ("asks", "stalled", "failed")
        case "at work":
            return card.state in ("running", "paused")
        case "queued":
            return card.state == "queued"
        case "ended":
            return card.is_final
        case "failed":
            return card.state in ("failed", "budget")
        case "editing":
            return bool(card.workspace or card.files)
        case "in conflict":
            return bool(card.conflicts)
        case _:
            return True


def keep_order(before: list[AgentId], after: list[AgentId]) -> list[AgentId]:
    """The old order with new ids at the end and missing ones gone."""
    there = set(after)
    kept = [agent_id for agent_id in before if agent_id in there]
    known = set(kept)
    return kept + [agent_id for agent_id in after if agent_id not in known]


def is_match(card: AgentCard, query: str) -> bool:
    """True when every word of a lower-case query is in the card's name, lens, state or activity."""
    text = f"{card.name} {card.lens} {card.state} {card.asks} {card.activity} {card.reason}"
    lowered = clean_line(text).lower()
    return all(word in lowered for word in query.split())
