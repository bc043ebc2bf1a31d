"""A list drawn line by line: only visible rows are rendered, however many there are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from ladder_tui.ui.widgets.line_view import LineView

_NOTHING = Style()


class RowView(LineView, inherit_bindings=False):
    """Base of lists. The cursor follows the id of a row, never its place.

    A list gives ``draw_row`` and, with ``has_head``, ``draw_head``; it calls ``set_rows`` when
    ids or their order change and ``refresh`` when only contents do.
    """

    has_head = False

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, view: RowView, row_id: str | None) -> None:
            super().__init__()
            self.view = view
            self.row_id = row_id

        @property
        def control(self) -> RowView:
            """The list."""
            return self.view

    class Opened(Message):
        """A row was opened by a click on the cursor row."""

        def __init__(self, view: RowView, row_id: str) -> None:
            super().__init__()
            self.view = view
            self.row_id = row_id

        @property
        def control(self) -> RowView:
            """The list."""
            return self.view

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self.row_ids: list[str] = []
        self._index: dict[str, int] = {}
        self.cursor_id: str | None = None
        self.marked: set[str] = set()
        self.empty_lines: tuple[str, ...] = ()
        """Drawn when there are no rows: reason, one key, one command line."""

    # -- drawing, for subclasses ---------------------------------------------------------------

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One row in ``cells`` cells. ``base`` is what lies under it."""
        raise NotImplementedError

    def draw_head(self, cells: int) -> Strip:
        """The line above the rows."""
        return Strip.blank(cells)

    # -- rows ----------------------------------------------------------------------------------

    def set_rows(self, row_ids: Sequence[str]) -> None:
        """Show these rows in this order; the cursor stays on its id."""
        ids = list(row_ids)
        if ids == self.row_ids:
            self.refresh()
            return
        place = self._index.get(self.cursor_id, 0) if self.cursor_id is not None else 0
        self.row_ids = ids
        self._index = {row_id: index for index, row_id in enumerate(ids)}
        self.marked &= self._index.keys()
        before = self.cursor_id
        if before not in self._index:
            self.cursor_id = ids[min(place, len(ids) - 1)] if ids else None
        self._resize_virtual()
        self.refresh()
        if self.cursor_id != before:
            self.post_message(self.Moved(self, self.cursor_id))

    @property
    def cursor_index(self) -> int:
        """Place of the cursor; 0 without rows."""
        return self._index.get(self.cursor_id, 0) if self.cursor_id is not None else 0

    def select(self, row_id: str) -> None:
        """Put the cursor on a row, if it is there."""
        if row_id in self._index and row_id != self.cursor_id:
            self.cursor_id = row_id
            self.scroll_to_cursor()
            self.refresh()
            self.post_message(self.Moved(self, row_id))

    def action_rows(self) -> list[str]:
        """What an action acts on: the marked rows, else the cursor row."""
        if self.marked:
            return [row_id for row_id in self.row_ids if row_id in self.marked]
        return [self.cursor_id] if self.cursor_id is not None else []

    def toggle_mark(self) -> None:
        """Mark or unmark the cursor row and go on."""
        if self.cursor_id is not None:
            self.marked ^= {self.cursor_id}
            self.move(1)
            self.refresh()

    # -- moving --------------------------------------------------------------------------------

    @property
    def page_rows(self) -> int:
        """Rows in a page."""
        return max(1, self.size.height - self.has_head)

    def move(self, delta: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self.cursor_index + delta)

    def move_page(self, delta: int) -> None:
        """Move by pages."""
        self.move(delta * self.page_rows)

    def move_end(self, *, is_last: bool) -> None:
        """Move to the first or last row."""
        self.move_to(len(self.row_ids) - 1 if is_last else 0)

    def move_to(self, index: int) -> None:
        """Move to a place."""
        if self.row_ids:
            self.select(self.row_ids[max(0, min(index, len(self.row_ids) - 1))])

    def scroll_to_cursor(self) -> None:
        """Scroll so that the cursor row is visible."""
        index, top = self.cursor_index, self.scroll_offset.y
        if index < top:
            self.scroll_to(y=index, animate=False)
        elif index >= top + self.page_rows:
            self.scroll_to(y=index - self.page_rows + 1, animate=False)

    # -- Textual -------------------------------------------------------------------------------

    def _resize_virtual(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.row_ids) + self.has_head)

    def on_resize(self) -> None:
        """Keep the cursor visible."""
        self._resize_virtual()
        self.scroll_to_cursor()

    def row_at(self, y: int) -> str | None:
        """The row at a line of the widget, None for the head and below the last."""
        index = y - self.has_head + self.scroll_offset.y
        if y < self.has_head or not 0 <= index < len(self.row_ids):
            return None
        return self.row_ids[index]

    def on_click(self, event: events.Click) -> None:
        """A click selects; a click on the selected row, or a double one, opens."""
        if event.y < self.has_head:
            self.head_clicked(event.x)
            return
        row_id = self.row_at(event.y)
        if row_id is None:
            return
        self.ladder.touched()
        if row_id == self.cursor_id:
            self.post_message(self.Opened(self, row_id))
        else:
            self.select(row_id)

    def head_clicked(self, x: int) -> None:
        """The head was clicked at a column of cells."""

    def draw_line(self, y: int) -> Strip:
        """Draw one visible line."""
        cells = self.scrollable_content_region.width
        styles = self.ladder.look
        if self.has_head and y == 0:
            return self.draw_head(cells)
        if not self.row_ids:
            return self._draw_empty(y - self.has_head, cells)
        row_id = self.row_at(y)
        if row_id is None:
            return Strip.blank(cells)
        is_cursor = row_id == self.cursor_id
        base = styles.cursor if is_cursor and self.has_focus else _NOTHING
        return self.draw_row(row_id, cells, base, is_cursor=is_cursor)

    def _draw_empty(self, y: int, cells: int) -> Strip:
        if not 1 <= y <= len(self.empty_lines):
            return Strip.blank(cells)
        style = self.ladder.look.plain if y == 1 else self.ladder.look.muted
        text = "  " + self.empty_lines[y - 1]
        return Strip([Segment(text, style)]).adjust_cell_length(cells)

    def cursor_mark(self, row_id: str, *, is_cursor: bool) -> str:
        """The two leading cells of a row: cursor and mark."""
        glyphs = self.ladder.glyphs
        cursor = glyphs.cursor if is_cursor else " "
        return cursor + (glyphs.mark if row_id in self.marked else " ")

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor row looks different with the focus."""
        super().watch_has_focus(has_focus)
        self.refresh()
