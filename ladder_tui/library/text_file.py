"""Reads a file that a stranger may have written: bounded, regular, inside its boundary."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import msgspec


class FileFault(msgspec.Struct, frozen=True):
    """Why a file could not be read, and what to do."""

    kind: str
    """``missing``, ``unreadable``, ``outside``, ``large``, ``binary`` or ``encoding``."""
    message: str
    fix: str
    line: int = 0


def read_bytes(path: Path, boundary: Path, limit: int) -> bytes | FileFault:
    """Bytes of a regular file of at most ``limit`` bytes whose real place is below ``boundary``.

    Never blocks on a pipe or device and follows no symbolic link that leaves the boundary.
    """
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(boundary.resolve()):
            return FileFault(
                "outside", "is a symbolic link that leaves its folder", "put a copy in its place"
            )
        descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return FileFault("missing", "does not exist", "check the name")
    # RuntimeError is how pathlib of Python 3.11 and 3.12 reports a loop of symbolic links;
    # ValueError is a NUL in the name.
    except (OSError, RuntimeError, ValueError) as error:
        return _unreadable(error)
    try:
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return FileFault("unreadable", "is not a regular file", "put a text file here")
            data = file.read(limit + 1)
    except OSError as error:
        return _unreadable(error)
    if len(data) > limit:
        return FileFault("large", f"is over {limit:,} bytes", "split it")
    return data


def read_seen(path: str, limit: int) -> bytes | None:
    """Bytes of a file that was seen to be no link, in a folder that is where it seems to be.

    None where that is not so any more, or anything else is odd: ``read_bytes`` says what.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            return None
        data = os.read(descriptor, status.st_size + 1)
        return data if len(data) == status.st_size else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def decode_text(data: bytes) -> str | FileFault:
    """UTF-8 text with ``\\n`` line ends and without a byte order mark."""
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return FileFault("binary", "holds NUL bytes: not a text file", "put text here", line)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return FileFault("encoding", "is not UTF-8", "save it as UTF-8", line)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unreadable(error: Exception) -> FileFault:
    if isinstance(error, IsADirectoryError):
        return FileFault("unreadable", "is a directory", "put a text file here")
    if isinstance(error, RuntimeError) or getattr(error, "errno", 0) == errno.ELOOP:
        fix = "put a file in the place of the link"
        return FileFault("unreadable", "is a symbolic link that leads back to itself", fix)
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return FileFault("unreadable", f"cannot be read: {reason}", "check the file's permissions")
