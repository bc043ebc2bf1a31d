"""The board of agents: one row of meters for each, drawn line by line.

Only visible rows are rendered, so a thousand agents cost as much as thirty. The cursor follows
an agent's id, and the order stands still while somebody is using it.
"""

from __future__ import annotations

from collections.abc import Collection

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.ui.text import clean_line, pad, width
from ladder_tui.ui.widgets.board_cells import (
    Moment,
    activity_text,
    bar_cell,
    cell,
    columns,
    state_glyph,
)
from ladder_tui.ui.widgets.board_group import by_step, grouped_rows, head_line, is_head, step_of
from ladder_tui.ui.widgets.board_order import (
    FACETS,
    FROZEN_S,
    SORTS,
    AgentCards,
    Arranged,
    is_match,
    is_shown,
    keep_order,
    order,
)
from ladder_tui.ui.widgets.line import Column, fit_columns, join_cells
from ladder_tui.ui.widgets.rows import RowView

ORDER_EVERY_S = 0.5
"""Sorting thousands of agents on every frame would be seen; nobody reads faster than this."""
_PREFIX = 3
_GAP = Segment("  ")
_NAME_CELLS = (12, 24)
_ACTIVITY_CELLS = 64
_SORT_OF_COLUMN = {
    "agent": "start", "activity": "attention", "age": "age", "cost": "cost", "find": "findings",
}  # fmt: skip


