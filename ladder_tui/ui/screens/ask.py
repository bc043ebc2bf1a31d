"""Asking for one line of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from ladder_tui.ui.screens.sheet import Sheet
from ladder_tui.ui.widgets.field import Field
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_block import LineBlock


class Ask(Sheet):
    """A title, clean lines, one field; ``enter`` answers, ``esc`` does not."""

    DEFAULT_CSS = """
    Ask > .sheet { height: auto; max-height: 90%; width: 72; max-width: 90%; }
    Ask Field { margin: 1 0; }
    """

    def __init__(
        self, title: str, lines: Sequence[str], placeholder: str, answer: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._heading = title
        self._lines = list(lines)
        self._placeholder = placeholder
        self._answer = answer
        self._is_empty = False

    def compose(self) -> ComposeResult:
        """Lines, field, what the keys do."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = self._heading
            yield LineBlock(id="ask-lines")
            yield Field(placeholder=self._placeholder)
            yield LineBlock(id="ask-keys")

    def on_mount(self) -> None:
        """Write the lines."""
        super().on_mount()
        look, glyphs = self.ladder.look, self.ladder.glyphs
        lines = [Line(glyphs.ellipsis).add(f" {text}", look.plain) for text in self._lines]
        self.query_one("#ask-lines", LineBlock).show(lambda _: lines)
        self.query_one("#ask-keys", LineBlock).show(self._keys)
        self.query_one(Field).focus()

    def _keys(self, cells: int) -> list[Line]:  # noqa: ARG002 - builders get the width
        look, glyphs = self.ladder.look, self.ladder.glyphs
        line = (
            Line().add(" enter", look.key, "screen.submit").add(" ok", look.strong, "screen.submit")
        )
        line.add("     esc", look.key, "screen.close").add(" not now", look.plain, "screen.close")
        if self._is_empty:
            line.add_right(f"{glyphs.failed} write something first ", look.error)
        return [line]

    @on(Input.Submitted)
    def action_submit(self) -> None:
        """Answer with what is written."""
        text = self.query_one(Field).value.strip()
        if not text:
            self._is_empty = True
            self.query_one("#ask-keys", LineBlock).show(self._keys)
            return
        self.dismiss()
        self.ladder.call_later(self._answer, text)
