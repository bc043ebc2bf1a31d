"""The base of everything that scrolls and is drawn line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.scroll_view import ScrollView
from textual.strip import Strip

if TYPE_CHECKING:
    from ladder_tui.ui.app import LadderApp


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """A focusable view that the ``move.*`` actions move; it binds no key itself."""

    DEFAULT_CSS = """
    LineView { height: 1fr; width: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)

    @property
    def ladder(self) -> LadderApp:
        """The application, typed."""
        return cast("LadderApp", self.app)

    def draw_line(self, y: int) -> Strip:
        """One visible line, counted from the top of the view."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """The line on the theme's background."""
        return self.draw_line(y).apply_style(self.ladder.look.base)

    def move(self, delta: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + delta, animate=False)

    def move_page(self, delta: int) -> None:
        """Scroll by pages."""
        self.move(delta * max(1, self.size.height - 1))

    def move_end(self, *, is_last: bool) -> None:
        """Scroll to an end."""
        self.scroll_to(y=self.virtual_size.height if is_last else 0, animate=False)
