"""A list drawn as a table: columns that fall when the space runs out, one cell at a time."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ladder_tui.ui.widgets.line import Column, fit_columns, join_cells
from ladder_tui.ui.widgets.rows import RowView

_PREFIX = 3
"""Cells of margin, cursor and mark."""


class TableRows(RowView, inherit_bindings=False):
    """Base of tables. A table gives ``columns`` and ``cell``."""

    has_head = True

    @property
    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """The columns there are now."""

    @abstractmethod
    def cell(self, row_id: str, column: str) -> tuple[str, Style]:
        """Clean text and style of one cell."""

    def draw_head(self, cells: int) -> Strip:
        """Column titles."""
        fitted = fit_columns(self.columns, cells - _PREFIX - 1)
        titles = [(column.title, self.ladder.look.heading) for column, _ in fitted]
        segments = [Segment(" " * _PREFIX), *join_cells(titles, fitted, Style())]
        return Strip(segments).adjust_cell_length(cells)

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One row."""
        mark = " " + self.cursor_mark(row_id, is_cursor=is_cursor)
        fitted = fit_columns(self.columns, cells - _PREFIX - 1)
        texts = [self.cell(row_id, column.id) for column, _ in fitted]
        drawn = join_cells(texts, fitted, base, ellipsis=self.ladder.glyphs.ellipsis)
        segments = [Segment(mark, base + self.ladder.look.focus), *drawn]
        return Strip(segments).adjust_cell_length(cells, base)
