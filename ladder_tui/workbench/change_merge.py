"""Takes agents' changes into the repository: merged without a checkout, then moved to at once.

All or nothing: where one change conflicts, or a file of the user's would be overwritten, nothing
is merged, and the error says what is in the way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from ladder_tui.domain.change import AgentChange
from ladder_tui.errors import UsageError
from ladder_tui.process.checkpoint import (
    AUTHOR,
    commit_tree,
    patch_between,
    patched_tree,
    read_ref,
    touched_paths,
    tree_of,
    working_tree,
)
from ladder_tui.process.git_command import GitError, Repository, run_at
from ladder_tui.process.git_merge import merge_from
from ladder_tui.process.patch import Piece, join_pieces, split_patch
from ladder_tui.process.worktree import dirty_paths
from ladder_tui.workbench.change_source import RunWork

SHOWN = 8


class Part(msgspec.Struct, frozen=True):
    """Which pieces of a change are wanted, and the files that they are of; all without places."""

    places: tuple[int, ...] | None = None
    paths: tuple[str, ...] = ()


def pieces_of(work: RunWork, change: AgentChange) -> list[Piece]:
    """A change in the pieces that can be accepted by themselves. Raises GitError."""
    repository = work.repository()
    return split_patch(patch_between(repository, change.base_commit, work.newest(change)))


def wanted_part(
    pieces: Sequence[Piece], paths: Sequence[str], places: Collection[int] | None
) -> Part:
    """The part of a change that ``paths`` and ``places`` name. Raises UsageError."""
    if not paths and places is None:
        return Part()
    missing = [path for path in paths if all(piece.path != path for piece in pieces)]
    if missing:
        raise UsageError(f"{missing[0]} is no file of this change")
    chosen = set(places or ()) | {n for n, piece in enumerate(pieces) if piece.path in paths}
    if not chosen or max(chosen) >= len(pieces) or min(chosen) < 0:
        raise UsageError(f"the change has {len(pieces)} pieces, and none that is wanted")
    if len(chosen) == len(pieces):
        return Part()
    found = dict.fromkeys(pieces[place].path for place in sorted(chosen))
    return Part(tuple(sorted(chosen)), tuple(found))


def accept_changes(work: RunWork, changes: Sequence[AgentChange], part: Part) -> str:
    """Merge changes one after the other and move the repository to the result; returns its commit.

    Raises UsageError where it cannot be done, and then nothing has changed; GitError.
    """
    repository = work.repository()
    start = merged = _start(work, repository)
    conflicting: list[tuple[AgentChange, tuple[str, ...]]] = []
    for change in changes:
        theirs = _wanted(repository, work, change, part)
        merge = merge_from(repository, change.base_commit, merged, theirs)
        if merge.conflicts:
            conflicting.append((change, merge.conflicts))
        elif merge.tree != tree_of(repository, merged):
            merged = _commit(repository, work, change, merge.tree, merged)
    if conflicting:
        raise _conflict(work, conflicting)
    if merged != start:
        _move(repository, work, start, merged)
    return merged


def _conflict(
    work: RunWork, conflicting: Sequence[tuple[AgentChange, tuple[str, ...]]]
) -> UsageError:
    first = conflicting[0][0]
    by_hand = f", or merge by hand: git merge {first.branch}" if work.kind == "worktree" else ""
    return UsageError(
        f"run #{work.summary.number}: changes conflict, and nothing was merged",
        why="; ".join(f"{change.agent_id}: {_listed(paths)}" for change, paths in conflicting),
        next_step=f"accept the others without {first.agent_id}{by_hand}",
    )


def _start(work: RunWork, repository: Repository) -> str:
    """The commit to merge into; for a folder without git, its files as they are now."""
    if work.kind == "copy":
        base = next(change.base_commit for change in work.changes.values())
        tree = working_tree(repository, keeps_index=True)
        return commit_tree(repository, tree, (base,), "Files as they are now")
    head = read_ref(repository, "HEAD")
    if not head:
        raise UsageError("the repository has no commit yet", next_step="commit something first")
    return head


def _wanted(repository: Repository, work: RunWork, change: AgentChange, part: Part) -> str:
    newest = work.newest(change)
    if part.places is None:
        return newest
    patch = patch_between(repository, change.base_commit, newest)
    tree = patched_tree(
        repository, change.base_commit, join_pieces(split_patch(patch), part.places)
    )
    return commit_tree(repository, tree, (change.base_commit,), "a part of a change")


def _commit(
    repository: Repository, work: RunWork, change: AgentChange, tree: str, parent: str
) -> str:
    run = work.summary
    has_name = run_at(repository, "var", "GIT_AUTHOR_IDENT", ok=(0, 128)).strip()
    trailers = {
        "Ladder-Run": run.run_id,
        "Ladder-Agent": change.agent_id,
        "Ladder-Commit": work.newest(change),
    }
    message = f"Take over the change of {change.name}\n\nRun #{run.number} of {run.workflow}."
    return commit_tree(
        repository, tree, (parent,), message, trailers, author={} if has_name else AUTHOR
    )


def _move(repository: Repository, work: RunWork, old: str, new: str) -> None:
    """Make files, index and branch those of ``new``; what the user changed elsewhere stays."""
    run_at(repository, "update-index", "-q", "--refresh", ok=(0, 1), reads_content=True)
    touched = touched_paths(repository, old, new)
    mine = () if work.kind == "copy" else set(dirty_paths(repository)) & touched
    if mine:
        raise UsageError(
            f"run #{work.summary.number}: files of yours would be overwritten",
            why=f"{_listed(sorted(mine))} {'has' if len(mine) == 1 else 'have'} changes that are"
            " not committed",
            next_step="commit or stash them first",
        )
    in_the_way = sorted(p for p in _added(repository, old, new) if (repository.top / p).exists())
    if in_the_way:
        raise UsageError(
            f"run #{work.summary.number}: files of yours would be overwritten",
            why=f"git ignores {_listed(in_the_way)}",
            next_step="move them away first",
        )
    run_at(repository, "read-tree", "-m", "-u", old, new, reads_content=True)
    if work.kind == "copy":
        return
    try:
        reason = f"ladder: changes of run #{work.summary.number}"
        run_at(repository, "update-ref", "-m", reason, "HEAD", new, old)
    except GitError:
        # Somebody committed meanwhile.
        run_at(repository, "read-tree", "-m", "-u", new, old, reads_content=True)
        raise


def _added(repository: Repository, old: str, new: str) -> list[str]:
    question = ("diff-tree", "-r", "-z", "--no-renames", "--name-only", "--diff-filter=A", old, new)
    names = run_at(repository, *question).decode(errors="replace").split("\0")
    return [name for name in names if name]


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return ", ".join(paths[:SHOWN]) + more
