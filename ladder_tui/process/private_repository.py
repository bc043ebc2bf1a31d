"""A git repository of Ladder's own over a folder that git does not know.

The folder's files are copied into it once, as a commit; agents then work in worktrees of it, and
what a person accepts is written back. Nothing is put into the folder. All functions block.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ladder_tui.process.git_command import GitError, Repository, run_at

MAX_FILES = 20_000
MAX_BYTES = 512 * 1024 * 1024
"""A larger folder is not copied: it would be without a word what ``git init`` does with one."""


def open_private(git_dir: Path, folder: Path) -> Repository:
    """The private repository of a folder, made where it is missing.

    Raises GitError, for a folder with too many or too large files too.
    """
    place = Repository(folder.resolve(), git_dir.resolve())
    if (git_dir / "HEAD").exists():
        return place
    git_dir.parent.mkdir(parents=True, exist_ok=True)
    run_at(place, "init", "--quiet", "--template=")
    # It would make worktrees of this repository believe that they are the folder.
    run_at(place, "config", "--unset", "core.worktree", ok=(0, 5))
    try:
        _check_size(place)
    except GitError:
        shutil.rmtree(git_dir, ignore_errors=True)
        raise
    return place


def _check_size(place: Repository) -> None:
    names = run_at(place, "ls-files", "-o", "--exclude-standard", "-z").split(b"\0")
    paths = (place.top / os.fsdecode(name) for name in names if name)
    sizes = [path.lstat().st_size for path in paths if path.is_file()]
    if len(sizes) > MAX_FILES or sum(sizes) > MAX_BYTES:
        raise GitError(
            f"{place.top} is too large to copy for agents that edit",
            why=f"it holds {len(sizes):,} files with {sum(sizes) / 1e6:,.0f} MB; the limits are"
            f" {MAX_FILES:,} and {MAX_BYTES / 1e6:,.0f} MB",
            next_step="git init there, or list what does not matter in a .gitignore",
        )
