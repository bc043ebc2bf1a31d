"""Where a skill is used: workflows, skills composed of it, its last runs. Each row opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.style import Style
from textual.strip import Strip

from ladder_tui.domain.skill_entry import SkillStats
from ladder_tui.ui import format as form
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.rows import RowView


class Use(NamedTuple):
    """One row: a heading, a figure, or something to go to."""

    pane: str
    """Where it opens; empty for headings and figures."""
    item: str
    label: str
    detail: str = ""


def use_rows(stats: SkillStats, used_in: Sequence[str], part_of: Sequence[str]) -> list[Use]:
    """Figures, workflows, skills that are composed of it, last runs."""
    rows = []
    if stats.uses:
        share = form.percent(stats.done, stats.ended)
        label = f"{form.plural(stats.uses, 'use')} in {form.plural(stats.runs, 'run')}"
        rows.append(Use("", "", label, f"{stats.done} of {stats.ended} ended well, {share}"))
        used = form.tokens(stats.usage.total_tokens, is_estimated=stats.usage.is_estimated)
        rows.append(
            Use("", "", f"{used} tokens", f"{form.money(stats.cost, has_sign=True)} in all")
        )
    else:
        rows.append(Use("", "", "never used", "no run of this repository has used it"))
    detail = "" if used_in else "no step of a workflow names it"
    rows.append(Use("", "", f"workflows {len(used_in)}", detail))
    rows += [Use("workflows", name, name) for name in used_in]
    if part_of:
        rows.append(Use("", "", f"skills composed of it {len(part_of)}"))
        rows += [Use("skills", name, name) for name in part_of]
    if stats.last_runs:
        rows.append(Use("", "", "last runs"))
        rows += [Use("runs", run, f"#{number}", state) for run, number, state in stats.last_runs]
    return rows


class UseList(RowView, inherit_bindings=False):
    """``enter`` or a second click goes to the workflow, skill or run of the row."""

    def __init__(self) -> None:
        super().__init__(id="area-uses")
        self.uses: dict[str, Use] = {}
        self.empty_lines = ("No skill is selected.",)

    @property
    def current(self) -> Use | None:
        """The row under the cursor."""
        return self.uses.get(self.cursor_id) if self.cursor_id is not None else None

    def show(self, uses: Sequence[Use]) -> None:
        """Show these rows; the cursor starts on the first that opens."""
        self.uses = {f"{index} {use.pane} {use.item}": use for index, use in enumerate(uses)}
        self.set_rows(list(self.uses))
        if self.current is not None and not self.current.pane:
            first = next((i for i, use in self.uses.items() if use.pane), None)
            if first is not None:
                self.select(first)

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One row."""
        use, look, glyphs = self.uses[row_id], self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis).add(" ", look.plain)
        line.add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        if not use.pane:
            line.add(clean_line(use.label), look.heading)
            return line.add(f"   {use.detail}", look.muted).strip(cells, base)
        line.add(f"  {clean_line(use.label):<8}", look.accent)
        if use.pane == "runs":
            is_good = use.detail == "done"
            glyph = glyphs.done if is_good else glyphs.failed
            if use.detail not in ("done", "failed"):
                glyph = glyphs.cancelled
            style = look.success if is_good else look.error
            line.add(f"  {glyph} ", style if use.detail in ("done", "failed") else look.muted)
            line.add(clean_line(use.detail), look.plain)
        return line.strip(cells, base)
