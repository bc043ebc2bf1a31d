"""What is left in a terminal below 60×16: state, money, questions."""

from __future__ import annotations

from textual.strip import Strip

from ladder_tui.ui import format as form
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line


class TooSmall(Bar):
    """Three lines and how to get the rest back."""

    def __init__(self) -> None:
        super().__init__(id="too-small")

    def draw_line(self, y: int) -> Strip:
        """Draw one line."""
        cells = self.size.width
        ladder = self.ladder
        styles, glyphs, facts = ladder.look, ladder.glyphs, ladder.facts
        line = Line(glyphs.ellipsis)
        if y == 0:
            line.add(f"{glyphs.running}{facts.running} running ", styles.running)
            if facts.questions:
                line.add(f"{glyphs.question}{facts.questions}", styles.question)
        elif y == 1:
            line.add(form.money(facts.cost, has_sign=True), styles.money)
            line.add(" today", styles.muted)
            if facts.left_nano is not None:
                line.add(f", ${form.amount(facts.left_nano)} left", styles.plain)
        elif y == 3:
            size = ladder.size
            line.add(f"{size.width}x{size.height}: needs 60x16", styles.muted)
        elif y == 4:
            line.add("ctrl+q", styles.key).add(" quit; runs go on", styles.muted)
        return line.strip(cells)
