"""The headline of one run."""

from __future__ import annotations

from textual.strip import Strip

from ladder_tui.domain.estimate import Estimate
from ladder_tui.domain.run import RunSummary
from ladder_tui.domain.usage import NANO
from ladder_tui.projections.run_view import RunView
from ladder_tui.ui import format as form
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.board_cells import Moment
from ladder_tui.ui.widgets.board_group import attention_counts, count_pieces
from ladder_tui.ui.widgets.board_order import Arranged
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.run_cells import run_glyph, run_word


class RunHead(Bar):
    """Workflow and number, agents by state, time, money against budget and estimate."""

    def __init__(self) -> None:
        super().__init__()
        self._view: RunView | None = None
        self._summary: RunSummary | None = None
        self._estimate: Estimate | None = None
        self._moment = Moment(0.0, False)
        self._arranged = Arranged()

    def show(
        self,
        view: RunView,
        summary: RunSummary,
        estimate: Estimate | None,
        moment: Moment,
        arranged: Arranged,
    ) -> None:
        """Show this run, and how its board is arranged."""
        self._view, self._summary, self._estimate = view, summary, estimate
        self._moment, self._arranged = moment, arranged
        self.refresh()

    def draw(self, cells: int) -> Strip:
        """The line in ``cells`` cells."""
        if self._view is None or self._summary is None:
            return Strip.blank(cells)
        look, summary = self.ladder.look, self._summary
        line = Line(self.ladder.glyphs.ellipsis)
        line.add(f" {clean_line(summary.workflow)} ", look.strong)
        line.add(f"#{summary.number}  ", look.focus)
        self._draw_state(line, summary)
        self._draw_counts(line, self._view, is_short=cells < 112)
        self._draw_time(line, summary)
        self._draw_money(line, self._view, is_short=cells < 112)
        self._draw_arranged(line, is_short=cells < 100)
        return line.strip(cells)

    def _draw_arranged(self, line: Line, *, is_short: bool) -> None:
        """What is left out is always said; the order only where there is room."""
        look, arranged = self.ladder.look, self._arranged
        if arranged.facet != "all":
            line.add_right(f"show:{arranged.facet} ", look.warning, "app.perform('facet')")
        if is_short:
            return
        if arranged.is_grouped:
            line.add_right(" group:step ", look.muted, "app.perform('facet')")
        line.add_right(f" sort:{arranged.sort} ", look.muted, "app.perform('sort')")

    def _draw_state(self, line: Line, summary: RunSummary) -> None:
        if summary.state == "running":
            return
        look = self.ladder.look
        glyph, style = run_glyph(summary.state, summary.verdict, self.ladder.glyphs, look)
        line.add(f"{glyph} {run_word(summary.state, summary.verdict)}", style)
        if summary.state == "interrupted":
            line.add(" (r resumes)", look.muted, "app.perform('runs.resume')")
        line.add("  ", look.plain)

    def _draw_counts(self, line: Line, view: RunView, *, is_short: bool) -> None:
        look, glyphs, moment = self.ladder.look, self.ladder.glyphs, self._moment
        counts = attention_counts(list(view.agents.values()), moment)
        count_pieces(counts, moment, glyphs, look, line)
        if view.conflicts:
            number = len(view.conflicts)
            text = str(number) if is_short else f" {form.plural(number, 'conflict')}"
            line.add(f"{glyphs.degraded}{text} ", look.warning)

    def _draw_time(self, line: Line, summary: RunSummary) -> None:
        look, estimate = self.ladder.look, self._estimate
        if summary.started_at is None:
            return
        end = summary.finished_at
        if end is None:
            end = self._moment.now if self._moment.is_live else self._last_at(summary.started_at)
        line.add(f"  {form.age(end - summary.started_at)}", look.plain)
        if estimate is not None and estimate.seconds is not None and summary.finished_at is None:
            line.add(f" of ~{form.age(estimate.seconds)}", look.muted)

    def _last_at(self, otherwise: float) -> float:
        return self._view.last_at if self._view is not None and self._view.last_at else otherwise

    def _draw_money(self, line: Line, view: RunView, *, is_short: bool) -> None:
        look, estimate = self.ladder.look, self._estimate
        line.add("   " + form.money(view.cost, has_sign=True), look.money)
        usd = view.limits.usd
        if usd is not None:
            fraction = view.cost.nano_usd / (usd * NANO) if usd else 1.0
            style = look.meter(fraction) if fraction >= 0.7 else look.muted
            line.add(f" of {form.amount(round(usd * NANO))}", style)
        has_price = estimate is not None and estimate.is_priced and estimate.nano_usd.p90
        if estimate is not None and has_price and not is_short:
            low_high = form.money_range(estimate.nano_usd.p10, estimate.nano_usd.p90)
            line.add(f" (est. {low_high})", look.muted)
        total = form.tokens(view.usage.total_tokens, is_estimated=view.usage.is_estimated)
        line.add(f"   {total} tok", look.plain)
        if view.lost_attempts and not is_short:
            line.add(f"   {form.plural(view.lost_attempts, 'lost attempt')}", look.warning)
