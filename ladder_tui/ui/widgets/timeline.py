"""The timeline of a run: what each agent did when, on one scale of real seconds.

Kinds differ by character as well as by colour: ``━`` model, ``═`` tool, ``┅`` evidence,
``╌`` waiting, ``✗`` a lost attempt; the glyph of the agent's state ends its bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from ladder_tui.projections.agent_card import AgentCard, SegmentKind
from ladder_tui.projections.agent_card import Segment as Stretch
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, pad
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.board_cells import Moment, state_glyph
from ladder_tui.ui.widgets.line import Line

NAME_CELLS = 14
_LAYER: dict[SegmentKind, int] = {"wait": 0, "retry": 1, "model": 2, "gate": 3, "tool": 4}
"""Where stretches meet in one cell the higher one is drawn."""


class Scale(NamedTuple):
    """The time axis: Unix seconds at the left edge and at the right one."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Length, at least one second."""
        return max(1.0, self.end - self.start)


def stroke(kind: SegmentKind, glyphs: Glyphs, look: Styles) -> tuple[str, Style]:
    """Character and style of a kind of stretch."""
    return {
        "model": (glyphs.line, look.running),
        "tool": (glyphs.line_tool, look.accent),
        "gate": (glyphs.line_gate, look.success),
        "wait": (glyphs.wait, look.muted),
        "retry": (glyphs.wait, look.error),
    }[kind]


def paint(
    card: AgentCard, scale: Scale, cells: int, moment: Moment, glyphs: Glyphs, look: Styles
) -> list[tuple[str, Style]]:
    """One character with its style for each cell of an agent's bar."""
    blank = (" ", look.muted)
    row: list[tuple[str, Style]] = [blank] * cells
    if cells < 2 or card.started_at is None:
        return row
    per_cell = scale.seconds / (cells - 1)

    def place(at: float) -> int:
        return max(0, min(cells - 2, int((at - scale.start) / per_cell)))

    for stretch in sorted(card.segments, key=_layer):
        until = stretch.end if stretch.end is not None else (card.finished_at or scale.end)
        first = place(stretch.start)
        last = max(first + 1, min(cells - 1, ceil((until - scale.start) / per_cell)))
        row[first:last] = [stroke(stretch.kind, glyphs, look)] * (last - first)
    for stretch in card.segments:
        if stretch.kind == "retry":  # the mark of a lost attempt is never covered
            row[place(stretch.start)] = (glyphs.retry, look.error)
    end = card.finished_at if card.finished_at is not None else scale.end
    tip = min(cells - 1, ceil((end - scale.start) / per_cell))
    row[tip] = state_glyph(card, moment, glyphs, look)
    return row


def _layer(stretch: Stretch) -> int:
    return _LAYER[stretch.kind]


class Timeline(Bar, can_focus=True, inherit_bindings=False):
    """Rows in the board's order, the board's cursor among them. A click selects the agent."""

    DEFAULT_CSS = "Timeline { height: 1fr; width: 1fr; }"

    class Picked(Message):
        """An agent was clicked."""

        def __init__(self, agent_id: str) -> None:
            super().__init__()
            self.agent_id = agent_id

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._cards: list[AgentCard] = []
        self._cursor_id: str | None = None
        self._scale = Scale(0.0, 1.0)
        self._moment = Moment(0.0, False)

    def show(
        self, cards: Sequence[AgentCard], cursor_id: str | None, scale: Scale, moment: Moment
    ) -> None:
        """Show these agents in this order."""
        self._cards = list(cards)
        self._cursor_id = cursor_id
        self._scale, self._moment = scale, moment
        self.refresh()

    @property
    def _first(self) -> int:
        """Index of the first agent drawn, so that the cursor's one is visible."""
        rows = max(1, self.size.height - 2)
        ids = [card.agent_id for card in self._cards]
        index = ids.index(self._cursor_id) if self._cursor_id in ids else 0  # type: ignore[arg-type]
        return max(0, min(index - rows // 2, len(ids) - rows))

    def draw_line(self, y: int) -> Strip:
        """Scale, agents, legend."""
        cells = self.size.width
        if y == 0:
            return self._draw_scale(cells)
        if y == self.size.height - 1:
            return self._draw_legend(cells)
        index = self._first + y - 1
        if index >= len(self._cards):
            return Strip.blank(cells)
        return self._draw_agent(self._cards[index], cells)

    def _draw_scale(self, cells: int) -> Strip:
        look = self.ladder.look
        line = Line().add(pad(" timeline", NAME_CELLS + 2), look.heading).add("0:00", look.muted)
        middle = NAME_CELLS + 2 + (cells - NAME_CELLS - 3) // 2 - 2
        if cells >= 50:
            line.add(" " * (middle - line.cells), look.muted)
            line.add(form.age(self._scale.seconds / 2), look.muted)
        line.add_right(form.age(self._scale.seconds) + " ", look.muted)
        return line.strip(cells)

    def _draw_agent(self, card: AgentCard, cells: int) -> Strip:
        look, glyphs = self.ladder.look, self.ladder.glyphs
        is_cursor = card.agent_id == self._cursor_id
        name = pad(clean_line(card.name), NAME_CELLS, ellipsis=glyphs.ellipsis)
        segments = [
            Segment(glyphs.cursor if is_cursor else " ", look.focus),
            Segment(name + " ", look.strong if is_cursor else look.plain),
        ]
        bar = cells - NAME_CELLS - 3
        painted = paint(card, self._scale, bar, self._moment, glyphs, look)
        segments += [Segment(character, style) for character, style in painted]
        return Strip(segments).simplify().adjust_cell_length(cells)

    def _draw_legend(self, cells: int) -> Strip:
        look, glyphs = self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis).add(" ", look.muted)
        kinds: tuple[tuple[SegmentKind, str], ...] = (
            ("model", "model"),
            ("tool", "tool"),
            ("gate", "evidence"),
            ("wait", "wait"),
        )
        entries = [(stroke(kind, glyphs, look), label) for kind, label in kinds]
        entries.append(((glyphs.retry, look.error), "lost"))
        for (character, style), label in entries:
            sample = character if character == glyphs.retry else character * 2
            if line.cells + len(sample) + len(label) + 1 <= cells:
                line.add(sample, style).add(f" {label}  ", look.muted)
        return line.strip(cells)

    def on_click(self, event: events.Click) -> None:
        """Select the agent under the mouse."""
        index = self._first + event.y - 1
        if 1 <= event.y < self.size.height - 1 and index < len(self._cards):
            self.post_message(self.Picked(self._cards[index].agent_id))
