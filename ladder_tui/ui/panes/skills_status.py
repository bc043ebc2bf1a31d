"""The line under the skill editor, and what stands beside a heading of the list. Pure."""

from __future__ import annotations

from ladder_tui.domain.skill_entry import SkillSize
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.panes.skills_draft import SkillDraft
from ladder_tui.ui.text import clean_line, fit_path
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.skill_tree import Group

SAVE = "app.perform('save')"
TRUST = "app.perform('skills.trust')"


def edit_status(
    draft: SkillDraft | None, size: SkillSize | None, cells: int, glyphs: Glyphs, look: Styles
) -> list[Line]:
    """Live sizes; saved, typed, or another text on disk; whose file it is."""
    line = Line(glyphs.ellipsis)
    if draft is None:
        return [line.add(" reading the file", look.muted)]
    if size is not None:
        line.add(" listing ", look.muted).add(f"~{form.count(size.listing)}", look.estimate)
        line.add("  body ", look.muted).add(f"~{form.count(size.body)}", look.estimate)
        line.add(" tok   ", look.muted)
    if draft.is_stale:
        line.add(f"{glyphs.degraded} changed on disk", look.warning)
        line.add("  f2", look.key, SAVE).add(" compares", look.muted, SAVE)
    elif draft.is_unsaved:
        line.add(f"{glyphs.mark} unsaved", look.warning)
        line.add("  f2", look.key, SAVE)
        line.add(" saves" if draft.is_own else " saves a copy", look.muted, SAVE)
    else:
        line.add(f"{glyphs.done} saved", look.muted)
    space = max(10, cells - line.cells - 2)
    return [
        line.add_right(f"{fit_path(clean_line(draft.path), space, glyphs.ellipsis)} ", look.muted)
    ]


def group_lines(group: Group | None, glyphs: Glyphs, look: Styles) -> list[Line]:
    """What a heading stands for, and what can be done with it."""
    if group is None:
        return []
    members = group.members
    lines = [Line(glyphs.ellipsis).add(f" {clean_line(group.label)}", look.strong)]
    lines[0].add_right(f"{form.plural(len(members), 'file')} ", look.muted)
    unused = sum(row.is_unused for row in members)
    broken = sum(row.entry.state == "broken" for row in members)
    hidden = sum(row.entry.state == "hidden" for row in members)
    facts = (
        (unused, f"{glyphs.queued} never used", look.muted),
        (broken, f"{glyphs.failed} broken", look.error),
        (hidden, f"{glyphs.cancelled} hidden", look.muted),
    )
    line = Line(glyphs.ellipsis).add(" ", look.plain)
    for number, label, style in facts:
        if number:
            line.add(f"{label} {number}   ", style)
    lines += [line] if line.cells > 1 else []
    if group.untrusted:
        lines.append(Line(glyphs.ellipsis).add(
            f" {form.plural(group.untrusted, 'file')} of this repository wait for trust: "
            "they are shown, not run.", look.warning))  # fmt: skip
        lines.append(Line().add(" a", look.key, TRUST)
                     .add(" shows what would be trusted", look.muted, TRUST))  # fmt: skip
    return lines
