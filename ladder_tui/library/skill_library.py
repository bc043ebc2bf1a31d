"""The skill library of a repository: every file, which one of a name is used, and who may run."""

from __future__ import annotations

import gc
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill, SkillKind
from ladder_tui.domain.skill_entry import SkillEntry, SkillState
from ladder_tui.errors import UsageError
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.skill_file import Offer, SkillFile, context_files, read_skill
from ladder_tui.library.skill_lock import Pin, read_lock
from ladder_tui.library.skill_parts import resolve_parts, skill_parts
from ladder_tui.library.skill_place import PLUGIN_PLACE, SKILL_PLACES, skill_shelves
from ladder_tui.library.skill_sidecar import SIDECAR_NAME
from ladder_tui.library.skill_walk import SKILL_NAME, Found, found_at, walk_shelves
from ladder_tui.library.trust import TrustFile

_Signature = tuple[int, ...]
"""What changes when a file does."""

KNOWN_STATES: tuple[SkillState, ...] = ("usable", "untrusted")
"""Of skills that can run, or could if the repository were trusted."""


class SkillLibrary:
    """Reads what changed since it last looked, and keeps the rest."""

    def __init__(
        self,
        root: Path,
        home: Path | None = None,
        gates: Collection[str] | None = None,
        trust: TrustFile | None = None,
        *,
        tools: Collection[str] | None = None,
    ) -> None:
        """``gates`` and ``tools`` are those that there are; None leaves the names unchecked.

        Without ``trust`` nothing that the repository brought is usable.
        """
        self._root = root
        self._home = home
        self.offer = Offer(gates, tools)
        self._trust = trust
        self._known: dict[str, tuple[_Signature, SkillFile]] = {}
        self._found: dict[str, Found] = {}
        """By the path that people see."""

    @property
    def is_trusted(self) -> bool:
        """Whether the user trusts the repository."""
        return self._trust is not None and self._trust.is_trusted(self._root)

    def files(self) -> list[SkillFile]:
        """Every file as it is now, the strongest shelf first. Never raises."""
        known: dict[str, tuple[_Signature, SkillFile]] = {}
        places: dict[str, Found] = {}
        with _no_collection():
            for found in walk_shelves(skill_shelves(self._root, self._home)):
                read = known[found.path] = self._read(found)
                places[read[1].shown] = found
        self._known, self._found = known, places
        return [file for _, file in known.values()]

    def entries(self) -> list[SkillEntry]:
        """Every file, usable or not, with what keeps it from running."""
        files = self.files()
        by_name = _strongest(files)
        is_trusted = self.is_trusted
        pins = read_lock(self._root)[0]
        return [_entry(file, by_name, pins, is_trusted=is_trusted) for file in files]

    def skills(self) -> list[Skill]:
        """Those that can run, by name."""
        return skills_of(self.entries(), "usable")

    def known_skills(self) -> list[Skill]:
        """Those that can run, and those that could if the repository were trusted, by name."""
        return skills_of(self.entries(), *KNOWN_STATES)

    def has_own(self) -> bool:
        """Whether the repository brought anything."""
        return any(file.shelf.is_repository for file in self.files())

    def directories(self) -> list[Path]:
        """Where files of the library are or may come to be."""
        tops = (self._root,) if self._home is None else (self._root, self._home)
        shelves = skill_shelves(self._root, self._home)
        fixed = [Path(shelf.directory) for shelf in shelves if shelf.origin != "plugin"]
        return [*fixed, *(top / PLUGIN_PLACE for top in tops)]

    def read_text(self, shown: str, data: bytes, place: Path, kind: SkillKind) -> SkillFile:
        """Read ``data`` as if it were in the file that people see as ``shown``. Never raises.

        ``place`` is where that file is, or would be.
        """
        found = self._found.get(shown) or found_at(place, shown, kind)
        return read_skill(found, self.offer, instead=data)

    def path(self, shown: str) -> Path | None:
        """Where a file that people see as ``shown`` really is; None when it is gone."""
        return next((file.path for file in self.files() if file.shown == shown), None)

    def file(self, shown: str) -> SkillFile | None:
        """One file by the path that people see, as it is now, without a walk over the library.

        None for one that is gone, or was not there when the library was last looked at.
        """
        found = self._found.get(shown)
        if found is None or not os.path.lexists(found.path):
            return None
        sidecar = Path(found.folder, SIDECAR_NAME)
        has_sidecar = found.shelf.kind == "skill" and sidecar.exists()
        # What the walk saw remembers its times: it would never be another.
        now = found._replace(entry=Path(found.path), sidecar=sidecar if has_sidecar else None)
        return self._read(now)[1]

    def _read(self, found: Found) -> tuple[_Signature, SkillFile]:
        signature = _signature(found)
        before = self._known.get(found.path)
        if before is None or before[0] != signature or not signature:
            return signature, read_skill(found, self.offer)
        file = before[1]
        if found.context and file.skill is not None:
            files = context_files(found)
            if files != file.skill.files:
                skill = msgspec.structs.replace(file.skill, files=files)
                return signature, msgspec.structs.replace(file, skill=skill)
        return before


