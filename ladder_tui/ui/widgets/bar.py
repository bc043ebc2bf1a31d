"""One-line widgets of the frame: drawn as one strip, redrawn only when their facts change."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.strip import Strip
from textual.widget import Widget

from ladder_tui.ui.widgets.line import plain_strip

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class Bar(Widget, inherit_bindings=False):
    """Base of the one-line widgets."""

    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"

    ALLOW_SELECT = False

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)

    @property
    def ladder(self) -> Host:
        """The application, typed."""
        return cast("Host", self.app)

    def draw(self, cells: int) -> Strip:
        """The whole line."""
        raise NotImplementedError

    def draw_line(self, y: int) -> Strip:
        """One line; a bar has one only."""
        cells = self.size.width
        return self.draw(cells) if y == 0 else Strip.blank(cells)

    def render_line(self, y: int) -> Strip:
        """The line on the theme's background."""
        strip = self.draw_line(y).apply_style(self.ladder.look.base)
        return plain_strip(strip) if self.ladder.glyphs.is_ascii else strip
