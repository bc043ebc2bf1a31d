"""What the board of agents says about one agent: pure functions from a card to texts."""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style

from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Column
from ladder_tui.ui.widgets.meter import meter

BAR_CELLS = 4
BARS_FROM = 100
"""Columns from which context and budget are bars; below only their per cent."""


class Moment(NamedTuple):
    """When and how a board is drawn."""

    now: float
    is_live: bool
    """False for a replayed run and for one whose runner is gone: nothing ages, nothing stalls."""


def columns(cells: int, name_cells: int, *, has_edits: bool = False) -> tuple[Column, ...]:
    """All columns for a width, widest form; ``fit_columns`` lets them fall in order.

    Only a run whose agents edit has a column of files.
    """
    bar = BAR_CELLS + 5 if cells >= BARS_FROM else 6
    edits = (Column("files", "files", 5, is_right=True, drop=5),) if has_edits else ()
    return (
        Column("agent", "agent", name_cells),
        Column("activity", "activity", 0, min_width=18),
        Column("age", "age", 6, is_right=True),
        Column("in", "in", 6, is_right=True, drop=3),
        Column("out", "out", 6, is_right=True, drop=4),
        Column("cache", "cache", 6, is_right=True, drop=1),
        Column("cost", "$", 7, is_right=True),
        Column("context", "ctx", bar, is_right=True),
        Column("budget", "budget", bar, is_right=True),
        Column("try", "try", 3, is_right=True, drop=2),
        *edits,
        Column("find", "find", 4, is_right=True),
    )


def is_stalled(card: AgentCard, moment: Moment) -> bool:
    """True for an agent at work that has been silent for too long."""
    return moment.is_live and card.is_stalled(moment.now)


def is_asking(card: AgentCard) -> bool:
    """True for an agent that waits for a person."""
    return card.question is not None and not card.is_final


def state_glyph(card: AgentCard, moment: Moment, glyphs: Glyphs, look: Styles) -> tuple[str, Style]:
    """Glyph and style of an agent's state."""
    if is_asking(card):
        return glyphs.question, look.question
    if card.is_paused and not card.is_final:
        return glyphs.paused, look.muted
    if card.state == "running" and not moment.is_live:
        return glyphs.paused, look.muted
    if is_stalled(card, moment):
        return glyphs.stalled, look.warning
    return {
        "queued": (glyphs.queued, look.muted),
        "running": (glyphs.running, look.running),
        "paused": (glyphs.paused, look.muted),
        "done": (glyphs.done, look.success),
        "failed": (glyphs.failed, look.error),
        "budget": (glyphs.failed, look.error),
        "cancelled": (glyphs.cancelled, look.muted),
    }.get(card.state, (glyphs.queued, look.muted))


def activity_text(card: AgentCard, moment: Moment) -> str:
    """What the agent does, or how it ended, in a few words."""
    if is_asking(card):
        return clean_line(card.asks) or "waits for you"
    if card.state == "running":
        return _working_text(card, moment)
    if card.state == "done":
        text = form.plural(card.findings, "finding")
        return f"{text}, {card.unverified} unverified" if card.unverified else text
    if card.state in ("failed", "budget"):
        reason = clean_line(card.reason)
        return reason or card.failure.replace("_", " ") or card.state
    return card.state


def _working_text(card: AgentCard, moment: Moment) -> str:
    if not moment.is_live:
        return "interrupted"
    text = clean_line(card.activity) or "starting"
    if card.is_paused:
        return "paused"
    if is_stalled(card, moment):
        text = f"silent: {text}"
    number = tries(card)
    return f"{text}, attempt {number}" if number > 1 else text


def tries(card: AgentCard) -> int:
    """How often it was tried: starts, lost model requests, outputs that missed their schema."""
    return card.agent_attempt + card.lost_attempts + card.rejections


def age_text(card: AgentCard, moment: Moment) -> str:
    """How long the activity lasts, or the silence; of an ended agent how long it took."""
    if card.finished_at is not None and card.started_at is not None:
        return form.age(card.finished_at - card.started_at)
    if not moment.is_live:
        return ""
    if is_asking(card):
        return form.age(moment.now - card.asks_since)
    if card.state == "running":
        since = card.activity_at if is_stalled(card, moment) else card.last_event_at
        return form.age(moment.now - since)
    return ""


def cell(
    column: str, card: AgentCard, moment: Moment, glyphs: Glyphs, look: Styles
) -> tuple[str, Style]:
    """Text and style of one cell, without ``agent`` and ``activity``."""
    usage = card.usage
    if column == "age":
        is_late = is_stalled(card, moment) or is_asking(card)
        return age_text(card, moment), look.warning if is_late else look.plain
    if column == "in":
        return _quiet(usage.input_tokens + usage.cache_creation_input_tokens, look)
    if column == "out":
        return _out(card, look)
    if column == "cache":
        return _quiet(usage.cache_read_input_tokens, look)
    if column == "cost":
        cost = card.cost
        is_mere_zero = not cost.nano_usd and not cost.unpriced_calls
        return form.money(cost), look.muted if is_mere_zero else look.money
    if column == "files":
        return _files(card, glyphs, look)
    if column == "try":
        return str(tries(card)), look.warning if tries(card) > 1 else look.muted
    return _findings(card, glyphs, look)


def bar_cell(
    column: str, cells: int, card: AgentCard, glyphs: Glyphs, look: Styles
) -> tuple[str, Style]:
    """A bar with its per cent, or the per cent alone where the column is narrow."""
    if column == "context":
        part, whole = card.context_tokens, card.context_window
    else:
        part, whole = card.usage.total_tokens + card.partial_tokens, card.token_limit
    if whole <= 0:
        return glyphs.dash, look.muted
    fraction = part / whole
    text = form.percent(part, whole)
    if cells > 6:
        text = f"{meter(fraction, BAR_CELLS, glyphs)} {text:>4}"
    return text, look.meter(fraction)


def _out(card: AgentCard, look: Styles) -> tuple[str, Style]:
    total = card.usage.output_tokens + card.partial_tokens
    if card.partial_tokens or (card.usage.is_estimated and total):
        return f"~{form.count(total)}", look.estimate
    return _quiet(total, look)


def _quiet(value: int, look: Styles) -> tuple[str, Style]:
    return form.count(value), look.plain if value else look.muted


def _files(card: AgentCard, glyphs: Glyphs, look: Styles) -> tuple[str, Style]:
    """Files changed so far; a mark where some of them conflict with another agent's."""
    if card.conflicts:
        return f"{glyphs.degraded} {len(card.files)}", look.warning
    if not card.files:
        return glyphs.dash, look.muted
    return str(len(card.files)), look.plain


def _findings(card: AgentCard, glyphs: Glyphs, look: Styles) -> tuple[str, Style]:
    if card.state in ("failed", "cancelled", "budget") and not card.findings:
        return glyphs.dash, look.muted
    return str(card.findings), look.strong if card.findings else look.muted
