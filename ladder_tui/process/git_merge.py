"""Merges without a checkout: two commits become a tree, or the paths where they conflict.

Needs git 2.38 or newer. All functions block.
"""

from __future__ import annotations

import msgspec

from ladder_tui.process.checkpoint import commit_tree, tree_of
from ladder_tui.process.git_command import GitError, Repository, run_at

NEEDED = (2, 38)


class Merge(msgspec.Struct, frozen=True):
    """What a merge gives; with conflicts, the tree holds their marks and must not be used."""

    tree: str
    conflicts: tuple[str, ...]


def merge_commits(place: Repository, ours: str, theirs: str) -> Merge:
    """Merge two commits that share history. Raises GitError, for a git before 2.38 too."""
    question = ("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ours, theirs)
    try:
        output = run_at(place, *question, ok=(0, 1), reads_content=True)
    except GitError as error:
        if not has_merge_tree(place):
            raise GitError(
                "this git cannot merge without a checkout",
                why="merge-tree --write-tree came with git 2.38",
                next_step="install a newer git",
            ) from error
        raise
    tree, *names = output.decode(errors="replace").split("\0")
    return Merge(tree.strip(), tuple(sorted({name for name in names if name})))


def merge_from(place: Repository, base: str, ours: str, theirs: str) -> Merge:
    """Merge what ``theirs`` changed since ``base`` into ``ours``, whatever their history is.

    An agent may have started from files that were not committed, and such a start must not come
    into the history with its work. Raises GitError.
    """
    left, right = (
        commit_tree(place, tree_of(place, commit), (base,), "one side of a merge")
        for commit in (ours, theirs)
    )
    return merge_commits(place, left, right)


def has_merge_tree(place: Repository) -> bool:
    """Whether this git merges without a checkout. Raises GitError."""
    words = run_at(place, "version").decode(errors="replace").split()
    numbers = [int(part) for part in words[2].split(".")[:2] if part.isdigit()]
    return tuple(numbers) >= NEEDED
