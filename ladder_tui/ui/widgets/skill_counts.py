"""The line over the tree of skills: how many there are, match, were never used."""

from __future__ import annotations

from textual.strip import Strip

from ladder_tui.ui.widgets.bar import Bar
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.skill_list import SkillList


class SkillCounts(Bar):
    """Counts, and the facets in force; a click clears them."""

    def __init__(self, skill_list: SkillList) -> None:
        super().__init__()
        self._list = skill_list

    def draw(self, cells: int) -> Strip:
        """The line in ``cells`` cells."""
        look, wanted = self.ladder.look, self._list.filter
        every, shown = len(self._list.rows), self._list.grown.matches
        text = f"{every} files" if shown == every else f"{shown} of {every} files"
        line = Line(self.ladder.glyphs.ellipsis).add(f"   {text}", look.heading)
        if wanted.facets:
            line.add(f"  only {', '.join(wanted.facets)}", look.warning, "app.perform('facet')")
        if wanted.order != "name":
            line.add_right(f"by {wanted.order}  ", look.muted, "app.perform('sort')")
        return line.add_right(f"never used {self._list.unused} ", look.muted).strip(cells)
