"""The headline of Validation: verdict, who reviewed, how many findings, what is hidden. Pure."""

from __future__ import annotations

from ladder_tui.projections.findings import count_by_severity
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.panes.validation_run import Filter, ReviewedRun
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.gate_list import ORDER, gate_glyph
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.run_cells import run_glyph, run_word
from ladder_tui.ui.widgets.transcript_lines import severity_mark


def validation_head(
    run: ReviewedRun | None, wanted: Filter, cells: int, glyphs: Glyphs, look: Styles
) -> list[Line]:
    """Two lines."""
    if run is None:
        return [Line().add(" no finished run", look.muted), Line()]
    return [_verdict(run, cells, glyphs, look), _counts(run, wanted, glyphs, look)]


def _verdict(run: ReviewedRun, cells: int, glyphs: Glyphs, look: Styles) -> Line:
    summary = run.summary
    line = Line(glyphs.ellipsis).add(f" {clean_line(summary.workflow)} ", look.strong)
    line.add(f"#{summary.number}  ", look.focus)
    glyph, style = run_glyph(summary.state, summary.verdict, glyphs, look)
    line.add(f"{glyph} {run_word(summary.state, summary.verdict)}", style)
    total = summary.agents_total
    agents = f"   {summary.agents_done} of {total} reviewed"
    line.add(agents, look.plain if summary.agents_done == total else look.warning)
    if run.missing:
        names = ", ".join(clean_line(name) for name in run.missing)
        line.add(f"  {glyphs.degraded} missing: {names}", look.warning)
    elif summary.reason and cells >= 100:
        line.add(f"   {clean_line(summary.reason)}", look.muted)
    line.add_right("[", look.key, "app.perform('tab.previous')")
    line.add_right(" older  ", look.muted, "app.perform('tab.previous')")
    line.add_right("]", look.key, "app.perform('tab.next')")
    return line.add_right(" newer ", look.muted, "app.perform('tab.next')")


def _counts(run: ReviewedRun, wanted: Filter, glyphs: Glyphs, look: Styles) -> Line:
    line = Line(glyphs.ellipsis).add(" gates ", look.muted)
    verdicts = [result.verdict for _, result in run.view.gates]
    for verdict in ORDER:
        if count := verdicts.count(verdict):
            glyph, style = gate_glyph(verdict, glyphs, look)
            line.add(f"{glyph}{count} {verdict}  ", style)
    if not verdicts:
        line.add("none  ", look.warning)
    shown = wanted.apply(run.rows)
    every = len(run.rows) + run.dropped
    text = f" {form.plural(every, 'finding')}"
    if len(shown) != every:
        text = f" {len(shown):,} of {form.plural(every, 'finding')} shown"
    line.add(text, look.plain)
    if run.dropped:
        line.add(f", {run.dropped:,} over the cap", look.warning)
    for severity, count in count_by_severity(shown).items():
        if count:
            letter, style = severity_mark(severity, look)
            line.add(f"  {letter}{count}", style)
    if wanted.words:
        line.add_right(
            f"{glyphs.degraded} only {', '.join(map(clean_line, wanted.words))} ", look.warning
        )
    elif hidden := sum(row.decision == "dismissed" for row in run.rows):
        line.add_right(f"{hidden} dismissed, f shows ", look.muted)
    return line
