"""The library as a tree: sources and kinds that fold, and what is to be known of each skill."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rich.style import Style
from textual.strip import Strip

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.usage import Cost
from ladder_tui.ui import format as form
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.skill_tree import Group, SkillFilter, SkillRow, Tree, grow

TRUST = "app.perform('skills.trust')"
_SHORT_RULES = {"S006": "YAML", "S004": "no text", "S002": "too large"}


class SkillList(RowView, inherit_bindings=False):
    """A heading for each group, foldable, and its skills."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Mapping[str, SkillRow] = {}
        self.filter = SkillFilter()
        self.folded: set[str] = set()
        self.unsaved: Collection[str] = ()
        """Paths with a draft."""
        self.unused = 0
        """Skills that no run ever used."""
        self.grown = Tree([], {}, 0)

    @property
    def current(self) -> SkillRow | None:
        """The skill under the cursor; None on a heading."""
        return self.rows.get(self.cursor_id) if self.cursor_id is not None else None

    @property
    def group(self) -> Group | None:
        """The heading under the cursor; None on a skill."""
        return self.grown.groups.get(self.cursor_id) if self.cursor_id is not None else None

    def show(self, rows: Mapping[str, SkillRow]) -> None:
        """Show these skills."""
        self.rows = rows
        self.unused = sum(row.is_unused for row in rows.values())
        self.rearrange()

    def rearrange(self) -> None:
        """Filter, sort and fold. With a text in the filter nothing is folded away."""
        folded = () if self.filter.text else self.folded
        self.grown = grow(self.rows, self.filter, folded)
        ids = self.grown.row_ids
        is_first = self.cursor_id is None
        self.set_rows(ids)
        if ids and (is_first or (self.filter.text and self.current is None)):
            self.select(next((i for i in ids if i in self.rows), ids[0]))

    # -- folding -------------------------------------------------------------------------------

    def _group_of_cursor(self) -> Group | None:
        if self.group is not None:
            return self.group
        row = self.current
        if row is None:
            return None
        groups = [g for g in self.grown.groups.values() if row in g.members]
        return groups[-1] if groups else None

    def fold(self, *, is_folded: bool) -> None:
        """Fold or unfold the group of the cursor row."""
        group = self._group_of_cursor()
        if group is None:
            return
        (self.folded.add if is_folded else self.folded.discard)(group.id)
        self.select(group.id)
        self.rearrange()

    def toggle(self) -> None:
        """Fold or unfold the heading under the cursor."""
        if self.group is not None:
            self.fold(is_folded=self.group.id not in self.folded)

    def select_path(self, path: str) -> bool:
        """Put the cursor on a file, unfolding its group; False where the list does not hold it."""
        row = self.rows.get(path)
        if row is None:
            return False
        self.folded -= {f"group {row.entry.source}", f"group {row.entry.source} {row.entry.kind}"}
        self.rearrange()
        self.select(path)
        return self.cursor_id == path

    def path_of(self, name: str) -> str:
        """The file that runs under a name, else one of that name; empty for none."""
        named = [row for row in self.rows.values() if row.entry.name == name]
        named.sort(key=lambda row: row.entry.state != "usable")
        return named[0].entry.path if named else ""

    # -- drawing -------------------------------------------------------------------------------

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """A heading or a skill."""
        look, glyphs = self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis).add(" ", look.plain)
        line.add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        row = self.rows.get(row_id)
        if row is None:
            self._draw_group(line, row_id)
        else:
            self._draw_skill(line, row)
        return line.strip(cells, base)

    def _draw_group(self, line: Line, row_id: str) -> None:
        look, glyphs, group = self.ladder.look, self.ladder.glyphs, self.grown.groups[row_id]
        is_folded = group.id in self.folded and not self.filter.text
        arrow = glyphs.closed if is_folded else glyphs.opened
        line.add(f"{'  ' * group.depth}{arrow} {clean_line(group.label)}", look.heading)
        line.add(f" {len(group.members)}", look.muted)
        if group.untrusted and not group.depth:
            line.add_right("untrusted, enter ", look.warning, TRUST)

    def _draw_skill(self, line: Line, row: SkillRow) -> None:
        look, glyphs, entry = self.ladder.look, self.ladder.glyphs, row.entry
        is_nested = f"group {entry.source} {entry.kind}" in self.grown.groups
        line.add("    " if is_nested else "  ", look.plain)
        name = look.strong if entry.state == "usable" else look.muted
        line.add(clean_line(entry.name), look.error if entry.state == "broken" else name)
        if entry.path in self.unsaved:
            line.add(f" {glyphs.mark}", look.warning)
        self._draw_state(line, row)

    def _draw_state(self, line: Line, row: SkillRow) -> None:
        look, glyphs, entry, stats = self.ladder.look, self.ladder.glyphs, row.entry, row.stats
        if entry.state == "broken":
            line.add_right(f"{glyphs.failed} {short_problem(entry.problems)} ", look.error)
            return
        warnings = len(entry.problems)
        if warnings:
            line.add_right(f"{glyphs.degraded}{warnings}  ", look.warning)
        if entry.state == "hidden":
            line.add_right(f"{glyphs.cancelled} hidden ", look.muted)
        elif entry.state == "untrusted":
            line.add_right(f"{glyphs.paused} untrusted ", look.muted)
        elif stats.uses:
            if row.is_modified:
                line.add_right("modified  ", look.warning)
            line.add_right(f"{glyphs.done} {stats.uses}× ", look.success)
            line.add_right(f"{form.money(each(row), has_sign=True):>7} ", look.money)
        else:
            line.add_right(f"{glyphs.queued} never used ", look.muted)


def short_problem(problems: tuple[Problem, ...]) -> str:
    """The worst problem in two or three words: ``YAML line 4``."""
    worst = next((p for p in problems if p.level == "error"), None)
    if worst is None:
        return "not usable"
    place = f" line {worst.line}" if worst.line else ""
    return f"{_SHORT_RULES.get(worst.rule, worst.rule)}{place}"


def each(row: SkillRow) -> Cost:
    """Cost of one use, on average."""
    cost, uses = row.stats.cost, max(1, row.stats.uses)
    return Cost(cost.nano_usd // uses, cost.unpriced_calls, cost.is_estimated)
