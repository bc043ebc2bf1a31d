"""The editor of skills: completes keys, values and tools of the header, and explains the key."""

from __future__ import annotations

import re

from ladder_tui.domain.skill import SkillKind
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.header_help import completion, key_at
from ladder_tui.ui.highlight import line_kinds
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.marked_editor import MarkedEditor
from ladder_tui.workbench.frontmatter_key import FrontmatterKey


class SkillEditor(MarkedEditor):
    """At the end of a line of the header the right arrow takes what is shown as completion."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.kind: SkillKind = "skill"

    def update_suggestion(self) -> None:
        """Textual's hook after every change of the text."""
        super().update_suggestion()
        row, column = self.cursor_location
        lines = self.document.lines
        is_typing = self.has_focus and row < len(lines) and self.selection.is_empty
        self.suggestion = completion(lines, row, column, self.kind) if is_typing else ""

    @property
    def offered(self) -> str:
        """The whole word that the right arrow would complete; empty for none."""
        row, column = self.cursor_location
        typed = re.search(r"[\w-]*$", self.document.get_line(row)[:column])
        return f"{typed[0] if typed else ''}{self.suggestion}" if self.suggestion else ""

    @property
    def header_key(self) -> FrontmatterKey | None:
        """The key of the header under the cursor."""
        return key_at(self.document.lines, self.cursor_location[0], self.kind)

    @property
    def section(self) -> str:
        """The heading over the cursor, without its marks; empty above the first one."""
        lines = self.document.lines
        kinds = line_kinds(lines)
        for index in range(min(self.cursor_location[0], len(lines) - 1), -1, -1):
            line = lines[index].strip()
            if kinds[index] == "text" and line.startswith("#") and line.lstrip("#").strip():
                return line.lstrip("#").strip().rstrip("#").strip()
        return ""


def help_lines(
    key: FrontmatterKey | None, offered: str, cells: int, glyphs: Glyphs, look: Styles
) -> list[Line]:
    """What the key under the cursor means and takes, and how to complete it; one or two lines."""
    if key is None and not offered:
        return []
    line = Line(glyphs.ellipsis)
    lines = [line]
    if key is not None:
        line.add(f" {key.name} ", look.running).add(key.meaning, look.plain)
        if line.cells + len(key.takes) + 20 > cells:
            lines.append(Line(glyphs.ellipsis).add(f"   {key.takes}", look.muted))
        else:
            line.add(f"; {key.takes}", look.muted)
    if offered:
        arrow = "right" if glyphs.is_ascii else "→"
        lines[-1].add_right(f"{arrow} ", look.key)
        lines[-1].add_right(f"completes {offered.strip()} ", look.muted)
    return lines
