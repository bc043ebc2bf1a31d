"""What a target keeps of the listing of skills that every prompt begins with.

Agents see of a skill only its name and description until it is used. A target cuts long entries,
and past its limit entries are lost whole: then the skill is never chosen again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from ladder_tui.domain.skill_entry import ListingBudget, ListingEntry, SkillEntry
from ladder_tui.library.frontmatter import canonical_key

WINDOW_TOKENS = 200_000
CHARACTERS_PER_TOKEN = 4
CLAUDE_CODE_LIMIT = WINDOW_TOKENS * CHARACTERS_PER_TOKEN // 100
"""Characters: 1 % of the window."""
CLAUDE_CODE_ENTRY = 1_536
SPEC_DESCRIPTION = 1_024

_STRENGTH = {"project": 3, "user": 2, "plugin": 1, "shipped": 0}


class ListingTarget(msgspec.Struct, frozen=True):
    """Who lists skills, and within which limits."""

    name: str
    limit: int
    """Characters of the whole listing; 0 for none."""
    entry_limit: int
    basis: str
    is_listed: Callable[[SkillEntry], bool]
    """Whether the target looks where the entry is, and shows it to the model."""
    line: Callable[[SkillEntry], str]
    """The entry as it is limited."""


def budget(
    target: ListingTarget, entries: Sequence[SkillEntry], uses: Mapping[str, int]
) -> ListingBudget:
    """What the target keeps of each entry; ``uses`` counts by name.

    Entries that vanish first come first: the least used, of equals those of the weaker place,
    and then the last by name. They vanish until the rest fits.
    """
    listed = [e for e in entries if e.state in ("usable", "untrusted") and target.is_listed(e)]
    lengths = [(entry, len(target.line(entry))) for entry in listed]
    lengths.sort(key=lambda pair: pair[0].name, reverse=True)
    lengths.sort(key=lambda pair: (uses.get(pair[0].name, 0), _STRENGTH[pair[0].origin]))
    left = sum(min(length, target.entry_limit) for _, length in lengths)
    rows = []
    for entry, length in lengths:
        kept = min(length, target.entry_limit)
        if target.limit and left > target.limit:
            left -= kept
            kept = 0
        rows.append(ListingEntry(entry.name, entry.path, length, kept))
    return ListingBudget(
        target=target.name,
        limit=target.limit,
        entry_limit=target.entry_limit,
        entries=tuple(rows),
        total=sum(length for _, length in lengths),
        basis=f"{target.basis}; {len(listed):,} of {len(entries):,} files are in it",
    )


def _is_in_claude_code(entry: SkillEntry) -> bool:
    place = entry.source.removeprefix("~/")
    is_read = place.startswith((".claude/", "plugin ")) and entry.kind != "agent"
    return is_read and not _extra(entry, "disable-model-invocation")


def _claude_code_line(entry: SkillEntry) -> str:
    more = _extra(entry, "when-to-use")
    return f"- {entry.name}: {entry.description}" + (f" - {more}" if more else "")


def _extra(entry: SkillEntry, key: str) -> object:
    fields = entry.skill.extra if entry.skill is not None else {}
    return next((value for name, value in fields.items() if canonical_key(name) == key), None)


TARGETS: dict[str, ListingTarget] = {
    target.name: target
    for target in (
        ListingTarget(
            name="spec",
            limit=0,
            entry_limit=SPEC_DESCRIPTION,
            basis=f"the Agent Skills specification: {SPEC_DESCRIPTION:,} characters a description",
            is_listed=lambda entry: entry.kind == "skill",
            line=lambda entry: entry.description,
        ),
        ListingTarget(
            name="claude-code",
            limit=CLAUDE_CODE_LIMIT,
            entry_limit=CLAUDE_CODE_ENTRY,
            basis=f"1 % of a window of {WINDOW_TOKENS:,} tokens at {CHARACTERS_PER_TOKEN} "
            f"characters, {CLAUDE_CODE_ENTRY:,} an entry; skills and commands where Claude Code"
            " looks (.claude, ~/.claude, plugins)",
            is_listed=_is_in_claude_code,
            line=_claude_code_line,
        ),
    )
}
"""By the name that people give."""
