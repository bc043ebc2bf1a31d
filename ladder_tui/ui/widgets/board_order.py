"""The order of the board, and when it may change."""

from __future__ import annotations

from collections.abc import Mapping

from ladder_tui.domain.ids import AgentId
from ladder_tui.projections.agent_card import ATTENTION, STALLED_AFTER_S, AgentCard
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.board_cells import Moment

SORTS: tuple[str, ...] = ("attention", "start", "cost", "findings")
"""Attention: what needs you first, then what stalls, failed, works, waits, is done."""
FROZEN_S = 2.0
"""The order stands still for this long after a key or a mouse button."""

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
    now = moment.now if moment.is_live else 0.0
    lively_since = now - STALLED_AFTER_S
    ranks = {
        agent_id: (
            _RANK_OF_RUNNING
            if card.state == "running" and card.last_event_at > lively_since
            else _RANK[card.attention(now)]
        )
        for agent_id, card in cards.items()
    }  # an agent with a fresh event cannot be stalled: asking thousands would take milliseconds
    return sorted(cards, key=ranks.__getitem__)


def keep_order(before: list[AgentId], after: list[AgentId]) -> list[AgentId]:
    """The old order with new ids at the end and missing ones gone."""
    there = set(after)
    kept = [agent_id for agent_id in before if agent_id in there]
    known = set(kept)
    return kept + [agent_id for agent_id in after if agent_id not in known]


def is_match(card: AgentCard, query: str) -> bool:
    """True when every word of a lower-case query is in the card's name, lens, state or activity."""
    text = f"{card.name} {card.lens} {card.state} {card.activity} {card.reason}"
    lowered = clean_line(text).lower()
    return all(word in lowered for word in query.split())
