"""Skills as a tree of sources and kinds: what the filter leaves, in which order. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ladder_tui.domain.skill import SkillKind, SkillOrigin
from ladder_tui.domain.skill_entry import SkillEntry, SkillStats

ORIGINS: tuple[SkillOrigin, ...] = ("project", "user", "plugin", "shipped")
"""The strongest first."""
KINDS: tuple[SkillKind, ...] = ("skill", "agent", "command")
STATES = ("usable", "never used", "modified", "with problems", "broken", "untrusted", "hidden")
ORDERS = ("name", "uses", "cost", "last use")
NO_STATS = SkillStats()


class SkillRow(NamedTuple):
    """One file of the library with what is known of its use."""

    entry: SkillEntry
    stats: SkillStats
    haystack: str
    """Lower case: name, kind, source, description, body."""
    rank: int = 0
    """Place of its source among the sources."""

    @property
    def is_unused(self) -> bool:
        """True for a usable skill that no run ever used."""
        return self.entry.state == "usable" and not self.stats.uses

    @property
    def is_modified(self) -> bool:
        """True where it is not what its last use ran with: the figures are of another version."""
        skill, last = self.entry.skill, self.stats.last_hash
        return skill is not None and bool(last) and skill.content_hash != last


class Group(NamedTuple):
    """A heading: a source, or one kind in a source that holds several."""

    id: str
    label: str
    depth: int
    members: tuple[SkillRow, ...]

    @property
    def untrusted(self) -> int:
        """Members that do nothing until the repository is trusted."""
        return sum(row.entry.state == "untrusted" for row in self.members)


class Tree(NamedTuple):
    """The rows of the list in order, and its headings by id."""

    row_ids: list[str]
    groups: dict[str, Group]
    matches: int


class Narrowed(NamedTuple):
    """What the last text left: more of the same text leaves some of these."""

    rows: Mapping[str, SkillRow] = {}
    """All there were."""
    facets: tuple[str, ...] = ()
    text: str = ""
    found: list[SkillRow] = []
    """In the order of ``rows``."""


class SkillFilter:
    """What the list shows, and in which order."""

    def __init__(self) -> None:
        self.text = ""
        self.kind = ""
        self.source = ""
        self.state = ""
        self.order = ORDERS[0]
        self._narrowed = Narrowed()

    @property
    def facets(self) -> list[str]:
        """The facets in force."""
        return [value for value in (self.kind, self.source, self.state) if value]

    def clear_facets(self) -> None:
        """Show every kind, source and state."""
        self.kind = self.source = self.state = ""

    def next_order(self) -> str:
        """Change the order and name it."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        return self.order

    def apply(self, rows: Mapping[str, SkillRow]) -> list[SkillRow]:
        """The rows that are left, in order; of a text, those that carry it in their name first."""
        words = self.text.split()
        found = self._narrow(rows, words)
        if self.order == "uses":
            found.sort(key=lambda row: -row.stats.uses)
        elif self.order == "cost":
            found.sort(key=lambda row: -row.stats.cost.nano_usd)
        elif self.order == "last use":
            found.sort(key=lambda row: -row.stats.last_at)
        if words and self.order == "name":
            found.sort(key=lambda row: words[0] not in row.entry.name.lower())
        return found

    def _narrow(self, rows: Mapping[str, SkillRow], words: Sequence[str]) -> list[SkillRow]:
        """The rows with all of these words, in their order; a text that grows looks at few."""
        last, facets = self._narrowed, (self.kind, self.source, self.state)
        if last.rows is rows and last.facets == facets and self.text.startswith(last.text):
            found = last.found
        else:
            found = [row for row in rows.values() if self._fits(row)]
        for word in words:
            found = [row for row in found if word in row.haystack]
        self._narrowed = Narrowed(rows, facets, self.text, found)
        return list(found)

    def _fits(self, row: SkillRow) -> bool:
        entry = row.entry
        return (
            (not self.kind or entry.kind == self.kind)
            and (not self.source or entry.source == self.source)
            and (not self.state or is_in_state(row, self.state))
        )


def is_in_state(row: SkillRow, state: str) -> bool:
    """True where one of ``STATES`` is true of the row."""
    if state == "never used":
        return row.is_unused
    if state == "modified":
        return row.is_modified
    return bool(row.entry.problems) if state == "with problems" else row.entry.state == state


def skill_rows(
    entries: Sequence[SkillEntry], stats: Mapping[str, SkillStats]
) -> dict[str, SkillRow]:
    """Rows by shown path: by origin, source in the order of the entries, kind and name."""
    sources = {source: at for at, source in enumerate(dict.fromkeys(e.source for e in entries))}
    rows = [
        SkillRow(
            entry, stats.get(entry.name, NO_STATS) if _counts(entry) else NO_STATS, _hay(entry)
        )
        for entry in entries
    ]
    rows.sort(key=lambda row: _place(row.entry, sources))
    ranks = {
        source: rank for rank, source in enumerate(dict.fromkeys(r.entry.source for r in rows))
    }
    return {row.entry.path: row._replace(rank=ranks[row.entry.source]) for row in rows}


def _counts(entry: SkillEntry) -> bool:
    return entry.state == "usable"


def _hay(entry: SkillEntry) -> str:
    body = entry.skill.body if entry.skill is not None else ""
    return f"{entry.name} {entry.kind} {entry.source}\n{entry.description}\n{body}".lower()


def _place(entry: SkillEntry, sources: Mapping[str, int]) -> tuple[int, int, int, str, str]:
    origin, kind = ORIGINS.index(entry.origin), KINDS.index(entry.kind)
    return (origin, sources[entry.source], kind, entry.name, entry.path)


def grow(rows: Mapping[str, SkillRow], wanted: SkillFilter, folded: Collection[str]) -> Tree:
    """The tree that the filter leaves. A group that is folded has its heading only."""
    found = wanted.apply(rows)
    by_source: dict[str, list[SkillRow]] = {}
    for row in found:
        by_source.setdefault(row.entry.source, []).append(row)
    ids: list[str] = []
    groups: dict[str, Group] = {}
    for source in sorted(by_source, key=lambda source: by_source[source][0].rank):
        for group, members in _branches(source, by_source[source]):
            parent = groups.get(f"group {source}")
            if parent is not None and parent.id in folded:
                continue
            groups[group.id] = group
            ids.append(group.id)
            if group.id not in folded:
                ids += [row.entry.path for row in members]
    return Tree(ids, groups, len(found))


def _branches(source: str, rows: list[SkillRow]) -> list[tuple[Group, list[SkillRow]]]:
    """The heading of a source, and where it holds several kinds one for each of them."""
    top = Group(f"group {source}", source, 0, tuple(rows))
    found = {row.entry.kind for row in rows}
    kinds = [kind for kind in KINDS if kind in found]
    if len(kinds) < 2:
        return [(top, rows)]
    branches: list[tuple[Group, list[SkillRow]]] = [(top, [])]
    for kind in kinds:
        members = [row for row in rows if row.entry.kind == kind]
        group = Group(f"group {source} {kind}", f"{kind}s", 1, tuple(members))
        branches.append((group, members))
    return branches
