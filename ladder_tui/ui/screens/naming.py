"""Asking for a name and which of a few things it is to name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType

from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.widgets.choice import Choice


class Naming(Ask):
    """``tab`` or up and down change the kind while the name is typed; so does a click."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("down,tab", "kind(1)", ""),
        ("up,shift+tab", "kind(-1)", ""),
    ]
    DEFAULT_CSS = "Naming Choice { margin: 0 0 1 0; }"

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        placeholder: str,
        kinds: Sequence[str],
        answer: Callable[[str, str], None],
    ) -> None:
        super().__init__(title, lines, placeholder, self._named)
        self._kinds = Choice(kinds, kinds[0])
        self._kinds.can_focus = False
        self._answer_both = answer

    def on_mount(self) -> None:
        """Put the kinds between the field and the keys."""
        super().on_mount()
        self.query_one(".sheet").mount(self._kinds, before="#ask-keys")

    def action_kind(self, delta: int) -> None:
        """Choose the next or previous kind."""
        self._kinds.step(delta)

    def _named(self, name: str) -> None:
        self._answer_both(name, self._kinds.value)
