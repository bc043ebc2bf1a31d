"""A one-line text input."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.widgets import Input

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class Field(Input):
    """An input whose ``esc`` the frame handles; letters type, ``enter`` submits."""

    DEFAULT_CSS = """
    Field { height: 1; border: none; padding: 0 1; background: $panel; color: $foreground; }
    Field:focus { border: none; background: $boost; }
    """

    is_text_entry = True
    is_filter = False

    @property
    def ladder(self) -> Host:
        """The application, typed."""
        return cast("Host", self.app)
