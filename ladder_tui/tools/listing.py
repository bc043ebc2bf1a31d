"""The files of a repository that tools may name, without those that git ignores."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from ladder_tui.process.git import tracked_files
from ladder_tui.tools.confine import is_private
from ladder_tui.tools.plain_text import has_control

MAX_WALKED = 100_000
# Where git cannot say: folders that hold other people's or generated files.
_SKIPPED = frozenset(
    {".git", ".ladder", ".hg", ".svn", ".jj", ".venv", "venv", "node_modules", "__pycache__"}
    | {".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache", "site-packages"}
)


class Listing(msgspec.Struct, frozen=True):
    """Sorted relative POSIX paths; sorted, so that the same files give the same output."""

    paths: tuple[str, ...]
    is_truncated: bool = False
    odd_names: int = 0
    """Names left out because they hold control characters or bytes that are not UTF-8."""


def list_files(root: Path, inside: str = ".", *, is_repository: bool = True) -> Listing:
    """List the files below ``inside`` (as ``confine.resolve`` returned it). Blocks.

    Outside the repository git is not asked: all files are listed.
    """
    known = tracked_files(root) if is_repository else None
    names, is_truncated = (known, False) if known is not None else _walk(root, inside)
    prefix = "" if inside == "." else inside + "/"
    below = [n for n in names if n.startswith(prefix) or n == inside]
    fine = [n for n in below if not has_control(n) and not is_private(n)]
    odd = sum(1 for n in below if has_control(n))
    return Listing(tuple(sorted(fine)), is_truncated, odd)


def _walk(root: Path, inside: str) -> tuple[list[str], bool]:
    found: list[str] = []
    top = str(root)
    for folder, folders, files in os.walk(root / inside):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        relative = os.path.relpath(folder, top)
        found += [name if relative == "." else f"{relative}/{name}" for name in files]
        if len(found) > MAX_WALKED:
            return found[:MAX_WALKED], True
    return found, False
