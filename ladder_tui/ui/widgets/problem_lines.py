"""Problems of a file as lines to read: place, rule, what is wrong, what to do. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ladder_tui.domain.problem import Problem
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.text_view import TextLine


def problem_lines(problems: Sequence[Problem], glyphs: Glyphs, look: Styles) -> list[TextLine]:
    """Two lines for each: the problem, and its fix where there is one."""
    lines: list[TextLine] = []
    for problem in problems:
        is_error = problem.level == "error"
        mark = glyphs.failed if is_error else glyphs.degraded
        place = f"line {problem.line}: " if problem.line else ""
        text = f"{mark} {problem.rule} {place}{clean_line(problem.message)}"
        lines.append((text, look.error if is_error else look.warning))
        if problem.fix:
            lines.append((f"  {glyphs.dash} {clean_line(problem.fix)}", look.muted))
    return lines
