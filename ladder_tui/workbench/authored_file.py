"""Files that people author: written whole or not at all, and never over somebody else's text."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.errors import StoreError, UsageError
from ladder_tui.library.whole_file import write_whole

NEW_FILE_MODE = 0o644


class ConflictError(UsageError):
    """The file changed on disk since it was read; nothing was written."""


def conflict(shown: str, *, is_gone: bool) -> ConflictError:
    """The error for a file that is not as it was when it was opened."""
    what = "was deleted" if is_gone else "was changed by somebody else"
    return ConflictError(
        f"{shown} {what}",
        why="it is not as it was when you opened it",
        next_step="reload it, or save again to overwrite",
    )


def modified_ns(path: Path) -> int:
    """Modification time of a file in ns; 0 where there is none. Raises StoreError."""
    try:
        return path.stat().st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        raise unwritable(path, error) from error


def encoded(name: str, text: str) -> bytes:
    """UTF-8 of a text. Raises UsageError for text that has none."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{name} was not saved: its text is not valid Unicode",
            why=str(error),
            next_step="remove that character",
        ) from error


def write_authored(path: Path, data: bytes) -> int:
    """Write a file whole or not at all and return its modification time in ns.

    Its mode stays; missing folders are made. Raises StoreError.
    """
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else NEW_FILE_MODE
        return write_whole(path, data, mode)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> StoreError:
    """The error for a file that the system does not let us write."""
    return StoreError(
        f"{path.name} was not saved",
        why=error.strerror or str(error),
        next_step="make room or fix the permissions, then save again; nothing was changed",
    )