class Board(RowView, inherit_bindings=False):
    """Agents as rows."""

    has_head = True

    class Sorted(Message):
        """The order was changed by a click on the head."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.cards: AgentCards = {}
        self.moment = Moment(0.0, False)
        self.sort = SORTS[0]
        self.facet = FACETS[0]
        self.is_grouped = False
        """Agents stand beneath the head of their step."""
        self._groups: dict[StepId, list[AgentId]] = {}
        self._folded: set[str] = set()
        self._has_edits = False
        self.query_text = ""
        self._drawn: tuple[object, ...] = ()
        self._fitted_for: tuple[int, int, bool] = (0, 0, False)
        self._fitted: list[tuple[Column, int]] = []
        self._name_cells = _NAME_CELLS[0]
        self._named = -1
        self._ordered_at = float("-inf")

    # -- what it shows -------------------------------------------------------------------------

    def show(self, cards: AgentCards, version: int, moment: Moment) -> None:
        """Show these agents; draws only when something on the screen can have changed."""
        drawn = (id(cards), version, int(moment.now) if moment.is_live else 0, moment.is_live)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self.cards, self.moment = cards, moment
        now = self.ladder.clock()
        is_new = len(cards) != self._named
        if is_new or now - self._ordered_at >= ORDER_EVERY_S or not moment.is_live:
            self._ordered_at = now
            self._measure_names()
            self.reorder(is_forced=not self.row_ids)
        else:
            self.refresh()

    def reorder(self, *, is_forced: bool = False) -> None:
        """Bring the rows into order, unless somebody is using the list right now."""
        ids = order(self.cards, self.sort, self.moment)
        if self.facet != FACETS[0]:
            ids = [i for i in ids if is_shown(self.cards[i], self.facet, self.moment)]
        if self.query_text:
            ids = [i for i in ids if is_match(self.cards[i], self.query_text)]
        is_frozen = self.ladder.clock() - self.ladder.touched_at < FROZEN_S
        if is_frozen and not is_forced:
            ids = keep_order([AgentId(i) for i in self.row_ids], ids)
        self._groups = by_step(ids, self.cards) if self.is_grouped else {}
        self.set_rows(grouped_rows(self._groups, self._folded) if self.is_grouped else ids)

    @property
    def arranged(self) -> Arranged:
        """How the rows are arranged."""
        return Arranged(self.sort, self.facet, self.is_grouped)

    def set_arranged(self, arranged: Arranged) -> None:
        """Arrange the rows in another way."""
        self.sort, self.facet, self.is_grouped = arranged
        self.reorder(is_forced=True)

    def reveal(self, step_ids: Collection[StepId], name: str = "") -> int:
        """Put the cursor on the first agent of these steps, or on the named one; how many are."""
        self.set_arranged(Arranged(self.sort))
        found = [
            agent_id
            for agent_id in self.agent_ids
            if self.cards[agent_id].step_id in step_ids and name in ("", self.cards[agent_id].name)
        ]
        if found:
            self.select(found[0])
        return len(found)

    @property
    def agent_id(self) -> AgentId | None:
        """The agent under the cursor; None on the head of a step and without rows."""
        row_id = self.cursor_id
        return None if row_id is None or is_head(row_id) else AgentId(row_id)

    @property
    def agent_ids(self) -> list[AgentId]:
        """The agents whose rows there are, in their order."""
        return [AgentId(i) for i in self.row_ids if not is_head(i)]

    def action_rows(self) -> list[str]:
        """The marked agents, else the one under the cursor, else all of the step under it."""
        found: dict[str, None] = {}
        for row_id in super().action_rows():
            found |= dict.fromkeys(self._groups[step_of(row_id)] if is_head(row_id) else [row_id])
        return list(found)

    @property
    def can_fold(self) -> bool:
        """Whether the cursor is on the head of a step."""
        return is_head(self.cursor_id)

    def toggle_fold(self) -> bool:
        """Fold or unfold the step under the cursor; False where an agent is there."""
        row_id = self.cursor_id
        if row_id is None or not is_head(row_id):
            return False
        self._folded ^= {row_id}
        self.set_rows(grouped_rows(self._groups, self._folded))
        return True

    def set_query(self, text: str) -> None:
        """Show only agents that match; the cursor keeps its agent where it can."""
        self.query_text = text
        self.reorder(is_forced=True)

    def next_sort(self) -> str:
        """Change the order and return its name."""
        self.sort = SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)]
        self.reorder(is_forced=True)
        return self.sort

    def _measure_names(self) -> None:
        if len(self.cards) != self._named:
            self._named = len(self.cards)
            longest = max((width(card.name) for card in self.cards.values()), default=0)
            self._name_cells = max(_NAME_CELLS[0], min(_NAME_CELLS[1], longest))
        self._has_edits = any(card.workspace or card.files for card in self.cards.values())

    # -- drawing -------------------------------------------------------------------------------

    def _columns(self, cells: int) -> list[tuple[Column, int]]:
        key = (cells, self._name_cells, self._has_edits)
        if key != self._fitted_for:
            self._fitted_for = key
            self._fitted = fit_columns(
                columns(cells, self._name_cells, has_edits=self._has_edits),
                cells - _PREFIX - 1,
                widest=_ACTIVITY_CELLS,
            )
        return self._fitted

    def draw_head(self, cells: int) -> Strip:
        """Column titles; the sorted one is marked."""
        look = self.ladder.look
        fitted = self._columns(cells)
        titles = [
            (c.title, look.focus if _SORT_OF_COLUMN.get(c.id) == self.sort else look.heading)
            for c, _ in fitted
        ]
        segments = [Segment(" " * _PREFIX), *join_cells(titles, fitted, Style())]
        return Strip(segments).adjust_cell_length(cells)

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One agent, or the head of a step."""
        if is_head(row_id):
            return self._draw_group(row_id, cells, base, is_cursor=is_cursor)
        card, look, glyphs = self.cards[AgentId(row_id)], self.ladder.look, self.ladder.glyphs
        glyph, glyph_style = state_glyph(card, self.moment, glyphs, look)
        fitted = self._columns(cells)
        segments = [
            Segment(glyphs.degraded if card.conflicts else " ", look.warning),
            Segment(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus),
        ]
        for index, (column, size) in enumerate(fitted):
            if index:
                segments.append(_GAP)
            if column.id == "activity":
                segments.append(Segment(f"{glyph} ", glyph_style))
                text = pad(activity_text(card, self.moment), size - 2, ellipsis=glyphs.ellipsis)
                is_bad = glyph_style in (look.error, look.warning)
                text_style = look.warning if glyph_style == look.question else look.plain
                segments.append(Segment(text, glyph_style if is_bad else text_style))
                continue
            text, style = self._cell(column, size, card)
            padded = pad(text, size, is_right=column.is_right, ellipsis=glyphs.ellipsis)
            segments.append(Segment(padded, style))
        return Strip(segments).adjust_cell_length(cells).apply_style(base)

    def _draw_group(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        look, glyphs = self.ladder.look, self.ladder.glyphs
        step_id = step_of(row_id)
        cards = [self.cards[agent_id] for agent_id in self._groups[step_id]]
        is_folded = row_id in self._folded
        mark = " " + self.cursor_mark(row_id, is_cursor=is_cursor)
        line = head_line(step_id, cards, self.moment, glyphs, look, is_folded=is_folded)
        head = Strip([Segment(mark, look.focus)]).apply_style(base)
        return Strip.join([head, line.strip(max(0, cells - _PREFIX), base)])

    def _cell(self, column: Column, size: int, card: AgentCard) -> tuple[str, Style]:
        look, glyphs = self.ladder.look, self.ladder.glyphs
        if column.id == "agent":
            return clean_line(card.name), look.strong
        if column.id in ("context", "budget"):
            return bar_cell(column.id, size, card, glyphs, look)
        return cell(column.id, card, self.moment, glyphs, look)

    def head_clicked(self, x: int) -> None:
        """Sort by the column under the mouse."""
        left = _PREFIX
        for column, size in self._columns(self.size.width):
            if left <= x < left + size and column.id in _SORT_OF_COLUMN:
                self.sort = _SORT_OF_COLUMN[column.id]
                self.reorder(is_forced=True)
                self.post_message(self.Sorted())
            left += size + 2
