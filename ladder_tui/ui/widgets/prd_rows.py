"""The lists of the PRD pane: files, outline, problems."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip

from ladder_tui.domain.prd import Prd
from ladder_tui.domain.problem import Problem
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.problem_list import problem_mark
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.workbench.prd import PrdEntry

_PARTS = {"P01": "Intent", "P02": "Success criteria", "P03": "Non-goals", "P04": "Constraints",
          "P05": "Requirements"}  # fmt: skip
"""What the rules of missing parts ask for."""


class PrdList(RowView, inherit_bindings=False):
    """One row for each PRD: title, status, problems, unsaved mark."""

    has_head = True

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, PrdEntry] = {}
        self.unsaved: Collection[str] = ()
        self.query_text = ""

    @property
    def current(self) -> PrdEntry | None:
        """The PRD under the cursor."""
        return self.entries.get(self.cursor_id) if self.cursor_id is not None else None

    def show(self, entries: Sequence[PrdEntry]) -> None:
        """Show these PRDs."""
        self.entries = {str(entry.path): entry for entry in entries}
        self.reorder()

    def reorder(self) -> None:
        """Filter."""
        words = self.query_text.split()
        self.set_rows([
            row_id
            for row_id, entry in self.entries.items()
            if all(word in f"{title_of(entry)} {entry.shown}".lower() for word in words)
        ])  # fmt: skip

    def draw_head(self, cells: int) -> Strip:
        """Column titles."""
        line = Line(self.ladder.glyphs.ellipsis).add("   PRD", self.ladder.look.heading)
        return line.add_right("status         ", self.ladder.look.heading).strip(cells)

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One PRD."""
        entry, look, glyphs = self.entries[row_id], self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis).add(" ", look.plain)
        line.add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        line.add(title_of(entry), look.strong if entry.prd is not None else look.error)
        if row_id in self.unsaved:
            line.add_right(f"{glyphs.mark} ", look.warning)
        status = clean_line(entry.prd.status)[:10] if entry.prd is not None else "unreadable"
        mark, style = problem_mark(entry.problems, glyphs, look)
        line.add_right(f"{status:<10} ", look.muted)
        return line.add_right(f"{mark or glyphs.done:<4}", style if mark else look.success).strip(
            cells, base
        )


def title_of(entry: PrdEntry) -> str:
    """Title of a PRD, else its file's name; clean."""
    return clean_line(entry.prd.title if entry.prd is not None else entry.path.name)


class Part(NamedTuple):
    """A section of a PRD, or one that is missing."""

    title: str
    line: int
    """0 for a missing one."""
    items: int
    problems: tuple[Problem, ...]
    is_known: bool


def outline(prd: Prd, problems: Sequence[Problem]) -> list[Part]:
    """Sections in order with their problems, then the parts that are missing."""
    parts = []
    missing = [p for p in problems if p.rule in _PARTS and p.message.endswith("missing")]
    for section in prd.sections:
        if not section.title:
            continue
        inside = tuple(
            p for p in problems if section.line <= p.line <= section.end_line and p not in missing
        )
        parts.append(
            Part(section.title, section.line, len(section.items), inside, bool(section.kind))
        )
    parts += [Part(_PARTS[p.rule], 0, 0, (p,), True) for p in missing]
    return parts


class PrdOutline(RowView, inherit_bindings=False):
    """Sections with ``✓``, ``✗`` or ``▴``; a click or enter goes there."""

    has_head = True

    def __init__(self) -> None:
        super().__init__(id="area-outline")
        self.parts: dict[str, Part] = {}
        self.empty_lines = ("No section yet.",)

    @property
    def current(self) -> Part | None:
        """The section under the cursor."""
        return self.parts.get(self.cursor_id) if self.cursor_id is not None else None

    def show(self, parts: Sequence[Part]) -> None:
        """Show these sections."""
        self.parts = {f"{index} {part.title}": part for index, part in enumerate(parts)}
        self.set_rows(list(self.parts))

    def draw_head(self, cells: int) -> Strip:
        """Column titles."""
        return Line().add("   outline", self.ladder.look.heading).strip(cells)

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One section."""
        part, look, glyphs = self.parts[row_id], self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis).add(" ", look.plain)
        line.add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        line.add(clean_line(part.title), look.plain if part.is_known else look.muted)
        if part.items:
            line.add(f" {part.items}", look.muted)
        if not part.line:
            line.add(" missing", look.muted)
        mark, style = problem_mark(part.problems, glyphs, look)
        if not mark:
            is_known = part.is_known
            mark = glyphs.done if is_known else glyphs.queued
            style = look.success if is_known else look.muted
        return line.add_right(f"{mark:<4}", style).strip(cells, base)
