"""What the listings of skills keep and cut, for one skill and for all. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ladder_tui.domain.skill_entry import ListingBudget, ListingEntry
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.text_view import TextLine

TARGETS = ("spec", "claude-code")
BUDGET = "app.perform('skills.budget')"


def one_listing(
    path: str, budgets: Sequence[ListingBudget], glyphs: Glyphs, look: Styles
) -> list[Line]:
    """What each target keeps of the entry of one skill."""
    lines = []
    for budget in budgets:
        entry = next((e for e in budget.entries if e.path == path), None)
        line = Line(glyphs.ellipsis).add(f" listing in {budget.target:<12}", look.muted)
        if entry is None:
            line.add("not listed", look.muted)
        else:
            _kept(line, entry, glyphs, look)
        line.add("  b", look.key, BUDGET).add(" all", look.muted, BUDGET)
        lines.append(line)
    return lines


def _kept(line: Line, entry: ListingEntry, glyphs: Glyphs, look: Styles) -> None:
    if not entry.kept:
        line.add(f"{glyphs.failed} vanishes: the listing is full", look.error)
    elif entry.kept < entry.characters:
        lost = entry.characters - entry.kept
        line.add(f"{glyphs.degraded} {lost:,} of {entry.characters:,} characters cut", look.warning)
    else:
        line.add(f"{glyphs.done} all {entry.characters:,} characters kept", look.success)


def all_listings(budgets: Sequence[ListingBudget], glyphs: Glyphs, look: Styles) -> list[TextLine]:
    """Each target: its limits and where they come from, then what is cut, what vanishes first."""
    lines: list[TextLine] = []
    for budget in budgets:
        lines += _one_target(budget, glyphs, look)
    return lines


def _one_target(budget: ListingBudget, glyphs: Glyphs, look: Styles) -> list[TextLine]:
    limit = f" of {budget.limit:,} characters" if budget.limit else " characters, no limit"
    lines: list[TextLine] = [
        (f"{budget.target}: {budget.total:,}{limit}", look.strong),
        (f"  {clean_line(budget.basis)}; at most {budget.entry_limit:,} an entry", look.muted),
    ]
    gone = [entry for entry in budget.entries if not entry.kept]
    cut = [entry for entry in budget.entries if 0 < entry.kept < entry.characters]
    whole = len(budget.entries) - len(gone) - len(cut)
    lines += [(f"  {glyphs.failed} {_name(entry)} vanishes", look.error) for entry in gone]
    lines += [
        (f"  {glyphs.degraded} {_name(entry)} {entry.kept:,} kept", look.warning) for entry in cut
    ]
    lines.append((f"  {glyphs.done} {form.plural(whole, 'entry', 'entries')} whole", look.success))
    return [*lines, ("", look.plain)]


def _name(entry: ListingEntry) -> str:
    return f"{clean_line(entry.name):<28} {entry.characters:>6,} characters "
