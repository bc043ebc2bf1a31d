"""The facets of the Skills pane: kind, source, state. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ladder_tui.ui.screens.facets import Facet
from ladder_tui.ui.widgets.skill_tree import KINDS, STATES, SkillFilter, SkillRow, is_in_state


def facets(rows: Sequence[SkillRow], wanted: SkillFilter) -> list[Facet]:
    """The choices of the sheet, each with what it would show by itself."""
    found = [Facet("kind:", "kind", "all", len(rows), not wanted.kind)]
    for kind in KINDS:
        count = sum(row.entry.kind == kind for row in rows)
        found.append(Facet(f"kind:{kind}", "kind", f"{kind}s", count, wanted.kind == kind))
    found.append(Facet("state:", "state", "all", len(rows), not wanted.state))
    for state in STATES:
        count = sum(is_in_state(row, state) for row in rows)
        found.append(Facet(f"state:{state}", "state", state, count, wanted.state == state))
    found.append(Facet("source:", "source", "all", len(rows), not wanted.source))
    for source in dict.fromkeys(row.entry.source for row in rows):
        count = sum(row.entry.source == source for row in rows)
        found.append(Facet(f"source:{source}", "source", source, count, wanted.source == source))
    return found


def choose_facet(wanted: SkillFilter, facet_id: str) -> None:
    """Take over a choice of the sheet."""
    group, _, value = facet_id.partition(":")
    if group == "kind":
        wanted.kind = value
    elif group == "state":
        wanted.state = value
    else:
        wanted.source = value
