"""Which file people mean by a name or a path as they see it, and whether it may be written."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import Skill, SkillKind, SkillOrigin
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.skill_file import SKILL_LIMIT, SkillFile
from ladder_tui.library.text_file import FileFault, decode_text, read_bytes
from ladder_tui.workbench.project import Project

WRITABLE: frozenset[SkillOrigin] = frozenset({"project", "user"})
_WHOSE = {"shipped": "ships with Ladder", "plugin": "belongs to a plugin"}


class ReadOnlyError(UsageError):
    """The file belongs to somebody else; a copy of one's own can be written."""


class SkillTarget(msgspec.Struct, frozen=True):
    """One Markdown file of the library."""

    shown: str
    """Its path as people see it."""
    file: Path
    name: str
    kind: SkillKind
    origin: SkillOrigin
    skill: Skill | None = None
    """None where the file is broken."""

    @property
    def folder(self) -> Path | None:
        """The folder of a skill; None for an agent or command, which is a file alone."""
        return self.file.parent if self.kind == "skill" else None

    def read(self) -> bytes:
        """The file as it is on disk, which is text. Raises InvalidFileError where it is none."""
        found = read_bytes(self.file, self.file.parent, SKILL_LIMIT)
        if not isinstance(found, FileFault):
            text = decode_text(found)
            if not isinstance(text, FileFault):
                return found
            found = text
        problem = Problem(self.shown, found.line, "S004", found.message, found.fix)
        raise InvalidFileError(f"{self.shown} cannot be opened", [problem])

    def require_writable(self) -> None:
        """Raises ReadOnlyError for what ships or belongs to a plugin."""
        if self.origin not in WRITABLE:
            raise ReadOnlyError(
                f"{self.shown} is read-only",
                why=f"it {_WHOSE[self.origin]}",
                next_step=f"make a copy of your own: ladder skills duplicate {self.name} NEW-NAME",
            )


def find_target(project: Project, ref: str) -> SkillTarget:
    """The file that ``ref`` names: its path as shown, else the name of what is used under it.

    Raises UsageError with the nearest name.
    """
    known = project.library.file(ref)
    if known is not None:
        return _target(known)
    targets = all_targets(project)
    for target in targets:
        if target.shown == ref:
            return target
    for target in targets:
        if target.name == ref:
            return target
    hint = name_hint(ref, (t.name for t in targets))
    raise UsageError(
        f'there is no skill "{ref}"',
        why=hint or "no skill of that name or path is in the library",
        next_step="ladder skills list",
    )


def all_targets(project: Project) -> list[SkillTarget]:
    """Every file of the library, the strongest of each name first."""
    return [_target(file) for file in project.library.files()]


def _target(file: SkillFile) -> SkillTarget:
    return SkillTarget(
        shown=file.shown,
        file=file.path,
        name=file.name,
        kind=file.shelf.kind,
        origin=file.shelf.origin,
        skill=file.skill,
    )
