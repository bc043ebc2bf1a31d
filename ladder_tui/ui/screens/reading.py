"""A modal screen with text to read."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from ladder_tui.ui.screens.sheet import Sheet, moving_bindings
from ladder_tui.ui.widgets.text_view import TextLine, TextView


class Reading(Sheet):
    """Title and scrolling lines; ``esc`` or ``q`` closes."""

    BINDINGS: ClassVar[list[BindingType]] = moving_bindings()
    title_text = ""

    def compose(self) -> ComposeResult:
        """One framed view."""
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = self.title_text
            sheet.border_subtitle = "esc closes"
            yield TextView()

    def on_mount(self) -> None:
        """Fill the view."""
        super().on_mount()
        self.view.set_lines(self.lines())

    @property
    def view(self) -> TextView:
        """The text."""
        return self.query_one(TextView)

    def lines(self) -> list[TextLine]:
        """What there is to read."""
        return []

    def action_move(self, delta: int) -> None:
        """Scroll by lines."""
        self.view.move(delta)

    def action_page(self, delta: int) -> None:
        """Scroll by pages."""
        self.view.move_page(delta)

    def action_end(self, is_last: bool) -> None:
        """Scroll to an end."""
        self.view.move_end(is_last=is_last)
