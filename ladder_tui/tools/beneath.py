"""Opens regular files below a directory, and nothing else.

Standard library only: the search worker imports this without site-packages.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from io import BufferedReader

BINARY_PROBE = 8192
BLOCK = 1024 * 1024
MAX_FILE_BYTES = 128 * 1024 * 1024
"""How far into a file anything looks."""
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


def skip_lines(file: BufferedReader, count: int, max_bytes: int) -> int:
    """Go ``count`` lines on from the start; return how many lines there were, at most ``count``.

    Looks at no more than ``max_bytes``.
    """
    skipped = position = 0
    block = b"\n"
    while position < max_bytes:
        before, block = block, file.read(BLOCK)
        if not block:
            return skipped + (not before.endswith(b"\n"))
        lines = block.count(b"\n")
        if skipped + lines >= count:
            file.seek(position)
            for _ in range(count - skipped):
                file.readline()
            return count
        skipped += lines
        position += len(block)
    return skipped


def read_lines(file: BufferedReader, limit: int, max_bytes: int) -> Iterator[tuple[bytes, bool]]:
    """Yield each line without its end, at most ``limit`` bytes of it, and whether it was cut.

    Stops past ``max_bytes`` of the file, within a line too.
    """
    end = file.tell() + max_bytes
    while file.tell() < end and (line := file.readline(limit + 1)):
        is_cut = len(line) > limit and not line.endswith(b"\n")
        rest = line
        while is_cut and not rest.endswith(b"\n") and file.tell() < end:
            rest = file.readline(BLOCK)
            if not rest:
                break
        yield (line[:limit] if is_cut else line.rstrip(b"\r\n")), is_cut


def read_blocks(file: BufferedReader, max_bytes: int) -> Iterator[tuple[bytes, bool]]:
    """Yield whole lines, about 1 MiB of them at a time, and whether the last one was cut.

    A line is cut past the end of its block. Stops past ``max_bytes``.
    """
    end = file.tell() + max_bytes
    while file.tell() < end and (block := file.read(BLOCK)):
        rest = b"" if block.endswith(b"\n") else file.readline(BLOCK)
        is_cut = len(rest) == BLOCK and not rest.endswith(b"\n")
        yield block + rest, is_cut
        while is_cut and file.tell() < end and not rest.endswith(b"\n"):
            rest = file.readline(BLOCK)
            if not rest:
                return


def _require_regular(status: os.stat_result, relative: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise NotRegularError(f"{relative} is not a regular file")
