"""The library: skills by where they come from, with how often each was used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.problem_list import problem_mark
from ladder_tui.ui.widgets.rows import RowView

ORIGINS = ("project", "user", "shipped")
"""The strongest first."""


class SkillRow(NamedTuple):
    """A skill, or a folder that cannot be used as one."""

    name: str
    origin: str
    path: str
    """Of SKILL.md, as people see it."""
    skill: Skill | None
    problems: tuple[Problem, ...]
    uses: int


def skill_rows(
    skills: Sequence[Skill], problems: Sequence[Problem], uses: Mapping[str, int]
) -> list[SkillRow]:
    """Skills with their problems, and broken folders; by origin and name."""
    by_folder: dict[str, list[Problem]] = {}
    for problem in problems:
        by_folder.setdefault(_folder(problem.path), []).append(problem)
    rows = [
        SkillRow(
            skill.name,
            skill.origin,
            skill.path,
            skill,
            tuple(by_folder.pop(_folder(skill.path), ())),
            uses.get(skill.name, 0),
        )
        for skill in skills
    ]
    for folder, found in by_folder.items():
        origin = "project" if folder.startswith(".ladder/") else "shipped"
        name = folder.rpartition("/")[2]
        rows.append(SkillRow(name, origin, f"{folder}/SKILL.md", None, tuple(found), 0))
    return sorted(rows, key=lambda row: (ORIGINS.index(row.origin), row.name, row.path))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


class SkillList(RowView, inherit_bindings=False):
    """A heading for each origin, foldable, and its skills."""

    def __init__(self) -> None:
        super().__init__()
        self.skills: dict[str, SkillRow] = {}
        self.folded: set[str] = set()
        self.query_text = ""
        self.is_by_use = False

    @property
    def current(self) -> SkillRow | None:
        """The skill under the cursor; None on a heading."""
        return self.skills.get(self.cursor_id) if self.cursor_id is not None else None

    def show(self, rows: Sequence[SkillRow]) -> None:
        """Show these skills."""
        self.skills = {row.path: row for row in rows}
        self.rearrange()

    def matching(self) -> list[SkillRow]:
        """The skills that the filter leaves."""
        words = self.query_text.split()
        return [row for row in self.skills.values() if all(w in _haystack(row) for w in words)]

    def rearrange(self) -> None:
        """Filter, sort and fold."""
        rows = self.matching()
        if self.is_by_use:
            rows.sort(key=lambda row: -row.uses)
        ids: list[str] = []
        for origin in ORIGINS:
            members = [row.path for row in rows if row.origin == origin]
            if members:
                ids.append(f"origin {origin}")
                ids += [] if origin in self.folded else members
        is_first = self.cursor_id is None
        self.set_rows(ids)
        if is_first and len(ids) > 1:
            self.move_to(1)

    def fold(self, *, is_folded: bool) -> None:
        """Fold or unfold the group of the cursor row."""
        row = self.current
        origin = row.origin if row is not None else (self.cursor_id or "").removeprefix("origin ")
        (self.folded.add if is_folded else self.folded.discard)(origin)
        self.rearrange()
        self.select(f"origin {origin}")

    def select_name(self, name: str) -> None:
        """Put the cursor on a skill."""
        for row in self.skills.values():
            if row.name == name:
                self.folded.discard(row.origin)
                self.rearrange()
                self.select(row.path)
                return

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """A heading or a skill."""
        look, glyphs = self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis).add(" ", look.plain)
        line.add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        row = self.skills.get(row_id)
        if row is None:
            origin = row_id.removeprefix("origin ")
            count = sum(r.origin == origin for r in self.matching())
            arrow = glyphs.closed if origin in self.folded else glyphs.opened
            line.add(f"{arrow} {origin}", look.heading).add(f" {count}", look.muted)
            return line.strip(cells, base)
        line.add(f"  {clean_line(row.name)}", look.strong if row.skill else look.error)
        if row.uses:
            line.add_right(f"{glyphs.done} {row.uses}x ", look.plain)
        elif row.skill is not None:
            line.add_right(f"{glyphs.queued} never used ", look.muted)
        else:
            line.add_right("not usable ", look.error)
        mark, style = problem_mark(row.problems, glyphs, look)
        return line.add_right(f"{mark:<4}", style).strip(cells, base)


def _haystack(row: SkillRow) -> str:
    about = f"{row.skill.description} {row.skill.lens}" if row.skill is not None else ""
    return f"{row.name} {row.origin} {about}".lower()
