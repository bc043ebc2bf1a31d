"""The versions of a skill, newest first; two of them are compared."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.strip import Strip

from ladder_tui.domain.skill_entry import SkillVersion
from ladder_tui.ui import format as form
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.rows import RowView

TYPED = "typed"
"""Id of the row for what is typed and not saved."""


class VersionList(RowView, inherit_bindings=False):
    """The row under the cursor is compared with the marked one, else with the one before it."""

    has_head = True

    def __init__(self) -> None:
        super().__init__(id="area-versions")
        self.versions: dict[str, SkillVersion] = {}
        self.has_typed = False
        self.empty_lines = ("No version yet.", "The first save or run keeps one.")

    def show(self, versions: Sequence[SkillVersion], *, has_typed: bool) -> None:
        """Show these versions, newest first; the cursor goes to one that is new."""
        newest = self.row_ids[:1]
        self.versions = {version.content_hash: version for version in versions}
        self.has_typed = has_typed
        self.set_rows([*([TYPED] if has_typed else []), *self.versions])
        if self.row_ids and self.row_ids[:1] != newest:
            self.select(self.row_ids[0])

    def number(self, content_hash: str) -> int:
        """Number of a version, counted from 1 for the oldest."""
        ids = list(self.versions)
        return len(ids) - ids.index(content_hash) if content_hash in self.versions else 0

    @property
    def pair(self) -> tuple[str, str] | None:
        """Older and newer of the two that are compared; None where there is only one."""
        cursor = self.cursor_id
        if cursor is None:
            return None
        others = [i for i in self.row_ids if i in self.marked and i != cursor]
        if not others:
            others = self.row_ids[self.cursor_index + 1 :][:1]
        if not others:
            return None
        place = self.row_ids.index
        newer, older = sorted((cursor, others[0]), key=place)
        return older, newer

    def toggle_mark(self) -> None:
        """Space: compare others with this one; only one is marked at a time."""
        if self.cursor_id is not None:
            self.marked = set() if self.cursor_id in self.marked else {self.cursor_id}
            self.refresh()
            self.post_message(self.Moved(self, self.cursor_id))

    def draw_head(self, cells: int) -> Strip:
        """What the keys do."""
        look = self.ladder.look
        line = Line(self.ladder.glyphs.ellipsis).add("   version", look.heading)
        return line.add_right("space marks the other one ", look.muted).strip(cells)

    def draw_row(self, row_id: str, cells: int, base: Style, *, is_cursor: bool) -> Strip:
        """One version."""
        look, glyphs = self.ladder.look, self.ladder.glyphs
        line = Line(glyphs.ellipsis).add(" ", look.plain)
        line.add(self.cursor_mark(row_id, is_cursor=is_cursor), look.focus)
        if row_id == TYPED:
            return line.add("typed, not saved", look.warning).strip(cells, base)
        version = self.versions[row_id]
        line.add(f"v{self.number(row_id):<3} ", look.strong)
        line.add(f"{row_id[:8]}  ", look.muted)
        if row_id == next(iter(self.versions)):
            line.add("on disk", look.success)
        age = form.age(max(0.0, self.ladder.clock() - version.seen_at))
        return line.add_right(f"{age} ago ", look.muted).strip(cells, base)
