"""The main screen."""

from __future__ import annotations

from textual.screen import Screen


class Frame(Screen[None], inherit_bindings=False):
    """Header, tabs, pane, message line, footer.

    Textual's own keys of screens, ``tab`` and ``ctrl+c``, would come before those of the table.
    """
