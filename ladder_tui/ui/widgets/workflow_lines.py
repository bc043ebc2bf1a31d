"""What stands above the form of a workflow. Pure."""

from __future__ import annotations

from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, fit_path, wrap
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
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
    rows = DESCRIPTION_ROWS if is_roomy else 2
    for text in wrap(clean_line(entry.workflow.description), cells)[:rows]:
        lines.append(Line(glyphs.ellipsis).add(text, look.muted))
    if is_roomy:
        path = fit_path(clean_line(entry.path), cells, glyphs.ellipsis)
        lines += [Line(glyphs.ellipsis).add(path, look.muted), Line()]
    return lines
