"""Opens regular files below a directory, and nothing else.

Standard library only: the search worker imports this without site-packages.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from io import BufferedReader

BINARY_PROBE = 8192
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Non-blocking: a FIFO put there after the check must not hold us up.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class NotRegularError(OSError):
    """There is something of this name, and it is no regular file."""


def open_beneath(root: str, relative: str) -> BufferedReader:
    """Open ``relative`` (no ``..``, no symlinks) below ``root`` for reading.

    Goes down one component at a time from a descriptor and never follows a symlink, so that a
    link swapped in after the path was checked is refused and not followed. Raises OSError;
    NotRegularError for a directory, device, socket or FIFO.
    """
    *folders, name = relative.split("/")
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in folders:
            below = os.open(part, _DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = below
        # Looked at first: opening a device can have effects.
        _require_regular(os.stat(name, dir_fd=folder, follow_symlinks=False), relative)
        descriptor = os.open(name, _FILE, dir_fd=folder)
    finally:
        os.close(folder)
    try:
        _require_regular(os.fstat(descriptor), relative)
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def is_binary(file: BufferedReader) -> bool:
    """Say whether the first bytes hold a NUL, as git and grep do; the position is kept."""
    return b"\0" in file.peek(BINARY_PROBE)[:BINARY_PROBE]


def read_lines(file: BufferedReader, limit: int) -> Iterator[tuple[bytes, bool]]:
    """Yield each line without its end, at most ``limit`` bytes of it, and whether it was cut."""
    while line := file.readline(limit + 1):
        is_cut = len(line) > limit and not line.endswith(b"\n")
        rest = line
        while is_cut and not rest.endswith(b"\n"):
            rest = file.readline(65536)
            if not rest:
                break
        yield (line[:limit] if is_cut else line.rstrip(b"\r\n")), is_cut


def _require_regular(status: os.stat_result, relative: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotRegularError(f"{relative} is not a regular file")
