"""The message line: one fixed line, so that nothing jumps and nothing pops up."""

from __future__ import annotations

from textual import events
from textual.strip import Strip

from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line


class MessageLine(Bar):
    """The newest message, or the oldest error that nobody has read. A click lists all."""

    def draw(self, cells: int) -> Strip:
        """The line in ``cells`` cells."""
        ladder = self.ladder
        styles, glyphs = ladder.look, ladder.glyphs
        said = ladder.log_of_messages.current
        line = Line(glyphs.ellipsis)
        if said is None:
            return Strip.blank(cells)
        style, glyph = {
            "info": (styles.plain, glyphs.dot),
            "warning": (styles.warning, glyphs.degraded),
            "error": (styles.error, glyphs.failed),
        }[said.level]
        line.add(f" {glyph} ", style).add(said.headline, style)
        more = ladder.log_of_messages.unread - 1
        if more > 0:
            line.add_right(f"{more} more   ", styles.muted)
        if said.key:
            line.add_right(said.key + " ", styles.key)
        elif said.level == "error":
            line.add_right("M", styles.key).add_right(" why, next step  ", styles.muted)
        return line.strip(cells)

    def on_click(self, event: events.Click) -> None:
        """List all messages."""
        event.stop()
        self.ladder.perform("messages")
