"""Problems of a file by line, and their marks for the margin of an editor."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.strip import Strip

from ladder_tui.domain.problem import Problem
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.rows import RowView

Mark = tuple[str, Style]
"""A glyph of one cell and its style."""


class ProblemList(RowView, inherit_bindings=False):
    """Problems by line; a click or enter goes there."""

    def __init__(self, id: str = "area-problems") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.problems: dict[str, Problem] = {}

    @property
    def current(self) -> Problem | None:
        """The problem under the cursor."""
        return self.problems.get(self.cursor_id) if self.cursor_id is not None else None

    def show(self, problems: Sequence[Problem]) -> None:
        """Show these problems."""
        self.problems = {f"{i} {p.rule} {p.message}": p for i, p in enumerate(problems)}
        self.set_rows(list(self.problems))

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One problem."""
        problem, look, glyphs = self.problems[row_id], self.ladder.look, self.ladder.glyphs
        is_error = problem.level == "error"
        line = Line(glyphs.ellipsis).add(" ", look.plain)
        line.add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        line.add(f"{glyphs.failed if is_error else glyphs.degraded} ",
                 look.error if is_error else look.warning)  # fmt: skip
        line.add(f"{problem.rule} ", look.strong).add(f"{problem.line or '':>4}  ", look.muted)
        line.add(clean_line(problem.message), look.plain)
        if problem.fix:
            line.add(f"  {glyphs.dash} {clean_line(problem.fix)}", look.muted)
        return line.strip(cells, base)


def problem_mark(problems: Sequence[Problem], glyphs: Glyphs, look: Styles) -> tuple[str, Style]:
    """``✗2`` with errors, ``▴1`` with warnings only, nothing without problems."""
    errors = sum(problem.level == "error" for problem in problems)
    if errors:
        return f"{glyphs.failed}{min(99, errors)}", look.error
    return (f"{glyphs.degraded}{min(99, len(problems))}" if problems else ""), look.warning


def line_marks(problems: Sequence[Problem], glyphs: Glyphs, look: Styles) -> dict[int, Mark]:
    """For each line, counted from 1, the mark of its worst problem, for an editor's margin."""
    marks: dict[int, Mark] = {}
    for problem in sorted(problems, key=lambda p: p.level != "warning"):
        if problem.line:
            is_error = problem.level == "error"
            style = look.error if is_error else look.warning
            marks[problem.line] = (glyphs.failed if is_error else glyphs.degraded, style)
    return marks
