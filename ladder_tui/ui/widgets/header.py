"""The header: who is at work, what it costs, what is left, on which model and sandbox level."""

from __future__ import annotations

from textual.strip import Strip

from ladder_tui.ui import format as form
from ladder_tui.ui.text import clean_line, fit
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.meter import meter

_SHORT_LEVELS = {"bwrap": "bw", "limits": "lim"}


class Header(Bar):
    """One line; at 80 columns it abbreviates and drops only branch and bar."""

    def draw(self, cells: int) -> Strip:
        """The line in ``cells`` cells."""
        is_short = cells < 100
        styles = self.ladder.look
        line = Line(self.ladder.glyphs.ellipsis)
        self._draw_place(line, is_short)
        self._draw_state(line, is_short)
        self._draw_money(line, is_short)
        self._draw_setup(line, is_short)
        return line.strip(cells, styles.bar)

    def _draw_place(self, line: Line, is_short: bool) -> None:
        styles, facts = self.ladder.look, self.ladder.facts
        line.add(" ladder", styles.focus)
        line.add("  ", styles.plain)
        line.add(fit(clean_line(facts.repository), 12 if is_short else 24), styles.strong)
        if facts.branch and not is_short:
            line.add(" " + fit(clean_line(facts.branch), 20), styles.muted)
        line.add("   ", styles.plain)

    def _draw_state(self, line: Line, is_short: bool) -> None:
        styles, facts, glyphs = self.ladder.look, self.ladder.facts, self.ladder.glyphs
        if facts.running:
            line.add(f"{glyphs.running}{facts.running}", styles.running)
        else:
            line.add(f"{glyphs.queued}0", styles.muted)
        if facts.questions:
            line.add(" ", styles.plain)
            line.add(
                f"{glyphs.question}{facts.questions}", styles.question, "app.perform('answer')"
            )
        line.add("  " if is_short else "   ", styles.plain)

    def _draw_money(self, line: Line, is_short: bool) -> None:
        styles, facts = self.ladder.look, self.ladder.facts
        total = form.tokens(facts.usage.total_tokens, is_estimated=facts.usage.is_estimated)
        line.add(total if is_short else f"{total} tok", styles.plain)
        line.add("  ", styles.plain)
        line.add(form.money(facts.cost, has_sign=True), styles.money)
        if facts.open_nano:
            line.add(f" ~{form.amount(facts.open_nano)} open", styles.muted)
        left = facts.left_nano
        if left is not None and facts.budget_nano:
            used = 1 - left / facts.budget_nano
            line.add("  ", styles.plain)
            if not is_short:
                line.add(meter(used, 4, self.ladder.glyphs), styles.meter(used))
                line.add(" ", styles.plain)
            text = f"{form.amount(left)}left" if is_short else f"${form.amount(left)} left"
            line.add(text, styles.meter(used) if used >= 0.7 else styles.plain)

    def _draw_setup(self, line: Line, is_short: bool) -> None:
        styles, facts = self.ladder.look, self.ladder.facts
        model = clean_line(facts.model)
        if is_short:
            model = fit(model.rpartition("/")[2], 12)
        line.add_right(model, styles.plain)
        level = _SHORT_LEVELS.get(facts.sandbox, facts.sandbox) if is_short else facts.sandbox
        style = styles.warning if facts.sandbox == "limits" else styles.muted
        line.add_right(("  " if is_short else "   ") + level + " ", style)
