"""What is known about a skill, above its text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ladder_tui.domain.skill_entry import SkillEntry, SkillSize, SkillStats
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, wrap
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.skill_list import each
from ladder_tui.ui.widgets.skill_tree import SkillRow

JUMP = "app.perform('skills.workflow')"
TRUST = "app.perform('skills.trust')"


class Known(NamedTuple):
    """What was found out about a skill besides its file, as far as it is known by now."""

    size: SkillSize | None = None
    version: int = 0
    """Number of the version on disk; 0 where versions are not known yet."""
    used_in: Sequence[str] = ()


def skill_lines(
    row: SkillRow, known: Known, cells: int, glyphs: Glyphs, look: Styles, *, is_short: bool
) -> list[Line]:
    """Name and version, sizes and use; unless ``is_short`` what it says of itself, and its uses."""
    lines = [_head(row, known, glyphs, look), _figures(row, known, cells, glyphs, look)]
    if row.entry.why_not:
        lines += _why_not(row.entry, cells, glyphs, look)
    if is_short:
        return lines
    text = wrap(clean_line(row.entry.description), max(10, cells - 2))
    shown = text[:3]
    if len(text) > len(shown):
        shown[-1] = f"{shown[-1][: max(1, cells - 4)]}{glyphs.ellipsis}"
    lines += [Line(glyphs.ellipsis).add(f" {part}", look.plain) for part in shown if part]
    return [*lines, *_facts(row.entry, cells, glyphs, look), _used_in(known.used_in, glyphs, look)]


def _head(row: SkillRow, known: Known, glyphs: Glyphs, look: Styles) -> Line:
    entry = row.entry
    name = look.error if entry.state == "broken" else look.strong
    line = Line(glyphs.ellipsis).add(f" {clean_line(entry.name)}", name)
    if known.version:
        line.add(f"  v{known.version}", look.plain)
    if entry.skill is not None:
        line.add(f" {entry.skill.content_hash[:4]}", look.muted)
    if row.is_modified:
        line.add("  modified", look.warning, "app.perform('skills.diff')")
    errors = sum(problem.level == "error" for problem in entry.problems)
    if errors:
        line.add(f"  {glyphs.failed}{errors}", look.error, "app.perform('skills.lint')")
    if warnings := len(entry.problems) - errors:
        line.add(f"  {glyphs.degraded}{warnings}", look.warning, "app.perform('skills.lint')")
    pin = f"  pinned {entry.pin[:7]}" if entry.pin else ""
    return line.add_right(f"{entry.kind} in {clean_line(entry.source)}{pin} ", look.muted)


def _figures(row: SkillRow, known: Known, cells: int, glyphs: Glyphs, look: Styles) -> Line:
    line, size = Line(glyphs.ellipsis), known.size
    if size is None:
        line.add(" counting tokens", look.muted)
    else:
        for label, value in (("listing", size.listing), ("body", size.body),
                             ("refs", size.references)):  # fmt: skip
            if value or label != "refs":
                line.add(f" {label} ", look.muted).add(f"~{form.count(value)} ", look.estimate)
        line.add("tok", look.muted)
    gap = "   " if cells >= 60 else "  "
    return _use(line.add(gap, look.plain), row.stats, row, glyphs, look)


def _use(line: Line, stats: SkillStats, row: SkillRow, glyphs: Glyphs, look: Styles) -> Line:
    if row.entry.state != "usable":
        return line
    if not stats.uses:
        return line.add(f"{glyphs.queued} never used", look.muted)
    line.add(form.plural(stats.uses, "use"), look.plain)
    if stats.ended:
        share = form.percent(stats.done, stats.ended)
        line.add(f"  {share} done", look.plain)
    return line.add(f"  {form.money(each(row), has_sign=True)}/use", look.money)


def _why_not(entry: SkillEntry, cells: int, glyphs: Glyphs, look: Styles) -> list[Line]:
    lines = [
        Line(glyphs.ellipsis).add(f" {part}", look.warning)
        for part in wrap(clean_line(entry.why_not), max(10, cells - 2))[:3]
    ]
    if entry.state == "untrusted":
        lines[-1].add("  a", look.key, TRUST).add(" trusts it", look.muted, TRUST)
    return lines


def _facts(entry: SkillEntry, cells: int, glyphs: Glyphs, look: Styles) -> list[Line]:
    skill = entry.skill
    if skill is None:
        return []
    facts = [("tools", ", ".join(skill.allowed_tools))]
    model = skill.model or (f"{skill.tier} tier" if skill.tier else "")
    facts += [("model", model), ("evidence", ", ".join(skill.evidence))]
    facts += [("inputs", ", ".join((skill.inputs or {}).get("properties", {})))]
    facts += [("composed", ", ".join(skill.uses)), ("files", _files(skill.files))]
    lines: list[Line] = []
    for label, value in facts:
        if not value:
            continue
        text = f" {label} {clean_line(value)} "
        if not lines or lines[-1].cells + len(text) > cells:
            lines.append(Line(glyphs.ellipsis))
        lines[-1].add(f" {label} ", look.muted).add(f"{clean_line(value)} ", look.plain)
    return lines


def _files(files: Sequence[str]) -> str:
    if len(files) <= 2:
        return ", ".join(files)
    return f"{files[0]} and {len(files) - 1} more"


def _used_in(names: Sequence[str], glyphs: Glyphs, look: Styles) -> Line:
    line = Line(glyphs.ellipsis).add(" used in ", look.muted)
    if not names:
        return line.add("no workflow", look.muted)
    line.add(", ".join(clean_line(name) for name in names), look.accent, JUMP)
    return line.add("  o", look.key, JUMP).add(" goes there", look.muted, JUMP)
