"""A list with its filter line above it."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from ladder_tui.ui.widgets.field import Field
from ladder_tui.ui.widgets.rows import RowView

MAKE_AFTER_S = 0.1
"""After the area is mounted."""


class FilterField(Field):
    """The filter line."""

    is_filter = True


class _ListFilter(FilterField):
    """The filter line of a list."""

    def __init__(self, on_text: Callable[[], None]) -> None:
        super().__init__(placeholder="filter")
        self._on_text = on_text

    def watch_value(self) -> None:
        """Narrow the list at once, so that one frame draws the character and the list."""
        self._on_text()


class FilteredArea(Vertical):
    """An area: a list, and above it a filter line that is there only while it is used."""

    DEFAULT_CSS = """
    FilteredArea { width: 1fr; height: 1fr; }
    """

    def __init__(
        self,
        view: RowView,
        *above: Widget,
        id: str,  # noqa: A002 - Textual's name
        narrow: Callable[[str], None],
    ) -> None:
        """``narrow`` is called with the text of the filter, lower case, when it is another.

        A call and no message: by the time a message has gone from the field to the pane Textual
        has drawn a frame without it, and the list would wait for the next one.
        """
        super().__init__(id=id)
        self.view = view
        self._narrow = narrow
        self._above = above
        self._field: _ListFilter | None = None  # made after the first paint: it is not cheap

    def compose(self) -> ComposeResult:
        """The filter line over the list."""
        yield from self._above
        yield self.view

    def on_mount(self) -> None:
        """Make the filter line soon: keys that follow ``/`` at once need it to be there."""
        self.set_timer(MAKE_AFTER_S, self._make)

    def _make(self) -> _ListFilter:
        if self._field is None:
            self._field = _ListFilter(lambda: self._narrow(self.text))
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
        event.stop()  # it is known by ``_ListFilter``

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self.text:
            self._hide()
        self.view.focus(scroll_visible=False)
