"""The board by steps: a head above the agents of each step, with their sums. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.usage import Cost
from ladder_tui.projections.agent_card import AgentCard, Attention, total
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.board_cells import Moment
from ladder_tui.ui.widgets.line import Line

_HEAD = "\n"
"""Ends the row id of a head: no id of an agent has a line break."""


def head_id(step_id: StepId) -> str:
    """The row id of a step's head."""
    return f"{step_id}{_HEAD}"


def is_head(row_id: str | None) -> bool:
    """Whether a row is the head of a step."""
    return row_id is not None and row_id.endswith(_HEAD)


def step_of(row_id: str) -> StepId:
    """The step of a head."""
    return StepId(row_id.removesuffix(_HEAD))


def by_step(
    ids: Sequence[AgentId], cards: Mapping[AgentId, AgentCard]
) -> dict[StepId, list[AgentId]]:
    """Ids of each step, in their order; the steps in the order in which they came."""
    groups: dict[StepId, list[AgentId]] = {}
    for card in cards.values():
        groups.setdefault(card.step_id, [])
    for agent_id in ids:
        groups[cards[agent_id].step_id].append(agent_id)
    return {step_id: members for step_id, members in groups.items() if members}


def grouped_rows(groups: Mapping[StepId, Sequence[AgentId]], folded: Collection[str]) -> list[str]:
    """Heads and agents; the agents of a folded head are left out."""
    rows: list[str] = []
    for step_id, members in groups.items():
        head = head_id(step_id)
        rows.append(head)
        if head not in folded:
            rows += members
    return rows


def attention_counts(cards: Sequence[AgentCard], moment: Moment) -> Counter[Attention | str]:
    """How many agents need what; cancelled ones are counted apart."""
    now = moment.now if moment.is_live else 0.0
    return Counter(
        "cancelled" if card.state == "cancelled" else card.attention(now) for card in cards
    )


def count_pieces(
    counts: Mapping[str, int], moment: Moment, glyphs: Glyphs, look: Styles, line: Line
) -> None:
    """Add ``◉2 ?1 ✓3`` to a line."""
    drawn = {
        "running": (glyphs.running if moment.is_live else glyphs.paused, look.running),
        "asks": (glyphs.question, look.question),
        "stalled": (glyphs.stalled, look.warning),
        "queued": (glyphs.queued, look.muted),
        "paused": (glyphs.paused, look.muted),
        "done": (glyphs.done, look.success),
        "failed": (glyphs.failed, look.error),
        "cancelled": (glyphs.cancelled, look.muted),
    }
    for state, (glyph, style) in drawn.items():
        if counts.get(state):
            line.add(f"{glyph}{counts[state]} ", style)


def head_line(
    step_id: StepId,
    cards: Sequence[AgentCard],
    moment: Moment,
    glyphs: Glyphs,
    look: Styles,
    *,
    is_folded: bool,
) -> Line:
    """A step with the sums over its agents."""
    line = Line(glyphs.ellipsis)
    line.add(f"{glyphs.closed if is_folded else glyphs.opened} ", look.focus)
    line.add(f"{clean_line(step_id)}  ", look.heading)
    count_pieces(attention_counts(cards, moment), moment, glyphs, look, line)
    sums = total(cards)
    tokens = form.tokens(sums.usage.total_tokens, is_estimated=sums.usage.is_estimated)
    line.add(f"  {tokens} tok", look.muted)
    if sums.cost != Cost():
        line.add("  " + form.money(sums.cost, has_sign=True), look.money)
    if sums.findings:
        line.add(f"  {form.plural(sums.findings, 'finding')}", look.plain)
    return line
