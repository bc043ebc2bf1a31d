"""Lint of the library, of one of its files, or of any file or folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import SkillKind
from ladder_tui.domain.skill_entry import SkillEntry
from ladder_tui.errors import UsageError
from ladder_tui.library.skill_file import SKILL_LIMIT, Offer, SkillFile, file_problem, read_skill
from ladder_tui.library.skill_library import SkillLibrary, find_entry
from ladder_tui.library.skill_place import SkillShelf
from ladder_tui.library.skill_strict import strict_problems
from ladder_tui.library.skill_walk import SKILL_NAMES, found_at, walk_shelves
from ladder_tui.library.text_file import FileFault, read_bytes


def lint(library: SkillLibrary, ref: str, *, is_strict: bool) -> list[Problem]:
    """Problems of a file of the library by name or shown path, of any file, of the skills below
    any folder, or without ``ref`` of the whole library.

    Hidden files are left out there, unless what hides them lies in the same place. Strict: what
    the reference library of Agent Skills says of each SKILL.md. Raises UsageError with the
    nearest name.
    """
    entries = library.entries()
    if not ref:
        wanted = [entry for entry in entries if _is_looked_at(entry)]
    elif _is_place(ref) and not any(ref in (entry.name, entry.path) for entry in entries):
        files = read_place(Path(ref), ref, library.offer)
        return [problem for file in files for problem in _of(file, file.problems, is_strict)]
    else:
        wanted = [find_entry(entries, ref)]
    by_shown = {file.shown: file for file in library.files()}
    problems: list[Problem] = []
    for entry in wanted:
        if (file := by_shown.get(entry.path)) is not None:
            problems += _of(file, entry.problems, is_strict)
    return problems


def strict(path: Path, shown: str, boundary: Path) -> list[Problem]:
    """Problems of one SKILL.md as the specification's reference library sees them."""
    data = read_bytes(path, boundary, SKILL_LIMIT)
    if isinstance(data, FileFault):
        return [file_problem(shown, data)]
    return strict_problems(data, shown, path.parent.name)


def read_place(place: Path, shown: str, offer: Offer) -> list[SkillFile]:
    """Read a file, or the skills below a folder, that may be no part of the library.

    Raises UsageError where neither is there, or nothing says what kind of file it is.
    """
    place = place.absolute()
    if place.is_dir():
        shelf = SkillShelf(str(place), "skill", "project", str(place), shown, shown)
        files = [read_skill(found, offer) for found in walk_shelves([shelf])]
        if not files:
            raise UsageError(f"there is no SKILL.md below {shown}", next_step="ladder skills new")
        return files
    return [read_skill(found_at(place, shown, _kind(place, shown)), offer)]


def _is_place(ref: str) -> bool:
    """Whether people mean a path of the file system and not a name."""
    return "/" in ref or ref.endswith(".md") or Path(ref).is_dir()


def _kind(place: Path, shown: str) -> SkillKind:
    if not os.path.lexists(place):
        raise UsageError(f"there is no file {shown}", next_step="ladder skills list")
    if place.name in SKILL_NAMES:
        return "skill"
    for part in reversed(place.parts[:-1]):
        if part in ("agents", "commands"):
            return "agent" if part == "agents" else "command"
    raise UsageError(
        f"{shown} is no skill",
        why="it is not called SKILL.md and lies below no folder agents or commands",
        next_step="give the path of a SKILL.md",
    )


def _of(file: SkillFile, ordinary: Sequence[Problem], is_strict: bool) -> Sequence[Problem]:
    if is_strict and file.shelf.kind == "skill":
        return strict(file.path, file.shown, Path(file.shelf.boundary))
    return ordinary


def _is_looked_at(entry: SkillEntry) -> bool:
    return entry.state != "hidden" or any(p.rule == "S025" for p in entry.problems)
