"""A change piece by piece: each hunk can be marked, and accepted without the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from ladder_tui.domain.change import DiffPiece
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.diff_lines import diff_style
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_view import LineView


class _Row(NamedTuple):
    piece: int
    text: str
    style: Style
    is_head: bool = False


class PieceView(LineView, inherit_bindings=False):
    """Lines scroll; ``n`` and ``N`` go from piece to piece, ``space`` marks one."""

    class Moved(Message):
        """Another piece is under the cursor, or another is marked."""

    def __init__(self) -> None:
        super().__init__(id="change-diff")
        self.pieces: tuple[DiffPiece, ...] = ()
        self.cursor = 0
        self.marked: set[int] = set()
        self.note = ""
        """Said instead of a diff."""
        self._rows: list[_Row] = []
        self._heads: list[int] = []

    def show(self, pieces: Sequence[DiffPiece], note: str = "") -> None:
        """Show these pieces from the top, none marked."""
        self.pieces, self.cursor, self.marked, self.note = tuple(pieces), 0, set(), note
        self._rows, self._heads = [], []
        for place, piece in enumerate(self.pieces):
            self._heads.append(len(self._rows))
            self._rows.append(_Row(place, clean_line(piece.path), Style(), is_head=True))
            self._rows += [
                _Row(place, clean_line(line) or " ", diff_style(line, self.ladder.look))
                for line in piece.lines
            ]
        self.virtual_size = Size(self.size.width, len(self._rows))
        self.scroll_to(y=0, animate=False)
        self.refresh()

    def chosen(self) -> list[int]:
        """Places of the marked pieces, else of the one under the cursor."""
        return sorted(self.marked) or ([self.cursor] if self.pieces else [])

    def step(self, delta: int) -> None:
        """Go to the next or previous piece."""
        if self.pieces:
            self.go_to(max(0, min(self.cursor + delta, len(self.pieces) - 1)))

    def go_to(self, piece: int) -> None:
        """Put the cursor on a piece and scroll to it."""
        self.cursor = piece
        self.scroll_to(y=self._heads[piece], animate=False)
        self.refresh()
        self.post_message(self.Moved())

    def toggle_mark(self) -> None:
        """Mark or unmark the piece under the cursor and go on."""
        if self.pieces:
            self.marked ^= {self.cursor}
            self.step(1)

    def on_resize(self) -> None:
        """The lines are cut to the new width."""
        self.virtual_size = Size(self.size.width, len(self._rows))

    def on_click(self, event: events.Click) -> None:
        """A click goes to a piece; a click on its head marks it."""
        y = event.y + self.scroll_offset.y
        if y >= len(self._rows):
            return
        row = self._rows[y]
        self.cursor = row.piece
        if row.is_head:
            self.marked ^= {row.piece}
        self.refresh()
        self.post_message(self.Moved())

    def draw_line(self, y: int) -> Strip:
        """Draw one visible line."""
        cells, look = self.scrollable_content_region.width, self.ladder.look
        index = y + self.scroll_offset.y
        if not self._rows:
            text = f"  {self.note}" if y == 1 else ""
            return Strip([Segment(text, look.muted)]).adjust_cell_length(cells)
        if index >= len(self._rows):
            return Strip.blank(cells)
        row = self._rows[index]
        if row.is_head:
            return self._head(row, cells)
        return Line(self.ladder.glyphs.ellipsis).add(f"   {row.text}", row.style).strip(cells)

    def _head(self, row: _Row, cells: int) -> Strip:
        look, glyphs = self.ladder.look, self.ladder.glyphs
        is_cursor = row.piece == self.cursor
        base = look.cursor if is_cursor and self.has_focus else Style()
        line = Line(glyphs.ellipsis)
        line.add(glyphs.cursor if is_cursor else " ", look.focus)
        line.add(glyphs.check_on if row.piece in self.marked else glyphs.check_off, look.focus)
        line.add(f" {row.text}", look.strong)
        count = f"{row.piece + 1} of {len(self.pieces)} "
        what = "whole file " if self.pieces[row.piece].is_whole_file else ""
        return line.add_right(what + count, look.muted).strip(cells, base)

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor looks different with the focus."""
        super().watch_has_focus(has_focus)
        self.refresh()
