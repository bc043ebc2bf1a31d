"""Source files read once per gate run: lines for quotes, symbols for fingerprints."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path, PurePosixPath

from ladder_tui.gates.symbol import SymbolIndex

MAX_BYTES = 1_000_000
"""Files above this are not analysed: generated or data, and they cost more than they tell."""

NEWLINE = re.compile("\r\n|\r|\n")
"""What Python and the tools count as a line end; ``str.splitlines`` splits on more."""

PYTHON_SUFFIXES = (".py", ".pyi")


def locate(root: Path, path: str) -> Path | None:
    """Return the regular file ``path`` names below ``root``, or None.

    None for absolute paths, ``..``, symbolic links anywhere on the way that lead out of the
    root, devices and anything that does not exist.
    """
    relative = PurePosixPath(path)
    if not path or "\0" in path or relative.is_absolute() or ".." in relative.parts:
        return None
    try:
        base = root.resolve(strict=True)
        target = (base / relative).resolve(strict=True)
        is_regular = stat.S_ISREG(target.stat().st_mode)
    except (OSError, RuntimeError, ValueError):  # RuntimeError: a loop of links before 3.13
        return None
    return target if is_regular and target.is_relative_to(base) else None


def read_regular(target: Path, limit: int) -> bytes:
    """Return at most ``limit`` bytes of a file, never through a link and never waiting.

    Raises OSError, also when a pipe or device has taken the place of a file.
    """
    descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return stream.read(limit)


def read_text(root: Path, path: str) -> str | None:
    """Return the text of a file, without its byte order mark; None when it cannot be read.

    None also for files over ``MAX_BYTES`` and for those that are not UTF-8.
    """
    target = locate(root, path)
    if target is None:
        return None
    try:
        data = read_regular(target, MAX_BYTES + 1)
        return None if len(data) > MAX_BYTES else data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


class SourceCache:
    """Lines and symbols of the files of one root; each file is read and parsed at most once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lines: dict[str, tuple[str, ...]] = {}
        self._symbols: dict[str, SymbolIndex] = {}

    def lines(self, path: str) -> tuple[str, ...]:
        """Return the lines of a file without line ends; empty when it cannot be read."""
        if path not in self._lines:
            text = read_text(self._root, path)
            self._lines[path] = () if text is None else tuple(NEWLINE.split(text))
        return self._lines[path]

    def line(self, path: str, number: int) -> str:
        """Return the 1-based line, empty where there is none."""
        lines = self.lines(path)
        return lines[number - 1] if 1 <= number <= len(lines) else ""

    def symbol(self, path: str, number: int) -> str:
        """Return the qualified name of the function or class around a 1-based line."""
        if not path.endswith(PYTHON_SUFFIXES):
            return ""
        if path not in self._symbols:
            self._symbols[path] = SymbolIndex("\n".join(self.lines(path)))
        return self._symbols[path].at(number)


def source_lines(root: Path, path: str, line: int, context: int) -> list[tuple[int, str]]:
    """Return the numbered lines around a place; empty when the file cannot be read."""
    lines = SourceCache(root).lines(path)
    first = max(1, line - context)
    return [(n, lines[n - 1]) for n in range(first, min(len(lines), line + context) + 1)]