def find_skill(skills: Sequence[Skill], name: str) -> Skill:
    """The skill called ``name``. Raises UsageError with the nearest name when there is none."""
    for skill in skills:
        if skill.name == name:
            return skill
    hint = name_hint(name, (skill.name for skill in skills))
    raise UsageError(
        f'there is no skill "{name}"',
        why=hint or "no skill is installed",
        next_step="ladder skills list",
    )


def find_entry(entries: Sequence[SkillEntry], ref: str) -> SkillEntry:
    """The entry of a name or a shown path; of a name, the one that is used.

    Raises UsageError with the nearest name when there is none.
    """
    named = [entry for entry in entries if entry.name == ref]
    for entry in (*(e for e in named if e.state != "hidden"), *named, *entries):
        if ref in (entry.name, entry.path):
            return entry
    hint = name_hint(ref, {entry.name for entry in entries})
    raise UsageError(
        f'there is no skill "{ref}"',
        why=hint or "no skill is installed",
        next_step="ladder skills list --all",
    )


def untrusted_problem(skill: Skill) -> Problem:
    """Why a skill that a repository brought does not run, and the next step."""
    message = f'the skill "{skill.name}" came with this repository, which you have not trusted yet'
    return Problem(skill.path, 1, "S030", message, "read it, then: ladder skills trust")


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from looking, again and again, at what is all kept."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _signature(found: Found) -> _Signature:
    entry, sidecar = found.entry, found.sidecar
    if entry is None:
        return ()
    try:
        own = entry.stat()
        mark = (own.st_mtime_ns, own.st_size, own.st_ino)
        if sidecar is None:
            return mark
        beside = sidecar.stat()
    except (OSError, ValueError):
        # It cannot be looked at now; it is read anew, which says why.
        return ()
    return (*mark, beside.st_mtime_ns, beside.st_size, beside.st_ino)


def _strongest(files: Iterable[SkillFile]) -> dict[str, SkillFile]:
    by_name: dict[str, SkillFile] = {}
    for file in files:
        by_name.setdefault(file.name, file)
    return by_name


def _entry(
    file: SkillFile, by_name: dict[str, SkillFile], pins: dict[str, Pin], *, is_trusted: bool
) -> SkillEntry:
    problems, skill = file.problems, file.skill
    parts: tuple[SkillFile, ...] = ()
    first = by_name[file.name]
    if skill is not None and file.uses:
        parts, faults = resolve_parts(file, by_name)
        problems = (*problems, *faults)
        skill = None if faults else msgspec.structs.replace(skill, parts=skill_parts(parts))
    if first is not file and first.shelf == file.shelf:
        message = f'another {file.shelf.kind} is called "{file.name}": {first.shown}'
        problems = (*problems, Problem(file.shown, 1, "S025", message, "rename one"))
    state, why_not = _state(file, skill, first, problems)
    needs_trust = any(part.shelf.is_repository for part in (file, *parts))
    if state == "usable" and needs_trust and not is_trusted:
        state, why_not = "untrusted", "this repository is not trusted: ladder skills trust"
    return SkillEntry(
        path=file.shown,
        name=file.name,
        kind=file.shelf.kind,
        origin=file.shelf.origin,
        source=file.shelf.source,
        state=state,
        description=file.description,
        problems=problems,
        skill=skill,
        why_not=why_not,
        pin=_pin(file, pins),
    )


def _pin(file: SkillFile, pins: dict[str, Pin]) -> str:
    """Commit that it was added at; of a plain folder the hash of its files."""
    folder = file.path.parent.name
    if file.shown != f"{SKILL_PLACES[0]}/{folder}/{SKILL_NAME}" or folder not in pins:
        return ""
    return pins[folder].commit or pins[folder].files


def _state(
    file: SkillFile, skill: Skill | None, first: SkillFile, problems: Sequence[Problem]
) -> tuple[SkillState, str]:
    if skill is None:
        worst = next(problem for problem in problems if problem.level == "error")
        return "broken", f"{worst.message}: {worst.fix}" if worst.fix else worst.message
    if first is not file:
        return "hidden", f"{first.shown} of the same name is used instead"
    return "usable", ""


def skills_of(entries: Iterable[SkillEntry], *states: SkillState) -> list[Skill]:
    """The skills of the entries that are in one of ``states``, by name."""
    skills = [e.skill for e in entries if e.state in states and e.skill is not None]
    return sorted(skills, key=lambda skill: skill.name)
