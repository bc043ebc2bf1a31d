"""What stands above the form of a workflow, and what it has in common with others. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ladder_tui.domain.overlap import Overlap
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, fit_path, wrap
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.text_view import TextLine
from ladder_tui.workbench.workflow import WorkflowEntry

DESCRIPTION_ROWS = 3


def head_lines(
    entry: WorkflowEntry | None, cells: int, glyphs: Glyphs, look: Styles, *, is_roomy: bool
) -> list[Line]:
    """Description and file; where it cannot be used, its first problem."""
    if entry is None:
        return []
    lines: list[Line] = []
    if entry.workflow is None:
        first = next((p for p in entry.problems if p.level == "error"), None)
        lines.append(Line(glyphs.ellipsis).add("This file cannot be used yet:", look.error))
        message = clean_line(first.message) if first is not None else "it is no workflow"
        lines += [Line(glyphs.ellipsis).add(text, look.plain) for text in wrap(message, cells)]
        lines.append(Line(glyphs.ellipsis).add("] shows all problems, e edits it", look.muted))
        return lines
    if entry.why_not:
        text = f"{glyphs.degraded} cannot run: {clean_line(entry.why_not)}"
        lines += [Line(glyphs.ellipsis).add(part, look.warning) for part in wrap(text, cells)]
    rows = DESCRIPTION_ROWS if is_roomy else 2
    for text in wrap(clean_line(entry.workflow.description), cells)[:rows]:
        lines.append(Line(glyphs.ellipsis).add(text, look.muted))
    if is_roomy:
        path = fit_path(clean_line(entry.path), cells, glyphs.ellipsis)
        lines += [Line(glyphs.ellipsis).add(path, look.muted), Line()]
    return lines


def overlap_lines(
    name: str, overlaps: Sequence[Overlap] | None, glyphs: Glyphs, look: Styles
) -> list[TextLine]:
    """What a workflow shares with others, then what else there is to tidy up; None: not yet."""
    if overlaps is None:
        return [("Comparing the workflows.", look.muted)]
    own = [overlap for overlap in overlaps if name in overlap.workflows]
    rest = [overlap for overlap in overlaps if name not in overlap.workflows]
    lines: list[TextLine] = []
    if not own:
        lines.append(
            (f"{glyphs.done} {clean_line(name)} shares no steps with another.", look.muted)
        )
    for overlap in own:
        lines += _overlap(overlap, glyphs, look)
    if rest:
        lines += [("", look.plain), ("elsewhere", look.heading)]
    for overlap in rest:
        lines += _overlap(overlap, glyphs, look)
    return lines


def _overlap(overlap: Overlap, glyphs: Glyphs, look: Styles) -> list[TextLine]:
    names = ", ".join(clean_line(name) for name in overlap.workflows)
    lines: list[TextLine] = [(f"{glyphs.degraded} {overlap.kind}: {names}", look.warning)]
    lines.append((f"  {clean_line(overlap.reason)}", look.plain))
    for number, step in enumerate(overlap.steps):
        ids = " = ".join(clean_line(place[number]) for place in overlap.places)
        lines.append((f"    {clean_line(step)}   {ids}", look.muted))
    lines.append((f"  next: {clean_line(overlap.next_step)}", look.muted))
    return lines
