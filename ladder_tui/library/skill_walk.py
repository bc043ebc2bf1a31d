"""Walks shelves for the files of skills, agents and commands. Opens nothing.

A real directory is walked once, however many symbolic links lead to it, so links between
``.agents/skills`` and ``.claude/skills`` make no doubles and loops end.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ladder_tui.domain.skill import SkillKind, SkillOrigin
from ladder_tui.library.skill_place import SkillShelf
from ladder_tui.library.skill_sidecar import SIDECAR_NAME

SKILL_NAME = "SKILL.md"
SKILL_NAMES = (SKILL_NAME, "skill.md")
"""The usual name first."""
CONTEXT_FOLDERS = ("assets", "references", "scripts")
MAX_DEPTH = 8
MAX_FOLDERS = 10_000
"""Directories looked into on one shelf."""
_SKIPPED = frozenset({".git", "node_modules", ".venv", "__pycache__"})
_NOT_ONE = frozenset({"readme.md", "claude.md", "agents.md"})
"""Files beside agents and commands that are about them."""


class Found(NamedTuple):
    """A Markdown file of the library, not yet read."""

    path: str
    """Absolute."""
    below: str
    """Relative to its shelf."""
    shelf: SkillShelf
    entry: os.DirEntry[str] | Path | None = None
    """It, where it was seen."""
    sidecar: os.DirEntry[str] | Path | None = None
    """The ``ladder.yaml`` beside it."""
    context: tuple[str, ...] = ()
    """Which of the context folders its folder has."""
    real: str = ""
    """Its real path, which is inside the boundary; empty where it is a link."""

    @property
    def folder(self) -> str:
        """Absolute path of its folder."""
        return self.path.rpartition("/")[0]


def walk_shelves(shelves: Sequence[SkillShelf]) -> list[Found]:
    """Every file of the shelves, by shelf and then by path. Never raises."""
    walked: dict[str, set[str]] = {}
    found: list[Found] = []
    for shelf in shelves:
        walk = _Walk(shelf, walked.setdefault(shelf.kind, set()), found)
        walk.run()
    return found


def found_at(path: Path, shown: str, kind: SkillKind, origin: SkillOrigin = "project") -> Found:
    """A file that may be on no shelf, which people see as ``shown``."""
    folder = path.parent
    top, below = (folder, path.name)
    if kind == "skill":
        top, below = folder.parent, f"{folder.name}/{path.name}"
    prefix = shown.removesuffix(below).rstrip("/") or "."
    shelf = SkillShelf(str(top), kind, origin, str(folder), prefix, prefix)
    sidecar = folder / SIDECAR_NAME
    has_sidecar = kind == "skill" and os.path.lexists(sidecar)
    context = tuple(
        name for name in CONTEXT_FOLDERS if kind == "skill" and (folder / name).is_dir()
    )
    return Found(str(path), below, shelf, path, sidecar if has_sidecar else None, context)


class _Walk:
    def __init__(self, shelf: SkillShelf, seen: set[str], found: list[Found]) -> None:
        self.shelf = shelf
        self.seen = seen
        """Real paths of what was walked before, on other shelves too."""
        self.found = found
        self.is_skill = shelf.kind == "skill"
        self.boundary = os.path.realpath(shelf.boundary)
        self.folders = 0

    def run(self) -> None:
        real = self._real(self.shelf.directory)
        if not os.path.lexists(self.shelf.directory):
            return
        if not real or not _is_below(real, self.boundary):
            # A link that leaves, or a loop of links: reading it says so.
            self._add("", SKILL_NAME)
        elif real.endswith(".md") and Path(real).is_file():
            self._add("", "")
        else:
            self._folder("", real, 0)

    def _folder(self, below: str, real: str, depth: int) -> None:
        if real in self.seen or depth > MAX_DEPTH or self.folders >= MAX_FOLDERS:
            return
        self.seen.add(real)
        self.folders += 1
        try:
            with os.scandir(real) as listing:
                entries = {entry.name: entry for entry in listing}
        except OSError:
            # Not to be looked into; reading it says why.
            self._add(below, SKILL_NAME)
            return
        if self.is_skill and (SKILL_NAMES[0] in entries or SKILL_NAMES[1] in entries):
            self._skill(below, real, entries)
            return
        for name in sorted(entries):
            self._entry(below, real, entries[name], depth)

    def _skill(self, below: str, real: str, entries: dict[str, os.DirEntry[str]]) -> None:
        name = SKILL_NAMES[0] if SKILL_NAMES[0] in entries else SKILL_NAMES[1]
        if len(entries) == 1:
            self._add(below, name, real, entries[name])
            return
        context = tuple(name for name in CONTEXT_FOLDERS if name in entries)
        self._add(below, name, real, entries[name], entries.get(SIDECAR_NAME), context)

    def _entry(self, below: str, real: str, entry: os.DirEntry[str], depth: int) -> None:
        name = entry.name
        path = f"{below}/{name}" if below else name
        if entry.is_dir(follow_symlinks=False):
            if name not in _SKIPPED:
                self._folder(path, f"{real}/{name}", depth + 1)
        elif not self.is_skill and name.endswith(".md"):
            if name.lower() not in _NOT_ONE and self._is_new_file(entry):
                self._add(below, name, real, entry)
        elif entry.is_symlink():
            self._link(path, entry, depth)

    def _link(self, path: str, entry: os.DirEntry[str], depth: int) -> None:
        real = self._real(entry.path)
        if not real:
            if self.is_skill:
                self._add(path, SKILL_NAME)
        elif not Path(real).is_dir():
            return
        elif not _is_below(real, self.boundary):
            if self.is_skill and any(os.path.lexists(f"{real}/{name}") for name in SKILL_NAMES):
                self._add(path, SKILL_NAME)
        elif not self._leads_up(real):
            self._folder(path, real, depth + 1)

    def _is_new_file(self, entry: os.DirEntry[str]) -> bool:
        """False for a second link to a file of the library; remembers links only."""
        if not entry.is_symlink():
            return entry.path not in self.seen
        real = self._real(entry.path)
        if not real:
            return True
        is_new = real not in self.seen and real.rpartition("/")[0] not in self.seen
        self.seen.add(real)
        return is_new

    def _leads_up(self, real: str) -> bool:
        """Whether a link leads to a directory that holds this shelf: nothing new is there."""
        return _is_below(os.path.realpath(self.shelf.directory), real)

    def _real(self, path: str) -> str:
        """The real path; empty where links loop or lead nowhere."""
        try:
            return os.path.realpath(path, strict=True)
        except (OSError, ValueError):
            return ""

    def _add(
        self,
        below: str,
        name: str,
        folder: str = "",
        entry: os.DirEntry[str] | None = None,
        sidecar: os.DirEntry[str] | None = None,
        context: tuple[str, ...] = (),
    ) -> None:
        """Note a file; ``folder`` is the real path of its folder, inside the boundary."""
        relative = f"{below}/{name}" if below and name else below or name
        path = f"{self.shelf.directory}/{relative}" if relative else self.shelf.directory
        is_plain = entry is not None and not entry.is_symlink()
        real = f"{folder}/{name}" if is_plain else ""
        self.found.append(Found(path, relative, self.shelf, entry, sidecar, context, real))


def _is_below(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")
