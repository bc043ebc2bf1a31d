"""Where git looks for the hooks of a repository."""

from __future__ import annotations

import os
from pathlib import Path

from ladder_tui.errors import UsageError
from ladder_tui.process.git_command import GitError, find_repository, run_git

_OVERRIDDEN = b"command"
"""The scope of what our own calls set, which is not what the user's git does."""


def hooks_directory(root: Path) -> Path:
    """The directory of the hooks of the repository around ``root``; it may not exist yet.

    ``core.hooksPath`` is respected. Raises UsageError outside a repository and where that
    directory is shared with other repositories, GitMissingError without git.
    """
    repository = find_repository(root)
    if repository is None:
        raise UsageError(f"{root} is in no git repository", next_step="git init")
    common = _common_directory(root)
    configured = _configured(root)
    if configured is None:
        return common / "hooks"
    # A relative one is read from where hooks run: the top of the working tree.
    directory = (repository.top / configured).resolve()
    if not any(directory.is_relative_to(p) for p in (repository.top, common)):
        raise UsageError(
            f"the hooks of this repository are in {directory}",
            why="core.hooksPath leads out of it: all repositories that share it would run the hook",
            next_step="give this one its own: git config core.hooksPath .git/hooks",
        )
    return directory


def _common_directory(root: Path) -> Path:
    """The git directory that all working trees of the repository share."""
    said = run_git(root, "rev-parse", "--git-common-dir").rstrip(b"\n")
    return (root / os.fsdecode(said)).resolve()


def _configured(root: Path) -> Path | None:
    """The value of ``core.hooksPath`` that the user's git takes: the last one."""
    question = ("config", "--type=path", "--show-scope", "-z", "--get-all", "core.hooksPath")
    try:
        fields = run_git(root, *question, ok=(0, 1)).split(b"\0")
    except GitError:
        return None
    values = [
        v for scope, v in zip(fields[::2], fields[1::2], strict=False) if scope != _OVERRIDDEN
    ]
    return Path(os.fsdecode(values[-1])) if values and values[-1] else None
