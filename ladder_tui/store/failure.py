"""What SQLite reports, as errors that people can act on."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ladder_tui.errors import DatabaseCorruptError, StoreError

_PRIMARY = 0xFF
"""SQLite's extended result codes keep the primary one in the low byte."""

_REASONS: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_FULL: ("the disk is full", "free some space, then try again"),
    sqlite3.SQLITE_READONLY: (
        "the file or its directory cannot be written",
        "check the owner and the permissions of the directory",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the file cannot be opened or created there",
        "check that the directory exists and can be written",
    ),
    sqlite3.SQLITE_PERM: (
        "access was refused",
        "check the owner and the permissions of the directory",
    ),
    sqlite3.SQLITE_BUSY: (
        "another process keeps it locked",
        "try again; if it stays locked, look for another ladder process",
    ),
    sqlite3.SQLITE_LOCKED: ("it is locked", "try again"),
    sqlite3.SQLITE_IOERR: (
        "reading or writing the disk failed",
        "check the disk, its free space and its quota",
    ),
}
RETRYABLE_CODES = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
    }
)
"""Conditions that can pass by themselves or by what the user does meanwhile."""


_MAY_BE_FULL = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
_SHM_BYTES = 32_768
"""Least that SQLite needs beside the database; without it a full disk is an I/O error."""


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _SHM_BYTES
    except OSError:
        return False


def error_code(error: BaseException | None) -> int:
    """Primary SQLite result code of an error or of its cause; 0 where there is none."""
    if isinstance(error, sqlite3.Error):
        return int(getattr(error, "sqlite_errorcode", 0) or 0) & _PRIMARY
    if isinstance(error, StoreError):
        return error_code(error.__cause__)
    return 0


def store_error(path: Path, error: sqlite3.Error) -> StoreError:
    """The error to show for ``error`` on the database at ``path``."""
    code = error_code(error)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatabaseCorruptError(
            f"{path} is damaged or is no database",
            why=str(error),
            next_step="move it away, or put a backup in its place; "
            "authored files are not in it, only the history of runs",
        )
    if code in _MAY_BE_FULL and _is_full(path):
        code = sqlite3.SQLITE_FULL
    reason, next_step = _REASONS.get(code, (str(error), ""))
    why = reason if reason == str(error) else f"{reason} ({error})"
    return StoreError(f"the database {path} cannot be used", why=why, next_step=next_step)


def os_error(path: Path, error: OSError) -> StoreError:
    """The error to show where the file system refuses ``path``."""
    return StoreError(
        f"the database {path} cannot be used",
        why=error.strerror or str(error),
        next_step="check that the directory exists, can be written, and has space",
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise StoreError in the place of SQLite's and the operating system's errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(path, error) from error
    except OSError as error:
        raise os_error(path, error) from error
