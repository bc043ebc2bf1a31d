"""Deleted skills are kept in ``.ladder/trash`` until somebody wants them back."""

from __future__ import annotations

import secrets
import shutil
import time
from pathlib import Path

import msgspec

from ladder_tui.errors import StoreError, UsageError
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_folder import private_folder, require_free
from ladder_tui.workbench.skill_target import SkillTarget, find_target
from ladder_tui.workbench.skill_version import SkillVersions

_RECORD = "deleted.json"
_CONTENT = "content"


class Deleted(msgspec.Struct, frozen=True):
    """What was deleted, and where it was."""

    token: str
    """Names it for ``restore``."""
    name: str
    shown: str
    place: str
    """Absolute path of the folder or file that was moved away."""
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
        token = f"{stamp}-{target.name[:60]}-{secrets.token_hex(2)}"
        deleted = Deleted(token, target.name, target.shown, str(place.absolute()), now)
        folder = private_folder(self._project.directory / "trash") / token
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
        place = Path(deleted.place)
        require_free(place, deleted.shown)
        folder = self._project.directory / "trash" / deleted.token
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
        records = (self._project.directory / "trash").glob(f"*/{_RECORD}")
        found = [deleted for path in records if (deleted := _read(path)) is not None]
        return sorted(found, key=lambda d: (-d.at, d.token))

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


def _read(path: Path) -> Deleted | None:
    try:
        deleted = msgspec.json.decode(path.read_bytes(), type=Deleted)
    except (OSError, msgspec.DecodeError):
        return None
    # The folder says which record it is: a record that was copied must not name another one.
    return deleted if deleted.token == path.parent.name else None
