"""The base of everything that scrolls and is drawn line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from rich.style import Style
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from ladder_tui.ui.widgets.line import plain_strip

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """A focusable view that the ``move.*`` actions move; it binds no key itself.

    With ``ALLOW_SELECT`` a drag selects text; the view then gives ``selectable_lines``.
    """

    ALLOW_SELECT = False  # places for a selection cost as much as drawing a line
    DEFAULT_CSS = """
    LineView { height: 1fr; width: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)

    @property
    def ladder(self) -> Host:
        """The application, typed."""
        return cast("Host", self.app)

    # -- drawing -------------------------------------------------------------------------------

    def draw_line(self, y: int) -> Strip:
        """One visible line, counted from the top of the view."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """The line on the theme's background, with what is selected of it."""
        strip = self.draw_line(y).apply_style(self.ladder.look.base)
        if self.ladder.glyphs.is_ascii:
            strip = plain_strip(strip)
        if not self.ALLOW_SELECT:
            return strip
        line = y + self.scroll_offset.y
        selection = self.text_selection
        span = selection.get_span(line) if selection is not None else None
        if span is not None:
            style = self.screen.get_component_rich_style("screen--selection")
            strip = _styled(strip, span, style)
        return strip.apply_offsets(0, line)

    # -- selecting -----------------------------------------------------------------------------

    def selectable_lines(self) -> Sequence[str]:
        """All lines as they are drawn, without styles."""
        return ()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text."""
        return selection.extract("\n".join(self.selectable_lines())), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002 - Textual's
        """Draw the selection."""
        self.refresh()

    # -- moving --------------------------------------------------------------------------------

    def move(self, delta: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + delta, animate=False)

    def move_page(self, delta: int) -> None:
        """Scroll by pages."""
        self.move(delta * max(1, self.size.height - 1))

    def move_end(self, *, is_last: bool) -> None:
        """Scroll to an end."""
        self.scroll_to(y=self.virtual_size.height if is_last else 0, animate=False)


def _styled(strip: Strip, span: tuple[int, int], style: Style) -> Strip:
    """The strip with a span of cells in another style; an end of -1 is the end of the line."""
    start, end = span
    end = strip.cell_length if end == -1 else min(end, strip.cell_length)
    if start >= end:
        return strip
    middle = strip.crop(start, end)
    selected = Strip([s._replace(style=(s.style or Style()) + style) for s in middle])
    return Strip.join([strip.crop(0, start), selected, strip.crop(end)])
