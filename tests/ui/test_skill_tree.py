"""What a filter leaves does not depend on how its text came about."""

from __future__ import annotations

import pytest

from ladder_tui.domain.skill_entry import SkillEntry
from ladder_tui.ui.widgets.skill_tree import SkillFilter, SkillRow, skill_rows

NAMES = ("audit-sql", "fix-queue", "queue-audit", "Review-SQL", "sql-fix")


def library() -> dict[str, SkillRow]:
    """Skills and agents whose descriptions name each other's words."""
    entries = [
        SkillEntry(
            path=f"skills/{name}",
            name=name,
            kind="agent" if number % 2 else "skill",
            origin="project",
            source=".ladder/skills",
            state="usable",
            description=f"as {NAMES[number - 1]} does",
        )
        for number, name in enumerate(NAMES)
    ]
    return skill_rows(entries, {})


def names(wanted: SkillFilter, rows: dict[str, SkillRow]) -> list[str]:
    """Names that are left, in order."""
    return [row.entry.name for row in wanted.apply(rows)]


@pytest.mark.parametrize("text", ["sql fix", "queue", "audit sql", "as s", "zzz"])
def test_a_text_typed_and_taken_back_leaves_what_it_leaves_at_once(text: str) -> None:
    rows, typed = library(), SkillFilter()
    for end in [*range(len(text) + 1), *range(len(text) - 1, -1, -1)]:
        typed.text = text[:end].strip()
        at_once = SkillFilter()
        at_once.text = typed.text
        assert names(typed, rows) == names(at_once, rows)


def test_facets_and_files_that_change_under_a_text_count_at_once() -> None:
    rows, wanted = library(), SkillFilter()
    wanted.text = "sql"
    every = names(wanted, rows)
    wanted.kind = "agent"
    agents = names(wanted, rows)
    assert 0 < len(agents) < len(every)
    wanted.clear_facets()
    assert names(wanted, rows) == every
    fewer = {path: row for path, row in rows.items() if row.entry.name != "sql-fix"}
    assert names(wanted, fewer) == [name for name in every if name != "sql-fix"]
