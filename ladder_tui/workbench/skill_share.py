"""Takes over skills that others share: fetched, shown, pinned, and updated after a look."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

from ladder_tui.config import environment
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill_entry import StagedSkill
from ladder_tui.errors import InvalidFileError, LadderError, UsageError
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.skill_file import is_skill_name
from ladder_tui.library.skill_folder import folder_hash, read_folder
from ladder_tui.library.skill_lock import LOCK_PATH, Pin, lock_text, read_lock
from ladder_tui.workbench.authored_file import ConflictError, write_authored
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_draft import PLACES
from ladder_tui.workbench.skill_folder import own_place, write_folder
from ladder_tui.workbench.skill_source import (
    SKILL_NAME,
    Shared,
    SharedSkill,
    fetch_shared,
    kept_source,
)
from ladder_tui.workbench.skill_stage import SkillStage, StageRecord, folder_diff
from ladder_tui.workbench.skill_target import SkillTarget
from ladder_tui.workbench.skill_trash import SkillTrash
from ladder_tui.workbench.skill_version import SkillVersions


class SkillShares:
    """Skills of others in this repository, and the lock file that says where they are from."""

    def __init__(self, project: Project, versions: SkillVersions, trash: SkillTrash) -> None:
        self._project = project
        self._versions = versions
        self._trash = trash
        self._stage = SkillStage(project)

    def stage(self, source: str, cwd: Path) -> Sequence[StagedSkill]:
        """Fetch the skills of a folder or repository and keep them apart, to be looked at.

        ``cwd`` is what a relative path is relative to. Blocks. Raises UsageError, GitError or
        StoreError.
        """
        kept, ref = kept_source(self._project.root, cwd, source)
        shared = fetch_shared(self._project.root, kept, ref, environment(), "")
        return [self._staged(shared, skill) for skill in shared.skills]

    def accept(self, token: str, *, is_forced: bool = False) -> str:
        """Take over what was staged, pin it, and return the path of its SKILL.md.

        What was there goes to the trash. Raises ConflictError where that was edited here or is
        from elsewhere, unless ``is_forced``; InvalidFileError for what is refused; UsageError,
        StoreError.
        """
        record, files = self._stage.take(token)
        if record.refusals:
            raise InvalidFileError(f"{record.name} is not taken over", record.refusals)
        pins = self._pins()
        place = self._place(record.name)
        fault = self._fault(record.name, record.pin, pins)
        if fault is not None and not is_forced:
            raise ConflictError(fault.message, why="it would be lost", next_step=fault.fix)
        target = self._target(record.name)
        away = self._trash.put_away(target) if place.exists() else None
        try:
            write_folder(place, files)
            pins[record.name] = record.pin
            write_authored(self._project.root / LOCK_PATH, lock_text(pins).encode())
        except LadderError:
            if away is not None and not place.exists():
                self._trash.restore(away.token)
            raise
        self._versions.record([target])
        self._stage.drop(token)
        return target.shown

    def drop(self, token: str) -> None:
        """Forget what was staged. Raises UsageError for what is no token."""
        self._stage.drop(token)

    def update(self, name: str) -> StagedSkill | None:
        """Fetch a pinned skill again; None when nothing changed at its source. Blocks.

        Raises UsageError for a skill that is not pinned or that its source dropped, GitError.
        """
        pins = self._pins()
        pin = pins.get(name)
        if pin is None:
            raise UsageError(
                f'"{name}" was not added from elsewhere',
                why=name_hint(name, pins) or "no skill was",
                next_step="ladder skills add SOURCE",
            )
        shared = fetch_shared(self._project.root, pin.source, pin.ref, environment(), pin.folder)
        skill = shared.skills[0]
        if not skill.problems and folder_hash(skill.files) == pin.files:
            return None
        return self._staged(shared, skill, name)

    def pinned(self) -> Sequence[str]:
        """Names of the skills that were added. Raises InvalidFileError."""
        return sorted(self._pins())

    def _staged(self, shared: Shared, skill: SharedSkill, name: str = "") -> StagedSkill:
        found = self._project.library.read_text(
            f"{skill.folder or shared.source}/{SKILL_NAME}",
            next((f.data for f in skill.files if f.path == SKILL_NAME), b""),
            self._project.root / PLACES["skill"] / "staged" / SKILL_NAME,
            "skill",
        )
        name = name or _name(found.name, skill.folder or shared.source)
        now = time.time()
        pin = Pin(
            source=shared.source,
            ref=shared.ref,
            folder=skill.folder,
            commit=shared.commit,
            files=folder_hash(skill.files),
            added=time.strftime("%Y-%m-%d", time.gmtime(now)),
        )
        token = self._stage.put(StageRecord(name, pin, skill.problems), skill.files, now)
        place = self._place(name)
        old = read_folder(place, name)[0] if place.is_dir() else []
        fault = self._fault(name, pin, self._pins())
        problems = [*skill.problems, *([fault] if fault else [])]
        if not skill.problems:
            problems += found.problems
        return StagedSkill(
            name=name,
            source=shared.source,
            commit=pin.commit or pin.files,
            stage=token,
            diff=folder_diff(old, skill.files),
            files=tuple(file.path for file in skill.files),
            problems=tuple(problems),
            is_new=not place.exists(),
        )

    def _fault(self, name: str, pin: Pin, pins: dict[str, Pin]) -> Problem | None:
        """Why what is there may not simply be replaced."""
        place = self._place(name)
        if not (place.exists() or place.is_symlink()):
            return None
        shown = f"{PLACES['skill']}/{name}"
        known = pins.get(name)
        force = "look at the diff, then add --force: what is there goes to the trash"
        if known is None:
            return Problem(shown, 0, "S041", f"{shown} is there, and not from {pin.source}", force)
        files, problems = read_folder(place, shown)
        if problems or folder_hash(files) != known.files:
            return Problem(shown, 0, "S041", f"{shown} was edited since it was added", force)
        if (known.source, known.folder) != (pin.source, pin.folder):
            return Problem(shown, 0, "S041", f"{shown} is there, from {known.source}", force)
        return None

    def _pins(self) -> dict[str, Pin]:
        pins, problems = read_lock(self._project.root)
        if problems:
            raise InvalidFileError(f"{LOCK_PATH} cannot be used", problems)
        return pins

    def _place(self, name: str) -> Path:
        return own_place(self._project.root, f"{PLACES['skill']}/{name}")

    def _target(self, name: str) -> SkillTarget:
        shown = f"{PLACES['skill']}/{name}/{SKILL_NAME}"
        return SkillTarget(shown, self._place(name) / SKILL_NAME, name, "skill", "project")


def _name(said: str, folder: str) -> str:
    """The name that a skill gets here: what it says, else what its folder is called."""
    if is_skill_name(said):
        return said
    last = re.sub(r"[^a-z0-9]+", "-", folder.rstrip("/").rpartition("/")[2].lower()).strip("-")
    return last[:64].strip("-") or "skill"
