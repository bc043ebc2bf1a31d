"""What would be lost with a run, and its removal."""

from __future__ import annotations

import shutil
from contextlib import suppress

import msgspec

from ladder_tui.domain.change import AgentChange
from ladder_tui.domain.change_name import run_refs
from ladder_tui.domain.ids import AgentId
from ladder_tui.errors import UsageError
from ladder_tui.process.checkpoint import delete_refs, read_ref, refs_below, tree_of
from ladder_tui.process.git_command import GitError, Repository
from ladder_tui.process.git_merge import merge_from
from ladder_tui.process.worktree import dirty_paths, remove_worktree, verified_worktree
from ladder_tui.workbench.change_source import RunWork, has_commit


class Loss(msgspec.Struct, frozen=True):
    """Work of one agent that exists nowhere else."""

    agent_id: AgentId
    name: str
    why: str
    paths: tuple[str, ...]


def losses(work: RunWork) -> list[Loss]:
    """What removing the run would destroy. Raises UsageError where its repository is gone."""
    return [loss for change in work.changes.values() for loss in _losses(work, change)]


def _losses(work: RunWork, change: AgentChange) -> list[Loss]:
    repository = work.repository()
    found = []
    path = work.path(change.agent_id)
    if path.is_dir():
        try:
            dirty = dirty_paths(verified_worktree(repository, path))
            why = "in no commit"
        except (GitError, OSError):
            dirty, why = [str(path)], "a folder that git does not know any more"
        if dirty:
            found.append(Loss(change.agent_id, change.name, why, tuple(dirty)))
    if change.files and not _is_settled(work, repository, change):
        paths = tuple(file.path for file in change.files)
        why = "neither accepted, rejected nor left as a branch"
        found.append(Loss(change.agent_id, change.name, why, paths))
    return found


def _is_settled(work: RunWork, repository: Repository, change: AgentChange) -> bool:
    newest = work.newest(change)
    if change.decision == "left" or not has_commit(repository, newest):
        return True  # its branch stays, or there is nothing left to lose
    if change.decision is not None and newest == change.commit:
        return True
    head = read_ref(repository, "HEAD") if work.kind == "worktree" else ""
    if not head:
        return False
    merge = merge_from(repository, change.base_commit, head, newest)
    return not merge.conflicts and merge.tree == tree_of(repository, head)


def remove_work(work: RunWork) -> list[str]:
    """Delete the worktrees, branches and refs of a run; returns the branches that stay.

    Raises UsageError where a folder leads out of the repository, GitError.
    """
    folder = work.folder
    if not folder.resolve().is_relative_to(work.root.resolve()):
        raise UsageError(f"{folder} leads out of the repository", next_step="delete that link")
    kept: list[str] = []
    if work.kind == "worktree" and work.changes:
        repository = work.repository()
        for change in work.changes.values():
            remove_worktree(repository, work.path(change.agent_id))
        left = [c.branch for c in work.changes.values() if c.decision == "left"]
        gone = [c.branch for c in work.changes.values() if c.decision != "left"]
        refs = [f"refs/heads/{name}" for name in gone if read_ref(repository, f"refs/heads/{name}")]
        delete_refs(repository, [*refs, *refs_below(repository, run_refs(work.summary.run_id))])
        kept = [name for name in left if read_ref(repository, f"refs/heads/{name}")]
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)
    return kept
