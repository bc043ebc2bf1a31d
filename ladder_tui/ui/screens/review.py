"""A text to read before choosing between a few ways to go on: a diff, what would be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from ladder_tui.ui.screens.choose import Way
from ladder_tui.ui.screens.confirm import ARM_AFTER_S
from ladder_tui.ui.screens.sheet import Sheet, moving_bindings
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_block import LineBlock
from ladder_tui.ui.widgets.text_view import TextLine, TextView


class Review(Sheet):
    """Clean lines that scroll over one key for each way; ``esc`` takes none of them."""

    BINDINGS: ClassVar[list[BindingType]] = moving_bindings()
    DEFAULT_CSS = "Review > .sheet { max-width: 120; } Review TextView { height: 1fr; }"

    def __init__(
        self, title: str, lines: Sequence[TextLine], ways: Sequence[Way], *, later: str = "later"
    ) -> None:
        super().__init__()
        self._heading = title
        self._text = list(lines)
        self._ways = {way.key: way for way in ways}
        self._later = later
        self._is_armed = False

    def compose(self) -> ComposeResult:
        """The text over the ways."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = self._heading
            yield TextView()
            yield LineBlock()

    def on_mount(self) -> None:
        """Write it; keys arm a moment later, so that typing does not answer."""
        super().on_mount()
        self.view.set_lines(self._text)
        self.query_one(LineBlock).show(self._lines)
        self.set_timer(ARM_AFTER_S, self._arm)

    def _arm(self) -> None:
        self._is_armed = True

    @property
    def view(self) -> TextView:
        """The text."""
        return self.query_one(TextView)

    def _lines(self, cells: int) -> list[Line]:  # noqa: ARG002 - builders get the width
        look, ellipsis = self.ladder.look, self.ladder.glyphs.ellipsis
        lines = [Line()]
        for way in self._ways.values():
            click = f"screen.go({way.key!r})"
            line = Line(ellipsis).add(f" {way.key}", look.key, click)
            lines.append(line.add(f"  {way.label}", look.strong, click))
        return [*lines, Line().add(f" esc  {self._later}", look.muted, "screen.close")]

    def action_go(self, key: str) -> None:
        """Take a way."""
        way = self._ways.get(key)
        if way is not None and self._is_armed:
            self.dismiss()
            self.ladder.call_later(self.ladder.attempt, way.run)

    def on_key(self, event: events.Key) -> None:
        """A letter takes its way."""
        if event.key in self._ways:
            event.stop()
            self.action_go(event.key)

    def action_move(self, delta: int) -> None:
        """Scroll by lines."""
        self.view.move(delta)

    def action_page(self, delta: int) -> None:
        """Scroll by pages."""
        self.view.move_page(delta)

    def action_end(self, is_last: bool) -> None:
        """Scroll to an end."""
        self.view.move_end(is_last=is_last)
