"""Deleted skills are kept until somebody wants them back.

Those of the project in ``.ladder/trash``, those of the user in the user's state: a repository that
somebody else wrote may have brought a trash of its own, out of which nothing may come into the
user's home.
"""

from __future__ import annotations

import secrets
import shutil
import time
from pathlib import Path

import msgspec

from ladder_tui.config import user_home, user_state
from ladder_tui.domain.skill import SkillKind
from ladder_tui.errors import StoreError, UsageError
from ladder_tui.library.skill_folder import path_fault
from ladder_tui.library.skill_place import AGENT_PLACE, COMMAND_PLACE, SKILL_PLACES
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_folder import own_place, private_folder, require_free
from ladder_tui.workbench.skill_target import SkillTarget, find_target
from ladder_tui.workbench.skill_version import SkillVersions

_RECORD = "deleted.json"
_CONTENT = "content"
_HOME = "~/"
_PLACES = (*SKILL_PLACES, AGENT_PLACE, COMMAND_PLACE)


class Deleted(msgspec.Struct, frozen=True):
    """What was deleted, and where it was."""

    token: str
    """Names it for ``restore``."""
    name: str
    kind: SkillKind
    shown: str
    at: float


class SkillTrash:
    """Moves skills away and back."""

    def __init__(self, project: Project, versions: SkillVersions) -> None:
        self._project = project
        self._versions = versions

    def delete(self, path: str) -> str:
        """Move a skill's folder, or an agent's or command's file, to the trash.

        Returns the token for ``restore``. A symbolic link is moved, not what it names. Raises
        UsageError, ReadOnlyError for what ships or belongs to a plugin, StoreError.
        """
        target = find_target(self._project, path)
        target.require_writable()
        self._versions.record([target])
        return self.put_away(target).token

    def put_away(self, target: SkillTarget) -> Deleted:
        """Move a file of the library away. Raises StoreError."""
        place = target.folder or target.file
        now = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
        token = f"{stamp}-{place.stem[:60]}-{secrets.token_hex(2)}"
        deleted = Deleted(token, target.name, target.kind, target.shown, now)
        folder = private_folder(self._folder(target.shown)) / token
        try:
            folder.mkdir()
            (folder / _RECORD).write_bytes(msgspec.json.encode(deleted))
            shutil.move(place, folder / _CONTENT)
        except OSError as error:
            raise StoreError(
                f"{target.shown} was not deleted",
                why=error.strerror or str(error),
                next_step="fix the permissions, then delete it again",
            ) from error
        return deleted

    def restore(self, token: str) -> str:
        """Move back what was deleted under ``token``, or last under a name; returns its path.

        Raises UsageError when there is no such thing, or something else has its place by now.
        """
        deleted = self._find(token)
        place = self._place(deleted)
        require_free(place, deleted.shown)
        folder = self._folder(deleted.shown) / deleted.token
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder / _CONTENT, place)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError as error:
            raise StoreError(
                f"{deleted.shown} was not restored",
                why=error.strerror or str(error),
                next_step=f"it is in {folder}",
            ) from error
        return deleted.shown

    def list(self) -> list[Deleted]:
        """What can be restored, newest first."""
        records = [
            (path, is_home)
            for is_home in (False, True)
            for path in self._folder(_HOME if is_home else "").glob(f"*/{_RECORD}")
        ]
        found = [deleted for path, home in records if (deleted := _read(path, is_home=home))]
        return sorted(found, key=lambda d: (-d.at, d.token))

    def _folder(self, shown: str) -> Path:
        if shown.startswith(_HOME):
            return user_state() / "trash"
        return self._project.directory / "trash"

    def _place(self, deleted: Deleted) -> Path:
        """Where it was, by its path as people see it. Raises UsageError."""
        home = user_home()
        is_home = deleted.shown.startswith(_HOME)
        if is_home and home is None:
            raise UsageError(
                f"{deleted.shown} cannot be restored", why="there is no home directory"
            )
        top = home if is_home and home is not None else self._project.root
        file = own_place(top, deleted.shown.removeprefix(_HOME))
        return file.parent if deleted.kind == "skill" else file

    def _find(self, token: str) -> Deleted:
        kept = self.list()
        for deleted in kept:
            if token in (deleted.token, deleted.name, deleted.shown):
                return deleted
        raise UsageError(
            f'nothing was deleted as "{token}"',
            why="there: " + (", ".join(d.token for d in kept[:5]) or "nothing is in the trash"),
            next_step="ladder skills restore, without a name, lists what is there",
        )


def _read(path: Path, *, is_home: bool) -> Deleted | None:
    """A record that says what the place of its folder allows; None for any other."""
    try:
        deleted = msgspec.json.decode(path.read_bytes(), type=Deleted)
    except (OSError, msgspec.DecodeError):
        return None
    below = deleted.shown.removeprefix(_HOME)
    is_good = (
        deleted.token == path.parent.name
        and deleted.shown.startswith(_HOME) == is_home
        and not path_fault(below)
        and below.startswith(tuple(f"{place}/" for place in _PLACES))
    )
    return deleted if is_good else None
