"""All skills of a repository: its own and those that ship."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill
from ladder_tui.errors import UsageError
from ladder_tui.library.location import Shelf, skill_shelves
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.skill_file import SKILL_NAME, SkillFile, read_skill

MAX_FOLDERS = 10_000


def read_skills(root: Path, gates: Collection[str] | None = None) -> list[SkillFile]:
    """Every skill folder for the repository at ``root``, usable or not, the strongest shelf first.

    A folder is a skill when it holds a SKILL.md; skills that a stronger one of the same name hides
    are left out. ``gates`` are the evidence gates that exist; None leaves the names unchecked.
    """
    found: list[SkillFile] = []
    first: dict[str, SkillFile] = {}
    for shelf in skill_shelves(root):
        for folder in _folders(shelf):
            shown = f"{shelf.prefix}/{folder.name}"
            file = read_skill(folder, shown, shelf.origin, shelf.boundary, gates)
            name = file.skill.name if file.skill else folder.name
            other = first.setdefault(name, file)
            if other is file:
                found.append(file)
            elif other.origin == file.origin:
                found.append(_twin(file, name, other))
    return found


def list_skills(
    root: Path, gates: Collection[str] | None = None
) -> tuple[list[Skill], list[Problem]]:
    """Usable skills by name, and the problems of all, errors and warnings. See ``read_skills``."""
    files = read_skills(root, gates)
    skills = sorted((f.skill for f in files if f.skill is not None), key=lambda s: s.name)
    return skills, [problem for file in files for problem in file.problems]


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


def _folders(shelf: Shelf) -> list[Path]:
    try:
        entries = sorted(shelf.directory.iterdir())
    except OSError:
        # No such shelf, or one that may not be read: there is nothing to list.
        return []
    return [entry for entry in entries if _is_skill(entry)][:MAX_FOLDERS]


def _is_skill(folder: Path) -> bool:
    try:
        return (folder / SKILL_NAME).is_symlink() or (folder / SKILL_NAME).exists()
    except OSError:
        # Not to be looked into; reading it says why.
        return folder.is_dir()


def _twin(file: SkillFile, name: str, other: SkillFile) -> SkillFile:
    problem = Problem(
        file.shown, 1, "S025", f'another skill is called "{name}": {other.shown}', "rename one"
    )
    return SkillFile(
        file.folder, file.shown, file.origin, None, (*file.problems, problem), file.data
    )
