"""Worktrees of agents that edit: made, verified to be isolated, restored, removed.

A worktree has its own files, index and branch, and shares the objects of its repository. Its git
directory is remembered from when it was made; what its ``.git`` file says later is not believed.
All functions block.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ladder_tui.process.checkpoint import set_refs
from ladder_tui.process.git_command import GitError, Repository, found_top, run_at

ADD_TIMEOUT_S = 600.0


def add_worktree(
    repository: Repository, path: Path, branch: str, commit: str, *, replaces: bool
) -> Repository:
    """Check ``commit`` out into the new folder ``path``, on a new branch.

    ``replaces`` moves a branch that is there already. Raises GitError, also where the result is
    not isolated.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    words = ("worktree", "add", "--quiet", "--force" if replaces else "--no-track")
    flag = "-B" if replaces else "-b"
    run_at(repository, *words, flag, branch, str(path), commit,
           reads_content=True, timeout_s=ADD_TIMEOUT_S)  # fmt: skip
    return verified_worktree(repository, path)


def verified_worktree(repository: Repository, path: Path) -> Repository:
    """The worktree at ``path``, where it is one of ``repository`` and isolated from it.

    Its ``.git`` file and the repository's record of it must name each other, and git, asked inside,
    must take it for the top. Raises GitError with what is wrong.
    """
    entry, top = path / ".git", path.resolve()
    if entry.is_symlink() or not entry.is_file():
        raise GitError(f"{path} is no worktree", why="its .git is no file")
    text = entry.read_bytes()[:4096]
    git_dir = Path(os.fsdecode(text.removeprefix(b"gitdir: ").strip())).resolve()
    if git_dir.parent != common_dir(repository) / "worktrees":
        raise GitError(f"{path} is no worktree", why=f"its .git names {git_dir}")
    back = Path(os.fsdecode((git_dir / "gitdir").read_bytes().strip()))
    if back.resolve() != top / ".git":
        raise GitError(f"{path} is no worktree", why=f"{git_dir} belongs to {back.parent}")
    found = found_top(path)
    if found.resolve() != top or top == repository.top:
        raise GitError(f"{path} is not isolated", why=f"git takes {found} for its top")
    return Repository(top, git_dir)


def common_dir(repository: Repository) -> Path:
    """The git directory that all worktrees of a repository share."""
    shared = repository.git_dir / "commondir"
    if not shared.is_file():
        return repository.git_dir
    return (repository.git_dir / shared.read_text(encoding="utf-8").strip()).resolve()


def restore_worktree(place: Repository, branch: str, commit: str) -> None:
    """Make the files of a worktree those of ``commit``; ignored files stay. Raises GitError."""
    # A runner that was killed in the middle of a git command left its lock.
    for lock in ("index.lock", "HEAD.lock"):
        (place.git_dir / lock).unlink(missing_ok=True)
    set_refs(place, {f"refs/heads/{branch}": commit})
    run_at(place, "symbolic-ref", "HEAD", f"refs/heads/{branch}")
    run_at(place, "reset", "--hard", "--quiet", commit, reads_content=True)
    run_at(place, "clean", "-ffdq")


def dirty_paths(place: Repository) -> list[str]:
    """What differs from HEAD in a working tree, untracked files included. Raises GitError."""
    question = ("status", "--porcelain", "-z", "-uall", "--no-renames", "--ignore-submodules=all")
    rows = run_at(place, *question, reads_content=True).decode(errors="replace").split("\0")
    return sorted(row[3:] for row in rows if row)


def remove_worktree(repository: Repository, path: Path) -> None:
    """Delete the folder and what the repository knows of it, whatever is in it. Raises GitError."""
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        raise GitError(f"{path} cannot be deleted", next_step="delete it yourself")
    forget_worktree(repository, path)


def forget_worktree(repository: Repository, path: Path) -> None:
    """Let the repository forget a worktree whose folder is gone; others are left as they are.

    ``git worktree prune`` would also forget the user's own on a disk that is not mounted now.
    """
    entry = os.fsencode(path / ".git")
    for record in (common_dir(repository) / "worktrees").glob("*/gitdir"):
        if record.read_bytes().strip() == entry:
            shutil.rmtree(record.parent, ignore_errors=True)
