"""Paths that a model gives, confined to the repository."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path

from ladder_tui.errors import ToolError
from ladder_tui.tools.allowance import everything
from ladder_tui.tools.beneath import NotRegularError, open_beneath
from ladder_tui.tools.plain_text import has_control, printable
from ladder_tui.tools.secret_file import is_secret

PRIVATE_FOLDERS = frozenset({".git", ".ladder"})
"""Never read: git's own files, and the journal with everything any agent was told."""
MAX_PATH_CHARS = 4096


def resolve(root: Path, path: str) -> str:
    """Return ``path`` relative to the root, POSIX, without symlinks; ``.`` for the root itself.

    ``path`` is relative to the root, or absolute and below it. The result need not exist. Raises
    ToolError for a path that leaves the root, also by a symlink, and for private folders.
    """
    shown = printable(path[:200])
    if not path or len(path) > MAX_PATH_CHARS or has_control(path):
        raise ToolError(f"not a path: {shown!r}", why="it is empty, too long or has control codes")
    real_root = os.path.realpath(root)
    relative = _strip_root(path, str(root), real_root)
    parts = [part for part in relative.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise ToolError(f"{shown} is refused", why="'..' is not allowed in a path")
    _refuse_private("/".join(parts), shown)
    try:
        real = os.path.realpath("/".join((real_root, *parts)))
    except OSError as error:  # a component vanished while it was looked at
        raise ToolError(f"{shown} cannot be read", why=error.strerror or "") from None
    if real == real_root:
        return "."
    below = real_root.rstrip("/") + "/"
    if not real.startswith(below):
        raise ToolError(f"{shown} is refused", why="it is a symlink that leaves the repository")
    inside = real[len(below) :]
    _refuse_private(inside, shown)
    return inside


def open_file(
    root: Path, path: str, allows: Callable[[str], bool] = everything
) -> tuple[str, BufferedReader]:
    """Open a regular file that a model named; return its relative path too.

    Raises ToolError with a text for the model, also where ``allows`` says no.
    """
    inside = resolve(root, path)
    shown = printable(path[:200])
    if not allows(inside):
        raise ToolError(f"{shown} is refused", why="the rules of your skill do not allow it")
    if is_secret(path) or is_secret(inside):
        raise ToolError(
            f"{shown} is refused",
            why="files of this name usually hold secrets, and what a tool returns leaves here",
            next_step="go on without its content; its name is all you may know",
        )
    try:
        return inside, open_beneath(os.path.realpath(root), inside)
    except FileNotFoundError:
        raise ToolError(f"{shown} does not exist", next_step="look for it with Glob") from None
    except NotRegularError:
        kind = "a directory" if (root / inside).is_dir() else "not a regular file"
        step = "list it with Glob" if kind == "a directory" else ""
        raise ToolError(f"{shown} is {kind}", next_step=step) from None
    except OSError as error:
        raise ToolError(f"{shown} cannot be read", why=error.strerror or "") from None


def is_private(relative: str) -> bool:
    """Say whether a path lies in a folder that tools never look into."""
    return any(part.casefold() in PRIVATE_FOLDERS for part in relative.split("/"))


def _strip_root(path: str, *roots: str) -> str:
    if not path.startswith("/"):
        return path
    for root in roots:
        if path == root or path.startswith(root.rstrip("/") + "/"):
            return path[len(root) :]
    raise ToolError(
        f"{printable(path[:200])} is refused",
        why="it is outside the repository",
        next_step="give a path relative to the repository root",
    )


def _refuse_private(relative: str, shown: str) -> None:
    if is_private(relative):
        raise ToolError(f"{shown} is refused", why=".git and .ladder are not for tools")
