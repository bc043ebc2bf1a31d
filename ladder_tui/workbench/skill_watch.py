"""Notices that files of the library changed, cheap enough to be asked once a second."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

MAX_DEPTH = 8
MAX_ENTRIES = 100_000
_SKIPPED = frozenset({".git", "node_modules", ".venv", "__pycache__"})


class SkillWatch:
    """Remembers how the directories looked, and when that was last another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark: int | None = None
        self._changed_at = 0.0

    def changed_at(self, directories: Sequence[Path]) -> float:
        """When something below the directories last changed, Unix seconds.

        At first the newest modification time. Later it grows whenever a file or folder is added,
        removed or written, also when that leaves an older time behind. Opens no file.
        """
        look = _Look()
        look.run(directories)
        now = time.time()
        with self._lock:
            if self._mark is None:
                self._changed_at = min(look.newest_ns / 1e9, now)
            elif look.mark != self._mark:
                self._changed_at = max(now, self._changed_at + 1e-3)
            self._mark = look.mark
            return self._changed_at


class _Look:
    """One pass over the directories."""

    def __init__(self) -> None:
        self.mark = 0
        """Of all entries together, whatever their order."""
        self.newest_ns = 0
        self.seen = 0
        self.visited: set[tuple[int, int]] = set()
        self.waiting: list[tuple[str, int]] = []

    def run(self, directories: Iterable[Path]) -> None:
        self.waiting = [(str(directory), 0) for directory in directories]
        while self.waiting and self.seen < MAX_ENTRIES:
            path, depth = self.waiting.pop()
            with contextlib.suppress(OSError):  # what cannot be read cannot be listed either
                self.folder(path, depth)

    def folder(self, path: str, depth: int) -> None:
        with os.scandir(path) as listing:
            own = os.stat(path)  # noqa: PTH116  # a Path object for each costs more than the call
            if (own.st_dev, own.st_ino) in self.visited:
                return
            self.visited.add((own.st_dev, own.st_ino))
            self.note((own.st_ino, own.st_mtime_ns), own.st_mtime_ns)
            for entry in listing:
                self.seen += 1
                self.entry(entry, depth)

    def entry(self, entry: os.DirEntry[str], depth: int) -> None:
        if entry.is_dir(follow_symlinks=False):
            if depth < MAX_DEPTH and entry.name not in _SKIPPED:
                self.waiting.append((entry.path, depth + 1))
            return
        if entry.is_symlink() and entry.is_dir() and depth < MAX_DEPTH:
            # The skill that it leads to, not what may lie below: a link can lead anywhere.
            self.waiting.append((entry.path, MAX_DEPTH))
        with contextlib.suppress(OSError):  # gone since, or a link to nowhere
            status = entry.stat()
            name = entry.name
            self.note((status.st_ino, status.st_mtime_ns, status.st_size, name), status.st_mtime_ns)

    def note(self, identity: tuple[object, ...], modified_ns: int) -> None:
        self.mark ^= hash(identity)
        self.newest_ns = max(self.newest_ns, modified_ns)
