"""Asking before spending above the threshold, losing work or widening permissions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.strip import Strip

from ladder_tui.ui.screens.sheet import Sheet
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.text_view import TextView

ARM_AFTER_S = 0.3
"""Keys typed into something else must not answer."""


class _Buttons(Bar):
    """The two answers; nothing is preselected."""

    def __init__(self, yes: str) -> None:
        super().__init__()
        self._yes = yes

    def draw(self, cells: int) -> Strip:
        """The line in ``cells`` cells."""
        look = self.ladder.look
        line = Line(self.ladder.glyphs.ellipsis)
        line.add("y", look.key, "screen.yes").add(f" {self._yes}     ", look.strong, "screen.yes")
        line.add("esc", look.key, "screen.close").add(" not now", look.plain, "screen.close")
        return line.strip(cells)


class Confirm(Sheet):
    """A question with clean lines of text; ``y`` answers yes, ``esc`` and ``n`` no."""

    DEFAULT_CSS = """
    Confirm > .sheet { height: auto; max-height: 90%; width: 72; max-width: 90%; }
    Confirm TextView { height: auto; max-height: 16; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [("y", "yes", ""), ("n,q", "close", "")]

    def __init__(
        self, title: str, lines: Sequence[str], yes: str, on_yes: Callable[[], None]
    ) -> None:
        super().__init__()
        self._heading = title
        self._lines = list(lines)
        self._yes = yes
        self._on_yes = on_yes
        self._is_armed = False

    def compose(self) -> ComposeResult:
        """Lines over answers."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = self._heading
            yield TextView()
            yield _Buttons(self._yes)

    def on_mount(self) -> None:
        """Fill in the question; keys arm a moment later."""
        super().on_mount()
        plain = self.ladder.look.plain
        self.query_one(TextView).set_lines([(line, plain) for line in [*self._lines, ""]])
        self.set_timer(ARM_AFTER_S, self._arm)

    def _arm(self) -> None:
        self._is_armed = True

    def action_yes(self) -> None:
        """Answer yes, unless the question has only just appeared."""
        if self._is_armed:
            self.dismiss()
            self.ladder.call_later(self._on_yes)
