"""Markdown to read, drawn line by line. Links are text: a file of somebody else opens nothing."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.markdown import Markdown
from rich.segment import Segment
from rich.theme import Theme
from textual.geometry import Size
from textual.strip import Strip

from ladder_tui.ui.text import clean
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line_view import LineView


class MarkdownView(LineView, inherit_bindings=False):
    """Rendered anew when text or width change; a page takes a few milliseconds."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._text = ""
        self._strips: list[Strip] = []
        self._made_for: tuple[int, str] = (0, "")

    def show(self, text: str) -> None:
        """Show this Markdown; made safe here."""
        text = clean(text).expandtabs(4)
        if text != self._text:
            self._text = text
            self._made_for = (0, "")
            self._make()
            self.scroll_to(y=0, animate=False)

    def _make(self) -> None:
        cells = self.size.width - 3
        if cells < 10 or (cells, self.app.theme) == self._made_for:
            return
        self._made_for = (cells, self.app.theme)
        theme = Theme(markdown_styles(self.ladder.look), inherit=True)
        is_ascii = self.ladder.glyphs.is_ascii
        console = Console(
            width=cells, theme=theme, file=StringIO(), color_system="truecolor",
            force_terminal=True, legacy_windows=False, safe_box=is_ascii,
        )  # fmt: skip
        code = "ansi_dark" if self.app.current_theme.dark else "ansi_light"
        markdown = Markdown(self._text, code_theme=code, hyperlinks=False)
        self._strips = [
            Strip([Segment(" "), *(s for s in line if not s.control)])
            for line in console.render_lines(markdown, pad=False)
        ]
        self.virtual_size = Size(self.size.width, len(self._strips))
        self.refresh()

    def on_resize(self) -> None:
        """Another width wraps elsewhere."""
        self._make()

    def draw_line(self, y: int) -> Strip:
        """One visible line."""
        self._make()  # the theme may have changed
        index, cells = y + self.scroll_offset.y, self.size.width
        if index >= len(self._strips):
            return Strip.blank(cells)
        return self._strips[index].adjust_cell_length(cells)


def markdown_styles(look: Styles) -> dict[str, str]:
    """Rich's names for parts of Markdown, in the styles of the theme."""
    strong, muted, key, rule = map(str, (look.strong, look.muted, look.key, look.rule))
    heading = str(look.focus)
    return {
        "markdown.h1": heading,
        "markdown.h1.border": rule,
        "markdown.h2": heading,
        "markdown.h3": strong,
        "markdown.h4": strong,
        "markdown.h5": strong,
        "markdown.h6": strong,
        "markdown.code": str(look.accent),
        "markdown.code_block": str(look.plain),
        "markdown.block_quote": muted,
        "markdown.item.bullet": muted,
        "markdown.item.number": muted,
        "markdown.hr": rule,
        "markdown.link": key,
        "markdown.link_url": muted,
        "markdown.table.border": rule,
        "markdown.table.header": strong,
    }
