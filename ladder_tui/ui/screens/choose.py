"""Choosing between a few ways to go on; nothing is preselected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from ladder_tui.ui.screens.confirm import ARM_AFTER_S
from ladder_tui.ui.screens.sheet import Sheet
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_block import LineBlock


class Way(NamedTuple):
    """One way to go on."""

    key: str
    label: str
    run: Callable[[], None]


class Choose(Sheet):
    """Clean lines and one key for each way; ``esc`` does nothing."""

    DEFAULT_CSS = "Choose > .sheet { height: auto; max-height: 90%; width: 72; max-width: 90%; }"

    def __init__(self, title: str, lines: Sequence[str], ways: Sequence[Way]) -> None:
        super().__init__()
        self._heading = title
        self._text = list(lines)
        self._ways = {way.key: way for way in ways}
        self._is_armed = False

    def compose(self) -> ComposeResult:
        """Lines over ways."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = self._heading
            yield LineBlock()

    def on_mount(self) -> None:
        """Write the lines; keys arm a moment later, so that typing does not answer."""
        super().on_mount()
        self.query_one(LineBlock).show(self._lines)
        self.set_timer(ARM_AFTER_S, self._arm)

    def _arm(self) -> None:
        self._is_armed = True

    def _lines(self, cells: int) -> list[Line]:  # noqa: ARG002 - builders get the width
        look, ellipsis = self.ladder.look, self.ladder.glyphs.ellipsis
        lines = [Line(ellipsis).add(f" {text}", look.plain) for text in self._text]
        lines.append(Line())
        for way in self._ways.values():
            click = f"screen.go({way.key!r})"
            line = Line(ellipsis).add(f" {way.key}", look.key, click)
            lines.append(line.add(f"  {way.label}", look.strong, click))
        return [*lines, Line().add(" esc  neither", look.muted, "screen.close")]

    def action_go(self, key: str) -> None:
        """Take a way."""
        way = self._ways.get(key)
        if way is not None and self._is_armed:
            self.dismiss()
            self.ladder.call_later(way.run)

    def on_key(self, event: events.Key) -> None:
        """A letter takes its way."""
        if event.key in self._ways:
            event.stop()
            self.action_go(event.key)
