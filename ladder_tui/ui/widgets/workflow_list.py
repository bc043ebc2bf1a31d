"""The list of workflows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.style import Style

from ladder_tui.domain.workflow import Workflow
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, width
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Column
from ladder_tui.ui.widgets.problem_list import problem_mark
from ladder_tui.ui.widgets.run_cells import run_glyph
from ladder_tui.ui.widgets.table_rows import TableRows
from ladder_tui.workbench.workflow import WorkflowEntry

COLUMNS: tuple[Column, ...] = (
    Column("name", "workflow", 0, min_width=12),
    Column("problems", "", 3),
    Column("origin", "origin", 7, drop=1),
    Column("last", "last run", 9),
    Column("rate", "done", 5, is_right=True, drop=2),
    Column("cost", "$", 7, is_right=True),
    Column("time", "time", 6, is_right=True, drop=3),
)
_NAME_CELLS = (12, 28)
"""The least and the most cells for which other columns give way to a name."""


class WorkflowList(TableRows, inherit_bindings=False):
    """One row for each workflow: where it is from, how its runs went."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, WorkflowEntry] = {}
        self._columns: Sequence[Column] = COLUMNS
        self.query_text = ""
        self.sort = SORTS[0]
        self.unsaved: set[str] = set()
        """Paths of files with changes that are not on disk."""

    @property
    def usable(self) -> dict[str, Workflow]:
        """The workflows that can run, by name."""
        return {e.name: e.workflow for e in self.entries.values() if e.workflow is not None}

    @property
    def current(self) -> WorkflowEntry | None:
        """The workflow under the cursor."""
        return self.entries.get(self.cursor_id) if self.cursor_id is not None else None

    def show(self, entries: Sequence[WorkflowEntry]) -> None:
        """Show these workflows; broken files and twins have rows of their own."""
        self.entries = {f"{entry.origin}:{entry.path}": entry for entry in entries}
        self._columns = list_columns(entries, self.ladder.glyphs, self.ladder.look)
        self.reorder()

    def reorder(self) -> None:
        """Sort and filter."""
        words = self.query_text.split()
        kept = [
            (row_id, e)
            for row_id, e in self.entries.items()
            if all(word in _searched(e) for word in words)
        ]
        if self.sort != SORTS[0]:
            kept.sort(key=lambda pair: _SORT_KEYS[self.sort](pair[1]))
        self.set_rows([row_id for row_id, _ in kept])

    def next_sort(self) -> str:
        """Change the order and return its name."""
        self.sort = SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)]
        self.reorder()
        return self.sort

    def head_clicked(self, x: int) -> None:  # noqa: ARG002 - the whole head changes the order
        """The next order."""
        self.ladder.perform("sort")

    def select_name(self, name: str) -> None:
        """Put the cursor on a workflow by its name."""
        for row_id, entry in self.entries.items():
            if entry.name == name:
                self.select(row_id)
                return

    @property
    def columns(self) -> Sequence[Column]:
        """Those in which something stands."""
        return self._columns

    def cell(self, row_id: str, column: str) -> tuple[str, Style]:
        """One workflow; what is not saved is marked."""
        entry, glyphs = self.entries[row_id], self.ladder.glyphs
        text, style = workflow_cell(column, entry, glyphs, self.ladder.look)
        is_marked = column == "name" and entry.path in self.unsaved
        return (f"{glyphs.mark}{text}" if is_marked else text), style


def list_columns(entries: Sequence[WorkflowEntry], glyphs: Glyphs, look: Styles) -> list[Column]:
    """The columns in which something stands; names get the cells they need."""
    longest = max((width(clean_line(entry.name)) for entry in entries), default=0) + 1
    least, most = _NAME_CELLS
    kept = [
        column
        for column in COLUMNS
        if column.id == "name" or any(workflow_cell(column.id, e, glyphs, look)[0] for e in entries)
    ]
    return [
        c._replace(min_width=max(least, min(most, longest))) if c.id == "name" else c for c in kept
    ]


def workflow_cell(
    column: str, entry: WorkflowEntry, glyphs: Glyphs, look: Styles
) -> tuple[str, Style]:
    """Text and style of one cell."""
    if column == "name":
        if entry.workflow is None:
            return clean_line(entry.name), look.error
        return clean_line(entry.name), look.muted if entry.why_not else look.strong
    if column == "problems":
        mark = problem_mark(entry.problems, glyphs, look)
        is_held = entry.workflow is not None and bool(entry.why_not)
        return (glyphs.cancelled, look.warning) if is_held and not mark[0] else mark
    if column == "origin":
        return entry.origin, look.muted
    if column == "last":
        if entry.last is None:
            return "never run", look.muted
        glyph, style = run_glyph(entry.last.state, entry.last.verdict, glyphs, look)
        return f"{glyph} #{entry.last.number}", style
    if column == "rate":
        return (form.percent(entry.done, entry.ended) if entry.ended else ""), look.plain
    if column == "cost":
        return (form.money(entry.median_cost) if entry.median_cost else ""), look.money
    return (form.age(entry.median_s) if entry.median_s is not None else ""), look.plain


def _texts(value: Any) -> list[str]:
    """The texts of a fan-out that stands in the file: the skills of its slots are there."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []


_SORT_KEYS: dict[str, Callable[[WorkflowEntry], tuple[float, str]]] = {
    "last run": lambda e: (-e.last.created_at if e.last is not None else 0.0, e.name),
    "success": lambda e: (-(e.done / e.ended) if e.ended else 1.0, e.name),
    "cost": lambda e: (
        -float(e.median_cost.nano_usd) if e.median_cost is not None else 1.0,
        e.name,
    ),
    "time": lambda e: (-e.median_s if e.median_s is not None else 1.0, e.name),
}
SORTS: tuple[str, ...] = ("name", *_SORT_KEYS)


def _searched(entry: WorkflowEntry) -> str:
    """What the filter looks at: name, description, the steps and what they call."""
    words = [entry.name]
    if entry.workflow is not None:
        words.append(entry.workflow.description)
        for step in entry.workflow.steps:
            words += [step.id, step.skill or "", step.workflow or ""]
            words += _texts(step.for_each) if isinstance(step.for_each, tuple) else []
    return "\n".join(words).lower()
