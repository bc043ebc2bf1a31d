"""What is known about a skill, above its text. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, fit_path, wrap
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.skill_list import SkillRow

JUMP = "app.perform('skills.workflow')"


def skill_lines(
    row: SkillRow, used_in: Sequence[str], tokens: int | None, cells: int,
    glyphs: Glyphs, look: Styles,
) -> list[Line]:  # fmt: skip
    """Name, description, tools, evidence, size, use, hash, path, problems."""
    head = Line(glyphs.ellipsis).add(f" {clean_line(row.name)}", look.strong)
    space = cells - head.cells - len(row.origin) - 5
    path = fit_path(clean_line(row.path), space, glyphs.ellipsis) if space > 8 else ""
    lines = [head.add_right(f"{row.origin}  {path} ", look.muted)]
    skill = row.skill
    if skill is not None:
        text = wrap(clean_line(skill.description), max(10, cells - 2))[:3]
        lines += [Line(glyphs.ellipsis).add(f" {part}", look.muted) for part in text]

        def add(label: str, value: str) -> None:
            line = Line(glyphs.ellipsis).add(f" {label:<9} ", look.muted)
            lines.append(line.add(clean_line(value), look.plain))

        add("tools", ", ".join(skill.allowed_tools) or "none named")
        facts = [skill.lens, f"starts from {', '.join(skill.evidence)}" if skill.evidence else ""]
        if known := "   ".join(fact for fact in facts if fact):
            add("lens", known)
        size = f"~{form.count(tokens)} tokens" if tokens is not None else "counting"
        uses = form.plural(row.uses, "use") if row.uses else "never used"
        tier = f"   {skill.tier} model" if skill.tier else ""
        add("body", f"{size}   {uses}   {skill.content_hash[:8]}{tier}")
        lines.append(_used_in(used_in, glyphs, look))
    for problem in row.problems:
        is_error = problem.level == "error"
        glyph = glyphs.failed if is_error else glyphs.degraded
        line = Line(glyphs.ellipsis).add(f" {glyph} ", look.error if is_error else look.warning)
        line.add(f"{problem.rule} ", look.strong)
        file = problem.path.rpartition("/")[2]
        place = f"{clean_line(file)}:{problem.line} " if problem.line else ""
        line.add(place, look.muted).add(clean_line(problem.message), look.plain)
        if problem.fix:
            line.add(f"  {glyphs.dash} {clean_line(problem.fix)}", look.muted)
        lines.append(line)
    rule = "-" if glyphs.is_ascii else "─"
    return [*lines, Line().add(rule * cells, look.rule)]


def _used_in(names: Sequence[str], glyphs: Glyphs, look: Styles) -> Line:
    line = Line(glyphs.ellipsis).add(f" {'used in':<9} ", look.muted)
    if not names:
        return line.add("no workflow", look.warning)
    line.add(", ".join(clean_line(name) for name in names), look.accent, JUMP)
    return line.add("  o", look.key, JUMP).add(" goes there", look.muted, JUMP)
