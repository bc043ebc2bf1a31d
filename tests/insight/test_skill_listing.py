"""Which entries of a listing are cut, and which vanish first."""

from __future__ import annotations

from typing import Any

from ladder_tui.domain.skill import Skill, SkillKind, SkillOrigin
from ladder_tui.domain.skill_entry import SkillEntry, SkillState
from ladder_tui.insight.skill_listing import TARGETS, budget

SPEC, CLAUDE = TARGETS["spec"], TARGETS["claude-code"]


def entry(
    name: str,
    length: int = 10,
    *,
    source: str = ".claude/skills",
    kind: SkillKind = "skill",
    origin: SkillOrigin = "project",
    state: SkillState = "usable",
    extra: dict[str, Any] | None = None,
) -> SkillEntry:
    path = f"{source}/{name}/SKILL.md"
    skill = Skill(name, "x" * length, "body", "h", origin, path, extra=extra or {}, kind=kind)
    return SkillEntry(path, name, kind, origin, source, state, "x" * length, skill=skill)


def test_the_specification_cuts_descriptions_and_drops_none() -> None:
    found = budget(SPEC, [entry(f"s{n}", 1_030) for n in range(40)] + [entry("short", 4)], {})
    assert found.limit == 0
    assert {(e.characters, e.kept) for e in found.entries} == {(1_030, 1_024), (4, 4)}
    assert found.total == 40 * 1_030 + 4


def test_claude_code_drops_the_least_used_until_the_rest_fits() -> None:
    # "- aN: " and 994 characters: 1,000 an entry, eight of which are 8,000.
    entries = [entry(f"a{n}", 994) for n in range(8)]
    assert [e.kept for e in budget(CLAUDE, entries, {}).entries] == [1_000] * 8

    more = [*entries, entry("a8", 994, origin="user", source="~/.claude/skills"), entry("a9", 994)]
    found = budget(CLAUDE, more, {"a9": 5, "a0": 1})
    assert [e.name for e in found.entries if e.kept == 0] == ["a8", "a7"]
    assert [e.name for e in found.entries][-2:] == ["a0", "a9"]
    assert sum(e.kept for e in found.entries) == 8_000
    assert found.total == 10_000


def test_claude_code_cuts_an_entry_and_counts_when_to_use() -> None:
    found = budget(CLAUDE, [entry("a", 1_500, extra={"when_to_use": "y" * 100})], {})
    assert [(e.characters, e.kept) for e in found.entries] == [(5 + 1_500 + 3 + 100, 1_536)]


def test_only_what_the_target_looks_at_counts() -> None:
    entries = [
        entry("own", source=".ladder/skills"),
        entry("shipped", source="shipped", origin="shipped"),
        entry("agent", source=".claude/agents", kind="agent"),
        entry("command", source="~/.claude/commands", kind="command"),
        entry("plugged", source="plugin x", origin="plugin"),
        entry("silent", extra={"disable-model-invocation": True}),
        entry("broken", state="broken"),
        entry("hidden", state="hidden"),
        entry("foreign", state="untrusted"),
    ]
    found = budget(CLAUDE, entries, {})
    assert {e.name for e in found.entries} == {"command", "plugged", "foreign"}
    assert "3 of 9 files" in found.basis
    assert {e.name for e in budget(SPEC, entries, {}).entries} == {
        "own", "shipped", "plugged", "silent", "foreign"
    }  # fmt: skip
