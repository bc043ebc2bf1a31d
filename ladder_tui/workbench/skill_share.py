"""Takes over skills that others share: fetched, shown, pinned, and updated after a look."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ladder_tui.config import environment
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill_entry import StagedSkill
from ladder_tui.errors import InvalidFileError, LadderError, UsageError
from ladder_tui.library.frontmatter import parse_frontmatter
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.skill_folder import FolderFile, folder_hash, read_folder
from ladder_tui.library.skill_header import is_skill_name
from ladder_tui.library.skill_lock import LOCK_PATH, Pin, lock_text, read_lock
from ladder_tui.library.skill_walk import SKILL_NAME
from ladder_tui.library.text_file import FileFault, decode_text
from ladder_tui.store.lock import FileLock
from ladder_tui.workbench.authored_file import ConflictError, write_authored
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_draft import PLACES
from ladder_tui.workbench.skill_folder import own_place, write_folder
from ladder_tui.workbench.skill_source import (
    Shared,
    SharedSkill,
    fetch_shared,
    kept_source,
)
from ladder_tui.workbench.skill_stage import SkillStage, StageRecord, folder_diff
from ladder_tui.workbench.skill_target import SkillTarget
from ladder_tui.workbench.skill_trash import Deleted, SkillTrash
from ladder_tui.workbench.skill_version import SkillVersions

LOCK_WAIT_S = 10.0


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
        shared = fetch_shared(self._project.root, kept, ref, environment(), ())
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
        target = self._target(record.name)
        is_first = not self._project.has_own()
        with self._alone():
            pins = self._pins()
            fault = self._fault(record.name, record.pin, pins)
            if fault is not None and not is_forced:
                raise ConflictError(fault.message, why="it would be lost", next_step=fault.fix)
            self._replace(target, files, {**pins, record.name: record.pin})
        if is_first:
            # Nothing in the repository is a stranger's that was not looked at.
            self._project.trust.trust(self._project.root)
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
        staged, failures = self.update_all([name])
        for error in failures.values():
            raise error
        return staged[0] if staged else None

    def update_all(
        self, names: Sequence[str] = ()
    ) -> tuple[Sequence[StagedSkill], Mapping[str, LadderError]]:
        """Fetch pinned skills again, by default all that are here, each source once. Blocks.

        Returns those that changed at their source, and by name what could not be looked at.
        Raises InvalidFileError for a lock file that cannot be used.
        """
        pins = self._pins()
        staged: list[StagedSkill] = []
        failures: dict[str, LadderError] = {}
        for (source, ref), group in _by_source(pins, names or self.pinned(), failures).items():
            folders = [pins[name].folder for name in group]
            try:
                shared = fetch_shared(self._project.root, source, ref, environment(), folders)
            except LadderError as error:
                failures |= dict.fromkeys(group, error)
                continue
            found = {skill.folder: skill for skill in shared.skills}
            for name in group:
                skill = found.get(pins[name].folder)
                if skill is None:
                    failures[name] = _gone(name, pins[name])
                elif skill.problems or folder_hash(skill.files) != pins[name].files:
                    staged.append(self._staged(shared, skill, name))
        return staged, failures

    def pinned(self) -> Sequence[str]:
        """Names of the skills that were added and are still here. Raises InvalidFileError."""
        return sorted(name for name in self._pins() if self._place(name).exists())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold what two at once would lose a pin over. Raises UsageError where another goes on."""
        lock = FileLock(self._project.lock_path("skills"))
        lock.path.parent.mkdir(parents=True, exist_ok=True)
        if not lock.acquire(wait_s=LOCK_WAIT_S):
            raise UsageError(
                "another ladder is taking over skills here",
                why=f"it has not ended in {LOCK_WAIT_S:.0f} s",
                next_step="try again when it has ended",
            )
        try:
            yield
        finally:
            lock.release()

    def _replace(
        self, target: SkillTarget, files: Sequence[FolderFile], pins: dict[str, Pin]
    ) -> None:
        """Put files in the place of a skill, which goes to the trash, and write the lock file."""
        place = target.file.parent
        away: list[Deleted] = []

        def make_way() -> None:
            if place.exists():
                away.append(self._trash.put_away(target))

        try:
            write_folder(place, files, make_way)
            try:
                write_authored(self._project.root / LOCK_PATH, lock_text(pins).encode())
            except LadderError:
                shutil.rmtree(place, ignore_errors=True)
                raise
        except LadderError:
            for deleted in away:
                self._trash.restore(deleted.token)
            raise

    def _staged(self, shared: Shared, skill: SharedSkill, name: str = "") -> StagedSkill:
        name = name or _name(skill, shared.source)
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
            problems += [*self._replaced(name), *self._problems(token, name)]
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

    def _replaced(self, name: str) -> list[Problem]:
        """Which skill from elsewhere would no longer be used under the name."""
        shown = self._target(name).shown
        message = "will be used instead of"
        fix = "leave it out where that is not what you want"
        return [
            Problem(shown, 0, "S063", f"{message} {entry.path}", fix, "warning")
            for entry in self._project.library.entries()
            if entry.name == name and entry.path != shown and entry.state in ("usable", "untrusted")
        ]

    def _problems(self, token: str, name: str) -> list[Problem]:
        """What the lint says of a staged skill, by the path that it will have in its folder."""
        file = self._stage.file(token, f"{name}/{SKILL_NAME}")
        shown = file.relative_to(self._project.root).as_posix()
        found = self._project.library.read_text(shown, file.read_bytes(), file, "skill")
        cut = shown.removesuffix(f"{name}/{SKILL_NAME}")
        return [
            msgspec.structs.replace(problem, path=problem.path.removeprefix(cut))
            for problem in found.problems
        ]

    def _fault(self, name: str, pin: Pin, pins: dict[str, Pin]) -> Problem | None:
        """Why what is there may not simply be replaced."""
        place = self._place(name)
        if not (place.exists() or place.is_symlink()):
            return None
        shown = f"{PLACES['skill']}/{name}"
        known = pins.get(name)
        force = "look at the diff, then add --force: what is there goes to the trash"
        if known is None:
            return Problem(shown, 0, "S061", f"{shown} is there, and not from {pin.source}", force)
        files, problems = read_folder(place, shown)
        if problems or folder_hash(files) != known.files:
            return Problem(shown, 0, "S061", f"{shown} was edited since it was added", force)
        if (known.source, known.folder) != (pin.source, pin.folder):
            return Problem(shown, 0, "S061", f"{shown} is there, from {known.source}", force)
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


