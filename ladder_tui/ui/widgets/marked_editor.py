"""An editor of Markdown or YAML that marks lines with problems and draws no control sequence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.geometry import Offset
from textual.strip import Strip

from ladder_tui.ui.highlight import LineKind, Meaning, line_kinds, spans
from ladder_tui.ui.text import visible
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.editor import Editor
from ladder_tui.ui.widgets.problem_list import Mark

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class MarkedEditor(Editor):
    """Marks stand between the line number and the text; Markdown and its header are coloured."""

    DEFAULT_CSS = """
    MarkedEditor { border: none; padding: 0; background: $background; color: $foreground;
                   border-left: outer $boost; scrollbar-size-vertical: 1; }
    MarkedEditor:focus { border: none; border-left: outer $accent; }
    MarkedEditor.-ascii, MarkedEditor.-ascii:focus { border-left: ascii $accent; }
    MarkedEditor .text-area--gutter { color: $text-muted; background: $background; }
    MarkedEditor .text-area--cursor-gutter { color: $foreground; background: $boost; }
    MarkedEditor .text-area--cursor-line { background: $panel; }
    MarkedEditor .text-area--selection { background: $primary 40%; }
    """

    def __init__(
        self,
        id: str | None = None,  # noqa: A002 - Textual's name
        *,
        kinds: Callable[[Sequence[str]], list[LineKind]] = line_kinds,
    ) -> None:
        super().__init__(
            "", id=id, soft_wrap=True, show_line_numbers=True, tab_behavior="indent", theme="css"
        )
        self._marks: Mapping[int, Mark] = {}
        self._kinds_of = kinds
        self._kinds: list[LineKind] | None = None

    @property
    def ladder(self) -> Host:
        """The application, typed."""
        return cast("Host", self.app)

    def mark_lines(self, marks: Mapping[int, Mark]) -> None:
        """Mark lines, counted from 1, with one glyph each."""
        if marks != self._marks:
            self._marks = dict(marks)
            self.refresh()

    def update_suggestion(self) -> None:
        """Textual's hook after every change of the text: lines may mean something else."""
        self._kinds = None

    def get_component_rich_style(
        self, *names: str, partial: bool = False, default: Style | None = None
    ) -> Style:
        """As Textual's, but the cursor's line keeps the colours of its parts."""
        style = super().get_component_rich_style(*names, partial=partial, default=default)
        return Style(bgcolor=style.bgcolor) if names == ("text-area--cursor-line",) else style

    def get_line(self, line_index: int) -> Text:
        """The line with control characters replaced, one for one, and its parts coloured."""
        if self._kinds is None:
            self._kinds = self._kinds_of(self.document.lines)
        text = visible(self.document.get_line(line_index))
        line = Text(text, end="", no_wrap=True)
        if line_index < len(self._kinds):
            look = self.ladder.look
            for span in spans(text, self._kinds[line_index]):
                line.stylize(_style(span.meaning, look), span.start, span.end)
        return line

    def render_line(self, y: int) -> Strip:
        """The line with its mark."""
        strip = super().render_line(y)
        row = y + self.scroll_offset.y
        if not self._marks or row >= self.wrapped_document.height:
            return strip
        line, column = self.wrapped_document.offset_to_location(Offset(0, row))
        mark = self._marks.get(line + 1)
        if mark is None or column:
            return strip
        place = self.gutter_width - 2
        glyph, style = mark
        mark_strip = Strip([Segment(glyph, self.ladder.look.base + style)], 1)
        after = strip.crop(place + 1, strip.cell_length)
        return Strip.join([strip.crop(0, place), mark_strip, after])

    def go_to_line(self, line: int) -> None:
        """Put the cursor at the beginning of a line, counted from 1, and show it."""
        self.move_cursor((max(0, min(line - 1, self.document.line_count - 1)), 0))
        self.scroll_cursor_visible(center=True, animate=False)

    def find_next(self, needle: str) -> bool:
        """Select the next place with the text, from the cursor on and around; without case."""
        lines = [line.lower() for line in self.document.lines]
        start, column = self.cursor_location
        for step in range(len(lines) + 1):
            index = (start + step) % len(lines)
            place = lines[index].find(needle.lower(), column if step == 0 else 0)
            if place >= 0:
                self.move_cursor((index, place))
                self.move_cursor((index, place + len(needle)), select=True)
                return True
        return False


def _style(meaning: Meaning, look: Styles) -> Style:
    styles: dict[Meaning, Style] = {
        "heading": look.strong,
        "marker": look.accent,
        "code": look.accent,
        "strong": look.strong,
        "quote": look.muted,
        "link": look.running,
        "key": look.running,
        "string": look.success,
        "comment": look.muted,
    }
    return styles[meaning]
