"""A list with its filter line above it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from ladder_tui.ui.widgets.field import Field
from ladder_tui.ui.widgets.rows import RowView

MAKE_AFTER_S = 0.1
"""After the area is mounted."""


class FilterField(Field):
    """The filter line."""

    is_filter = True


class FilteredArea(Vertical):
    """An area: a list, and above it a filter line that is there only while it is used."""

    DEFAULT_CSS = """
    FilteredArea { width: 1fr; height: 1fr; }
    """

    class Changed(Message):
        """The filter says something else; ``text`` is lower case."""

        def __init__(self, area: FilteredArea, text: str) -> None:
            super().__init__()
            self.area = area
            self.text = text

        @property
        def control(self) -> FilteredArea:
            """The area."""
            return self.area

    def __init__(self, view: RowView, *above: Widget, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.view = view
        self._above = above
        self._field: FilterField | None = None  # made after the first paint: it is not cheap

    def compose(self) -> ComposeResult:
        """The filter line over the list."""
        yield from self._above
        yield self.view

    def on_mount(self) -> None:
        """Make the filter line soon: keys that follow ``/`` at once need it to be there."""
        self.set_timer(MAKE_AFTER_S, self._make)

    def _make(self) -> FilterField:
        if self._field is None:
            self._field = FilterField(placeholder="filter")
            self._field.display = False
            self.mount(self._field, before=self.view)
        return self._field

    @property
    def text(self) -> str:
        """The filter, lower case; empty for none."""
        return self._field.value.strip().lower() if self._field is not None else ""

    def start(self) -> None:
        """Type a filter."""
        self.add_class("-filtering")
        # At once, so that what is typed next does not act on the list.
        field = self._make()
        field.display = True
        self.screen.set_focus(field, scroll_visible=False)

    def clear(self) -> bool:
        """Clear the filter and give the list the focus; False when there was none."""
        if not self.has_class("-filtering"):
            return False
        if self._field is not None:
            self._field.value = ""
        self._hide()
        self.view.focus(scroll_visible=False)
        return True

    def _hide(self) -> None:
        self.remove_class("-filtering")
        if self._field is not None:
            self._field.display = False

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self, self.text))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self.text:
            self._hide()
        self.view.focus(scroll_visible=False)