def _by_source(
    pins: dict[str, Pin], names: Sequence[str], failures: dict[str, LadderError]
) -> dict[tuple[str, str], list[str]]:
    """Names by source and ref; those that are not pinned go to the failures."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name in names:
        if name in pins:
            groups.setdefault((pins[name].source, pins[name].ref), []).append(name)
        else:
            failures[name] = UsageError(
                f'"{name}" was not added from elsewhere',
                why=name_hint(name, pins) or "no skill was",
                next_step="ladder skills add SOURCE",
            )
    return groups


def _gone(name: str, pin: Pin) -> UsageError:
    return UsageError(
        f"{pin.source} does not hold {name} any more",
        why=f"it was at {pin.folder or 'its top'}",
        next_step=f"keep it as it is, or: ladder skills rm {name}",
    )


def _name(skill: SharedSkill, source: str) -> str:
    """The name that a skill gets here: what it says, else what its folder is called."""
    data = next((file.data for file in skill.files if file.path == SKILL_NAME), b"")
    text = decode_text(data)
    said = "" if isinstance(text, FileFault) else parse_frontmatter(text).fields.get("name")
    if isinstance(said, str) and is_skill_name(said):
        return said
    folder = (skill.folder or source).rstrip("/").removesuffix(".git").rpartition("/")[2]
    return re.sub(r"[^a-z0-9]+", "-", folder.lower())[:64].strip("-") or "skill"
