"""Read-only styled lines, drawn line by line, with search. For previews, diffs, code, help."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from ladder_tui.ui.text import wrap
from ladder_tui.ui.widgets.line_view import LineView

TextLine = tuple[str, Style]


class TextView(LineView, inherit_bindings=False):
    """Lines of clean text with one style each; long ones are wrapped or cut."""

    ALLOW_SELECT = True

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._source: list[TextLine] = []
        self._lines: list[TextLine] = []
        self.is_wrapped = True

    def set_lines(self, lines: Sequence[TextLine], *, keep_scroll: bool = False) -> None:
        """Show these lines, cleaned by the caller (``ui/text.py``)."""
        self._source = list(lines)
        self._flow()
        if not keep_scroll:
            self.scroll_to(y=0, animate=False)

    def selectable_lines(self) -> list[str]:
        """The lines as they are drawn."""
        return [f" {text}" for text, _ in self._lines]

    @property
    def text(self) -> str:
        """All lines as they were given, to copy."""
        return "\n".join(text for text, _ in self._source)

    def toggle_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.is_wrapped = not self.is_wrapped
        self._flow()

    def _flow(self) -> None:
        cells = max(10, self.size.width - 2)
        if self.is_wrapped:
            self._lines = [(p, style) for text, style in self._source for p in wrap(text, cells)]
        else:
            self._lines = self._source
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.refresh()

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self._flow()

    def draw_line(self, y: int) -> Strip:
        """Draw one visible line."""
        cells = self.size.width
        index = y + self.scroll_offset.y
        if index >= len(self._lines):
            return Strip.blank(cells)
        text, style = self._lines[index]
        return Strip([Segment(" " + text, style)]).adjust_cell_length(cells)
