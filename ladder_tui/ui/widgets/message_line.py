"""The message line: one fixed line, so that nothing jumps and nothing pops up.

An error that nobody has read comes first, then what was just said, then the question that waits
longest, then what was said before.
"""

from __future__ import annotations

from textual import events
from textual.strip import Strip

from ladder_tui.ui import format as form
from ladder_tui.ui.messages import Said
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line

FRESH_S = 5.0
"""How long something that was just said comes before a question."""


class MessageLine(Bar):
    """The newest message, or the oldest error that nobody has read. A click lists all."""

    def draw(self, cells: int) -> Strip:
        """The line in ``cells`` cells."""
        ladder = self.ladder
        styles, glyphs = ladder.look, ladder.glyphs
        said = ladder.log_of_messages.current
        line = Line(glyphs.ellipsis)
        if self._shows_question(said):
            return self._draw_question(cells)
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

    def _shows_question(self, said: Said | None) -> bool:
        ladder = self.ladder
        if not ladder.waiting.all or (said is not None and said.level == "error"):
            return False
        return said is None or ladder.clock() - said.at > FRESH_S

    def _draw_question(self, cells: int) -> Strip:
        ladder = self.ladder
        look, glyphs = ladder.look, ladder.glyphs
        asked, *more = ladder.waiting.all
        line = Line(glyphs.ellipsis).add(" ", look.plain).add(f"{glyphs.question}", look.question)
        line.add(f" {clean_line(asked.question.step_id)} ", look.strong)
        line.add(f"of #{asked.number} asks: ", look.muted)
        line.add(clean_line(asked.question.text), look.plain)
        line.add_right(f" {form.age(ladder.clock() - asked.asked_at)}  ", look.muted)
        if more:
            line.add_right(f"{len(more)} more  ", look.muted)
        return line.add_right("ctrl+g", look.key).add_right(" answer ", look.muted).strip(cells)

    def on_click(self, event: events.Click) -> None:
        """Answer the question, or list all messages."""
        event.stop()
        is_question = self._shows_question(self.ladder.log_of_messages.current)
        self.ladder.perform("answer" if is_question else "messages")
