"""Reads PRD files from disk and finds them in a repository. The bytes are never changed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import msgspec

from ladder_tui.domain.prd import Prd
from ladder_tui.domain.problem import Problem
from ladder_tui.planning.prd_file import TokenCounter
from ladder_tui.planning.prd_lint import lint_text

PRD_DIRECTORY = ".ladder/prds"
PRD_LIMIT = 2 * 1024 * 1024
"""Largest PRD in bytes that is read."""
MAX_FILES = 2_000


class PrdFile(msgspec.Struct, frozen=True):
    """What was found in one PRD file."""

    file: Path
    shown: str
    """Path as people see it: relative to the repository, POSIX."""
    prd: Prd | None
    """None where the file cannot be read as text."""
    text: str
    """As on disk, line ends included; only a byte order mark is left off."""
    problems: tuple[Problem, ...]
    mtime_ns: int = 0
    has_bom: bool = False


def read_prd(file: Path, shown: str, count_tokens: TokenCounter) -> PrdFile:
    """Read and lint one PRD. Never raises for what is on disk.

    P20 is an empty file, P21 one that cannot be read, P22 one that is too large, P23 one that is no
    text, P24 one that is not UTF-8.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as handle:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return _refused(file, shown, "P21", "is not a regular file", "name a text file")
            data = handle.read(PRD_LIMIT + 1)
    except FileNotFoundError:
        return _refused(file, shown, "P21", "does not exist", "ladder prd list")
    # ValueError is a NUL in the name.
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return _refused(file, shown, "P21", f"cannot be read: {reason}", "check its permissions")
    return _parse(file, shown, data, status.st_mtime_ns, count_tokens)


def list_prds(root: Path, count_tokens: TokenCounter) -> list[PrdFile]:
    """PRDs of the repository at ``root`` by name, unreadable ones too."""
    directory = root / PRD_DIRECTORY
    try:
        names = sorted(p.name for p in directory.iterdir() if p.suffix.lower() == ".md")
    except OSError:
        # No such directory yet, or one that may not be read: there is nothing to list.
        return []
    return [
        read_prd(directory / name, f"{PRD_DIRECTORY}/{name}", count_tokens)
        for name in names[:MAX_FILES]
        if not name.startswith(".")
    ]


def _parse(file: Path, shown: str, data: bytes, mtime_ns: int, count: TokenCounter) -> PrdFile:
    if len(data) > PRD_LIMIT:
        message = f"is over {PRD_LIMIT // 1024:,} KiB"
        return _refused(file, shown, "P22", message, "split it: a PRD is a few pages")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return _refused(file, shown, "P23", "holds NUL bytes: not text", "name a text file", line)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _refused(file, shown, "P24", "is not UTF-8", "save it as UTF-8", line)
    has_bom = text.startswith("\ufeff")
    text = text.removeprefix("\ufeff")
    prd, problems = lint_text(shown, text, count)
    return PrdFile(file, shown, prd, text, tuple(problems), mtime_ns, has_bom)


def _refused(file: Path, shown: str, rule: str, message: str, fix: str, line: int = 0) -> PrdFile:
    return PrdFile(file, shown, None, "", (Problem(shown, line, rule, message, fix),))
