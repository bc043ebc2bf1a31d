"""What lists, panes and commands know of the skill library: files, sizes, use, versions."""

from __future__ import annotations

from typing import Literal

import msgspec

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill, SkillKind, SkillOrigin
from ladder_tui.domain.usage import Cost, Usage

SkillState = Literal["usable", "untrusted", "broken", "hidden"]
"""``hidden``: a stronger file of the same name is used instead. Only ``usable`` ones run."""


class SkillEntry(msgspec.Struct, frozen=True):
    """One file of the library, usable or not."""

    path: str
    """As people see it, unique in the library."""
    name: str
    kind: SkillKind
    origin: SkillOrigin
    source: str
    """Group in lists: ``.ladder/skills``, ``~/.claude/agents``, ``plugin NAME``, ``shipped``."""
    state: SkillState
    description: str
    problems: tuple[Problem, ...] = ()
    skill: Skill | None = None
    """None where its file is broken."""
    why_not: str = ""
    """Why it cannot run, and the next step; empty for usable ones."""
    pin: str = ""
    """Commit that it was added at by ``ladder skills add``."""


class SkillSize(msgspec.Struct, frozen=True):
    """Estimated tokens."""

    listing: int
    """Name and description, as every prompt that lists it carries them."""
    body: int
    references: int
    """All its context files that are text."""


class SkillStats(msgspec.Struct, frozen=True):
    """How a skill did in the runs of this repository, counted per agent that used it."""

    uses: int = 0
    runs: int = 0
    done: int = 0
    """Agents that ended well."""
    ended: int = 0
    """Agents that ended, however."""
    usage: Usage = Usage()
    """Of all uses together."""
    cost: Cost = Cost()
    last_at: float = 0.0
    """Unix seconds; 0 where it was never used."""
    last_runs: tuple[tuple[RunId, int, str], ...] = ()
    """Id, number and agent state of the newest uses."""
    last_hash: str = ""
    """Content hash that the newest use ran with; empty where it was never used."""


class SkillVersion(msgspec.Struct, frozen=True):
    """What a skill said at one content hash."""

    content_hash: str
    seen_at: float
    text: str
    sidecar: str = ""


class ListingEntry(msgspec.Struct, frozen=True):
    """One skill in a listing that has a limit."""

    name: str
    path: str
    characters: int
    """Of its entry as written."""
    kept: int
    """Characters that the target keeps; 0 where the entry vanishes."""


class ListingBudget(msgspec.Struct, frozen=True):
    """What one target keeps of the listing of all skills."""

    target: str
    """``spec`` or ``claude-code``."""
    limit: int
    """Characters of the whole listing; 0 for none."""
    entry_limit: int
    entries: tuple[ListingEntry, ...] = ()
    """Those that vanish first come first."""
    total: int = 0
    """Characters of all entries as written."""
    basis: str = ""
    """Where the limit comes from, with the figures: ``1 % of a window of 200,000 tokens``."""


class StagedSkill(msgspec.Struct, frozen=True):
    """A skill that was fetched but not taken over: to be looked at before it is trusted."""

    name: str
    source: str
    """The path or the address of the repository."""
    commit: str
    """What it is pinned to; a content hash for a plain folder."""
    stage: str
    """Token that names the fetched copy until it is accepted or dropped."""
    diff: tuple[str, ...]
    """Unified diff against what is there now; all lines added for a new one."""
    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_new: bool = True
