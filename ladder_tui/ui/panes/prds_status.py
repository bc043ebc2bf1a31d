"""The line under the PRD editor: status, token budget, saved or not. Pure."""

from __future__ import annotations

from ladder_tui.domain.prd import Prd
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.panes.prds_draft import PrdDraft
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.meter import meter

TOKEN_BUDGET = 1_300
"""Tokens that a PRD should not go over; rule P10 of ``docs/prds.md``."""


def prd_status(
    prd: Prd | None, draft: PrdDraft | None, cells: int, glyphs: Glyphs, look: Styles
) -> list[Line]:
    """One line."""
    line = Line(glyphs.ellipsis).add(" ", look.plain)
    if draft is None or prd is None:
        return [line.add("no PRD is open; c writes a new one", look.muted)]
    line.add(f"{clean_line(prd.status)}   ", look.strong)
    fraction = prd.tokens / TOKEN_BUDGET
    style = look.error if fraction > 1 else look.meter(fraction)
    line.add(f"~{prd.tokens:,}", look.estimate).add(f" of {TOKEN_BUDGET:,} tok ", look.plain)
    line.add(meter(fraction, 8 if cells >= 60 else 4, glyphs), style)
    if fraction > 1:
        line.add(f" {glyphs.failed} over by {prd.tokens - TOKEN_BUDGET:,}", look.error)
    if draft.is_unsaved:
        line.add(f"   {glyphs.mark} unsaved", look.warning)
        line.add("  f2", look.key, "app.perform('save')").add(" saves", look.muted)
    else:
        line.add(f"   {glyphs.done} saved", look.muted)
    return [line.add_right(f"{clean_line(draft.path.name)} ", look.muted)]
