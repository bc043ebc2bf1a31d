"""Writes folders of skills whole or not at all, and keeps what was deleted."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ladder_tui.errors import InvalidFileError, StoreError, UsageError
from ladder_tui.library.skill_folder import FolderFile, read_folder
from ladder_tui.library.skill_header import is_skill_name
from ladder_tui.library.skill_walk import SKILL_NAME
from ladder_tui.workbench.authored_file import NEW_FILE_MODE

EXECUTABLE_MODE = 0o755
_IGNORE_ALL = "*\n"


def require_name(name: str) -> None:
    """Raises UsageError for a name that is not kebab case of at most 64 characters."""
    if not is_skill_name(name):
        raise UsageError(
            f"{name!r} is no name for a skill",
            why="a name is kebab case, at most 64 characters: a-z, 0-9 and single hyphens",
            next_step="choose another, for example review-api",
        )


def require_free(path: Path, shown: str) -> None:
    """Raises UsageError when something is there already."""
    if path.is_symlink() or path.exists():
        raise UsageError(f"{shown} exists already", next_step="choose another name")


def own_place(root: Path, shown: str) -> Path:
    """Where a file of the repository's own goes.

    Raises UsageError where a symbolic link on the way leads out of the repository.
    """
    place = root / shown
    if not place.parent.resolve().is_relative_to(root.resolve()):
        raise UsageError(
            f"{place.parent} is a link that leads out of the repository",
            next_step="put a directory in its place",
        )
    return place


def copied_files(folder: Path, shown: str) -> list[FolderFile]:
    """Every file of a folder for a copy. Raises InvalidFileError for what may not be copied."""
    files, problems = read_folder(folder, shown)
    if problems:
        raise InvalidFileError(f"{shown} cannot be copied", problems)
    return files


def write_folder(
    folder: Path, files: Sequence[FolderFile], make_way: Callable[[], None] | None = None
) -> None:
    """Make a new folder with files, whole or not at all; paths must have been checked.

    ``make_way`` moves away what has its place, at the last moment. Raises UsageError when
    something is in its place, StoreError when it cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:60]}."))
        try:
            made.chmod(0o755)
            # SKILL.md last: what a kill leaves behind is then no skill.
            for file in sorted(files, key=lambda file: file.path == SKILL_NAME):
                path = made / file.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.data)
                path.chmod(EXECUTABLE_MODE if file.is_executable else NEW_FILE_MODE)
            if make_way is not None:
                make_way()
            require_free(folder, folder.name)
            made.rename(folder)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as error:
        raise StoreError(
            f"{folder.name} was not written",
            why=error.strerror or str(error),
            next_step="make room or fix the permissions; nothing was changed",
        ) from error


def private_folder(folder: Path) -> Path:
    """Make a folder whose content git never sees, and return it.

    Raises UsageError where a symbolic link is in its place, StoreError when it cannot be made.
    """
    require_real(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text(_IGNORE_ALL, encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"{folder.name} cannot be made",
            why=error.strerror or str(error),
            next_step="make room or fix the permissions",
        ) from error
    return folder


def require_real(folder: Path) -> None:
    """Raises UsageError where a symbolic link is in the place of one of our own folders.

    A repository may have brought it: what we write and clear away would be somewhere else.
    """
    if folder.is_symlink():
        raise UsageError(
            f"{folder} is a symbolic link", why="it could lead anywhere", next_step="remove it"
        )
