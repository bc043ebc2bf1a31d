"""All files of a skill's folder, read or refused: for copies, and for what strangers share."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.library.text_file import FileFault, read_bytes

MAX_ENTRIES = 1_000
MAX_BYTES = 32 * 1024 * 1024
"""Of all files of one skill together."""
MAX_FILE_BYTES = 8 * 1024 * 1024
MAX_PATH = 240
"""Characters of a path below the folder."""
SKIPPED = frozenset({".git", ".DS_Store", "__pycache__", "node_modules"})
"""Never part of a skill."""
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\\\\\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


class FolderFile(msgspec.Struct, frozen=True):
    """One file of a folder."""

    path: str
    """Below the folder, POSIX."""
    data: bytes
    is_executable: bool = False


def path_fault(path: str) -> str:
    """Why a path below a folder is refused; empty for a good one.

    Refused are ways out of the folder, control and invisible characters, git's own directory in
    any spelling, and what some file systems take for another name.
    """
    if not path or len(path) > MAX_PATH:
        return f"its path has more than {MAX_PATH} characters" if path else "it has no name"
    if _UNSAFE.search(path):
        return "its path holds control or invisible characters, or a backslash"
    parts = path.split("/")
    if path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        return "its path leads out of the folder"
    if any(part.lower().rstrip(". ") in (".git", "git~1") for part in parts):
        return "it is inside a git directory"
    return ""


def read_folder(folder: Path, shown: str) -> tuple[list[FolderFile], list[Problem]]:
    """Every file below ``folder``, by path, and why others are refused (rule S060).

    Nothing is followed out of the folder, and nothing read past the limits. Never raises.
    """
    reading = _Reading(folder, shown)
    reading.walk(folder, "")
    if not reading.problems and not reading.files:
        reading.refuse("", "holds no files")
    return sorted(reading.files, key=lambda f: f.path), reading.problems


def size_problems(sizes: Sequence[tuple[str, int]], shown: str) -> list[Problem]:
    """What is wrong with paths and sizes in bytes that are about to be read, by path."""
    problems = []
    for path, size in sizes:
        if fault := path_fault(path) or _size_fault(size):
            problems.append(refused(shown, path, fault))
    if len(sizes) > MAX_ENTRIES:
        problems.append(refused(shown, "", f"it holds more than {MAX_ENTRIES:,} files"))
    if sum(size for _, size in sizes) > MAX_BYTES:
        problems.append(refused(shown, "", f"is over {MAX_BYTES // 1024 // 1024} MiB"))
    names = [path.lower() for path, _ in sizes]
    if len(set(names)) != len(names):
        problems.append(refused(shown, "", "two paths differ in upper and lower case only"))
    return problems


def folder_hash(files: Sequence[FolderFile]) -> str:
    """SHA-256 over paths, contents and the executable mark, whatever the order."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda f: f.path):
        mark = "x" if file.is_executable else "-"
        body = hashlib.sha256(file.data).hexdigest()
        digest.update(f"{mark} {body} {file.path}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


class _Reading:
    def __init__(self, folder: Path, shown: str) -> None:
        self.folder = folder
        self.shown = shown
        self.files: list[FolderFile] = []
        self.problems: list[Problem] = []
        self.bytes = 0
        self.seen = 0
        self.is_full = False

    def refuse(self, path: str, why: str) -> None:
        self.problems.append(refused(self.shown, path, why))

    def walk(self, directory: Path, below: str) -> None:
        for entry in self.entries(directory, below):
            self.count()
            if self.is_full:
                return
            path = f"{below}{entry.name}"
            if fault := path_fault(path):
                self.refuse(path, fault)
            elif entry.is_symlink() and not self.is_inside(entry):
                self.refuse(path, "it is a symbolic link that leaves the folder, or a loop")
            elif entry.is_dir(follow_symlinks=False):
                self.walk(directory / entry.name, f"{path}/")
            elif entry.is_dir():
                self.refuse(path, "it is a symbolic link to a directory")
            else:
                self.read(entry, path)

    def entries(self, directory: Path, below: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(directory) as listing:
                found = [entry for entry in listing if entry.name not in SKIPPED]
        except OSError as error:
            self.refuse(below, f"cannot be read: {error.strerror}")
            return []
        return sorted(found, key=lambda entry: entry.name)

    def is_inside(self, entry: os.DirEntry[str]) -> bool:
        try:
            return Path(entry.path).resolve(strict=True).is_relative_to(self.folder.resolve())
        except (OSError, RuntimeError):
            return False

    def count(self, size: int = 0) -> None:
        """Count an entry, or the bytes of one that was read, and stop past a limit."""
        self.seen += size == 0
        self.bytes += size
        if not self.is_full and (self.seen > MAX_ENTRIES or self.bytes > MAX_BYTES):
            self.is_full = True
            limit = f"{MAX_ENTRIES:,} files and folders, {MAX_BYTES // 1024 // 1024} MiB"
            self.refuse("", f"it is larger than a skill may be ({limit})")

    def read(self, entry: os.DirEntry[str], path: str) -> None:
        data = read_bytes(Path(entry.path), self.folder, MAX_FILE_BYTES)
        if isinstance(data, FileFault):
            self.refuse(path, data.message)
            return
        self.count(len(data))
        self.files.append(FolderFile(path, data, bool(entry.stat().st_mode & 0o100)))


def _size_fault(size: int) -> str:
    return f"it is over {MAX_FILE_BYTES // 1024 // 1024} MiB" if size > MAX_FILE_BYTES else ""


def refused(shown: str, path: str, why: str) -> Problem:
    """The problem of a file that is not taken over."""
    place = f"{shown}/{path}".rstrip("/") if path else shown
    safe = _UNSAFE.sub("?", place)
    return Problem(safe, 0, "S060", f"is refused: {why}", "leave it out of the skill")
