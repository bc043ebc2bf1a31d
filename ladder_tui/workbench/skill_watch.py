"""Notices that files of the library changed, cheap enough to be asked once a second.

A directory is listed again only when its modification time says so; otherwise it takes one look at
each directory and each Markdown file. In a large library the context files of skills, of which
nothing is shown but their size, take turns.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

MAX_DEPTH = 8
MAX_FOLDERS = 20_000
CONTEXT_AT_ONCE = 500
"""Context files looked at each time."""
SETTLED_NS = 2_000_000_000
"""A directory that changed less long ago is listed again: some file systems count in 2 seconds."""
_SKIPPED = frozenset({".git", "node_modules", ".venv", "__pycache__"})
_CONTEXT = frozenset({"references", "assets", "scripts"})


class _Folder(NamedTuple):
    """A directory as it was when it was listed."""

    stamp: tuple[int, int]
    """Inode and modification time; zeros for one that has to be listed again."""
    files: tuple[str, ...]
    context: tuple[str, ...]
    folders: tuple[str, ...]
    links: tuple[str, ...]
    """Links to directories."""


class SkillWatch:
    """Remembers how the directories looked, and when that was last another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: dict[str, _Folder] = {}
        self._context: dict[str, tuple[int, int]] = {}
        """Modification time and size of context files that were looked at."""
        self._turn = 0
        self._mark: int | None = None
        self._changed_at = 0.0

    def changed_at(self, directories: Sequence[Path]) -> float:
        """When something below the directories last changed, Unix seconds.

        At first the newest modification time. Later it grows whenever a file or folder is added,
        removed or written, also when that leaves an older time behind. Opens no file.
        """
        with self._lock:
            now = time.time()
            look = _Look(self._folders, int(now * 1e9))
            look.run(directories)
            is_changed = self._has_other_context(look.context) or look.mark != self._mark
            if self._mark is None:
                self._changed_at = min(look.newest_ns / 1e9, now)
            elif is_changed:
                self._changed_at = max(now, self._changed_at + 1e-3)
            self._folders, self._mark = look.listed, look.mark
            return self._changed_at

    def _has_other_context(self, paths: Sequence[str]) -> bool:
        """Look at the files whose turn it is; those that are new to us say nothing."""
        turns = 1 + len(paths) // CONTEXT_AT_ONCE
        self._turn += 1
        is_other = False
        for path in paths[self._turn % turns :: turns]:
            with contextlib.suppress(OSError):
                status = os.stat(path)  # noqa: PTH116  # a Path for each costs more than the call
                found = (status.st_mtime_ns, status.st_size)
                is_other |= self._context.get(path, found) != found
                self._context[path] = found
        if len(self._context) > 2 * len(paths) + CONTEXT_AT_ONCE:
            self._context = {path: self._context[path] for path in paths if path in self._context}
        return is_other


class _Look:
    """One pass over the directories."""

    def __init__(self, known: dict[str, _Folder], now_ns: int) -> None:
        self.known = known
        self.now_ns = now_ns
        self.listed: dict[str, _Folder] = {}
        self.context: list[str] = []
        self.mark = 0
        """Of all directories and Markdown files together, whatever their order."""
        self.newest_ns = 0
        self.visited: set[tuple[int, int]] = set()

    def run(self, directories: Iterable[Path]) -> None:
        waiting = [(str(directory), 0) for directory in directories]
        while waiting and len(self.listed) < MAX_FOLDERS:
            path, depth = waiting.pop()
            try:
                folder = self.folder(path)
            except OSError:  # what cannot be read cannot be listed either
                continue
            if folder is None:
                continue
            self.listed[path] = folder
            self.context += folder.context
            self.look_at(folder.files)
            if depth < MAX_DEPTH:
                waiting += [(below, depth + 1) for below in folder.folders]
                # The skill that a link leads to, not what may lie below: it can lead anywhere.
                waiting += [(below, MAX_DEPTH) for below in folder.links]

    def folder(self, path: str) -> _Folder | None:
        """The directory with its entries; None when it was visited by another way."""
        status = os.stat(path)  # noqa: PTH116  # as above
        identity = (status.st_dev, status.st_ino)
        if identity in self.visited:
            return None
        self.visited.add(identity)
        modified_ns = status.st_mtime_ns
        stamp = (status.st_ino, modified_ns)
        self.mark ^= hash((path, stamp))
        self.newest_ns = max(self.newest_ns, modified_ns)
        known = self.known.get(path)
        if known is not None and known.stamp == stamp:
            return known
        is_settled = 0 <= self.now_ns - modified_ns > SETTLED_NS
        return _listed(path, stamp if is_settled else (0, 0))

    def look_at(self, files: Sequence[str]) -> None:
        for path in files:
            try:
                status = os.stat(path)  # noqa: PTH116  # as above
            except OSError:  # gone since, or a link to nowhere
                continue
            modified_ns = status.st_mtime_ns
            self.mark ^= hash((path, status.st_ino, modified_ns, status.st_size))
            self.newest_ns = max(self.newest_ns, modified_ns)


def _listed(path: str, stamp: tuple[int, int]) -> _Folder:
    files: list[str] = []
    context: list[str] = []
    folders: list[str] = []
    links: list[str] = []
    is_context = any(part in _CONTEXT for part in path.rsplit("/", 2)[1:])
    with os.scandir(path) as listing:
        for entry in listing:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED:
                    folders.append(entry.path)
            elif entry.is_symlink() and entry.is_dir():
                links.append(entry.path)
            elif is_context or not entry.name.endswith((".md", ".yaml", ".json")):
                context.append(entry.path)
            else:
                files.append(entry.path)
    return _Folder(stamp, tuple(files), tuple(context), tuple(folders), tuple(links))
