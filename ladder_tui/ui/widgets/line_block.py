"""A block of styled lines that does not scroll: headings, figures, hints, buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.geometry import Size
from textual.strip import Strip

from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line


class LineBlock(Bar, inherit_bindings=False):
    """Lines made anew for each width by ``build``; as high as there are lines, or fixed by CSS."""

    DEFAULT_CSS = "LineBlock { height: auto; width: 1fr; }"

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._build: Callable[[int], Sequence[Line]] = lambda _cells: ()
        self._lines: Sequence[Line] = ()
        self._built_for = -1

    def show(self, build: Callable[[int], Sequence[Line]]) -> None:
        """Draw what ``build`` gives for a width in cells."""
        before = len(self._lines)
        self._build = build
        self._built_for = -1
        if self.size.width:
            self._make()
        self.refresh(layout=len(self._lines) != before)

    def _make(self) -> None:
        if self._built_for != self.size.width:
            self._built_for = self.size.width
            self._lines = self._build(self.size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """As many rows as there are lines."""
        return len(self._build(width))

    def draw_line(self, y: int) -> Strip:
        """One line."""
        self._make()
        cells = self.size.width
        return self._lines[y].strip(cells) if y < len(self._lines) else Strip.blank(cells)
