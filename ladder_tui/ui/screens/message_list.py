"""All messages of the session."""

from __future__ import annotations

import time

from ladder_tui.ui.screens.reading import Reading
from ladder_tui.ui.text import clean_lines
from ladder_tui.ui.widgets.text_view import TextLine


class MessageList(Reading):
    """Newest first, errors with why and the next step."""

    title_text = "messages"

    def lines(self) -> list[TextLine]:
        """Every message with its time."""
        styles, glyphs = self.ladder.look, self.ladder.glyphs
        said_styles = {
            "info": (styles.plain, glyphs.dot),
            "warning": (styles.warning, glyphs.degraded),
            "error": (styles.error, glyphs.failed),
        }
        lines: list[TextLine] = []
        for said in reversed(self.ladder.log_of_messages.all):
            style, glyph = said_styles[said.level]
            first, *rest = clean_lines(said.text)
            clock = time.strftime("%H:%M:%S", time.localtime(said.at))
            lines.append((f"{clock} {glyph} {first}", style))
            lines += [(f"           {line}", styles.muted) for line in rest]
        return lines or [("Nothing has been said yet.", styles.muted)]
