"""The history of runs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ladder_tui.domain.run import RunSummary
from ladder_tui.ui.text import clean_line, pad
from ladder_tui.ui.widgets.line import Column, fit_columns, join_cells
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.run_cells import COLUMNS, run_cell, run_glyph, run_word

_PREFIX = 3
_NAME_CELLS = 40
SORTS: tuple[str, ...] = ("newest", "cost", "findings", "time")


class RunList(RowView, inherit_bindings=False):
    """One row for each run, from its summary alone."""

    has_head = True

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.runs: dict[str, RunSummary] = {}
        self.sort = SORTS[0]
        self.query_text = ""
        self._fitted_for = 0
        self._fitted: list[tuple[Column, int]] = []

    def show(self, runs: Sequence[RunSummary]) -> None:
        """Show these runs, given newest first."""
        self.runs = {run.run_id: run for run in runs}
        self.reorder()

    def reorder(self) -> None:
        """Sort and filter."""
        runs = list(self.runs.values())
        if self.sort == "cost":
            runs.sort(key=lambda r: -r.cost.nano_usd)
        elif self.sort == "findings":
            runs.sort(key=lambda r: -r.findings)
        elif self.sort == "time":
            runs.sort(key=lambda r: (r.started_at or 0.0) - (r.finished_at or 0.0))
        self.set_rows([r.run_id for r in runs if self._is_match(r)])

    def _is_match(self, run: RunSummary) -> bool:
        word = run_word(run.state, run.verdict)
        text = f"#{run.number} {run.workflow} {word} {run.state} {run.model} {run.reason}".lower()
        return all(part in text for part in self.query_text.split())

    def next_sort(self) -> str:
        """Change the order and return its name."""
        self.sort = SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)]
        self.reorder()
        return self.sort

    @property
    def current(self) -> RunSummary | None:
        """The run under the cursor."""
        return self.runs.get(self.cursor_id or "")

    def _columns(self, cells: int) -> list[tuple[Column, int]]:
        if cells != self._fitted_for:
            self._fitted_for = cells
            self._fitted = fit_columns(COLUMNS, cells - _PREFIX - 1, widest=_NAME_CELLS)
        return self._fitted

    def draw_head(self, cells: int) -> Strip:
        """Column titles."""
        fitted = self._columns(cells)
        titles = [(column.title, self.ladder.look.heading) for column, _ in fitted]
        segments = [Segment(" " * _PREFIX), *join_cells(titles, fitted, Style())]
        return Strip(segments).adjust_cell_length(cells)

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One run."""
        run, look, glyphs = self.runs[row_id], self.ladder.look, self.ladder.glyphs
        now = self.ladder.clock()
        segments = [Segment(" " + self.cursor_mark(row_id, is_cursor=is_cursor), base + look.focus)]
        for index, (column, size) in enumerate(self._columns(cells)):
            if index:
                segments.append(Segment("  ", base))
            if column.id == "state":
                segments += self._state(run, size, base)
                continue
            if column.id == "workflow":
                text, style = clean_line(run.workflow), look.plain
            else:
                text, style = run_cell(column.id, run, now, glyphs, look)
            padded = pad(clean_line(text), size, is_right=column.is_right, ellipsis=glyphs.ellipsis)
            segments.append(Segment(padded, base + style))
        return Strip(segments).adjust_cell_length(cells, base)

    def _state(self, run: RunSummary, size: int, base: Style) -> list[Segment]:
        """Glyph and word; that it waits for a person comes before everything else."""
        look, glyphs = self.ladder.look, self.ladder.glyphs
        if run.questions:
            word = pad(" asks", size - 1)
            return [Segment(glyphs.question, look.question), Segment(word, base + look.warning)]
        glyph, style = run_glyph(run.state, run.verdict, glyphs, look)
        word = pad(run_word(run.state, run.verdict), size - 2)
        return [Segment(f"{glyph} ", base + style), Segment(word, base + style)]
