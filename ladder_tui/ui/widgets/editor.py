"""The text editor of panes that edit files. Import it where it is used: it is heavy."""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea


class Editor(TextArea):
    """A text area that leaves ``esc`` to the frame.

    ``TextArea`` with ``tab_behavior="indent"`` sends ``esc`` to the *next* widget; here the frame
    sees ``esc`` first (a priority binding), and what still arrives does nothing.
    """

    is_text_entry = True
    is_filter = False

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.prevent_default()
            return
        await super()._on_key(event)
