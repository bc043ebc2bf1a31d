"""Choosing what a list shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.strip import Strip

from ladder_tui.ui.screens.sheet import Sheet, moving_bindings
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.rows import RowView


class Facet(NamedTuple):
    """One choice."""

    id: str
    group: str
    label: str
    rows: int
    is_on: bool


class _FacetRows(RowView):
    def __init__(self) -> None:
        super().__init__()
        self.facets: dict[str, Facet] = {}

    def show(self, facets: Sequence[Facet]) -> None:
        self.facets = {facet.id: facet for facet in facets}
        self.set_rows(list(self.facets))

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        look, glyphs, facet = self.ladder.look, self.ladder.glyphs, self.facets[row_id]
        place = self.row_ids.index(row_id)
        is_first = place == 0 or self.facets[self.row_ids[place - 1]].group != facet.group
        line = Line(glyphs.ellipsis)
        line.add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        line.add(f"{facet.group if is_first else '':<10}", look.muted)
        line.add(f"{glyphs.radio_on if facet.is_on else glyphs.radio_off} ", look.plain)
        line.add(clean_line(facet.label), look.strong if facet.is_on else look.plain)
        line.add_right(f"{facet.rows} ", look.muted)
        return line.strip(cells, base)


class Facets(Sheet):
    """Rows of choices; ``enter``, ``space`` or a click chooses, ``esc`` closes."""

    DEFAULT_CSS = """
    Facets > .sheet { height: auto; max-height: 90%; width: 46; max-width: 90%; }
    Facets _FacetRows { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*moving_bindings(), ("enter,space", "choose", ""),
                                             ("f", "close", "")]  # fmt: skip

    def __init__(self, facets: Callable[[], list[Facet]], choose: Callable[[str], None]) -> None:
        super().__init__()
        self._facets = facets
        self._choose = choose

    def compose(self) -> ComposeResult:
        """The rows."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "show"
            sheet.border_subtitle = "enter chooses   esc closes"
            yield _FacetRows()

    @property
    def rows(self) -> _FacetRows:
        """The list."""
        return self.query_one(_FacetRows)

    def on_mount(self) -> None:
        """Fill the list."""
        super().on_mount()
        self.rows.show(self._facets())
        self.rows.styles.height = min(len(self.rows.row_ids), max(4, self.size.height - 6))
        self.rows.focus()

    @on(RowView.Opened)
    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.rows.cursor_id is not None:
            self._choose(self.rows.cursor_id)
            self.rows.show(self._facets())

    def action_move(self, delta: int) -> None:
        """Move by rows."""
        self.rows.move(delta)

    def action_page(self, delta: int) -> None:
        """Move by pages."""
        self.rows.move_page(delta)

    def action_end(self, is_last: bool) -> None:
        """Move to an end."""
        self.rows.move_end(is_last=is_last)
