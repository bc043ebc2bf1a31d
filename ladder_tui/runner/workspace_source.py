"""What the workspaces of a run are made from: its repository and the commit they start from."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from ladder_tui.domain.change import WorkspaceKind
from ladder_tui.domain.change_name import base_ref
from ladder_tui.domain.run import RunSpec
from ladder_tui.process import git
from ladder_tui.process.checkpoint import commit_tree, read_ref, set_refs, tree_of, working_tree
from ladder_tui.process.git_command import GitError, Repository, find_repository
from ladder_tui.process.private_repository import open_private
from ladder_tui.process.workspace_folder import private_dir, run_folder

_COMMIT = re.compile("[0-9a-f]{40,64}")


class WorkspaceSource(msgspec.Struct, frozen=True):
    """Where worktrees come from. ``inner`` is the run's root below the repository's top."""

    repository: Repository
    base: str
    kind: WorkspaceKind
    folder: Path
    inner: Path
    note: str = ""
    """What a person should know about the start."""


def find_source(spec: RunSpec, root: Path) -> WorkspaceSource:
    """Find or make what the workspaces of a run start from; the same at every resume.

    In a repository that is the commit at the run's start. Changes that were not committed come
    along as a commit on top of it, which no branch of the user's ever holds. Blocks.
    Raises GitError.
    """
    root = root.resolve()
    folder = run_folder(root, spec.run_id)
    if not folder.resolve().is_relative_to(root):
        raise GitError(f"{folder} leads out of {root}", next_step="delete that link")
    kind: WorkspaceKind = "worktree"
    repository = find_repository(root)
    if repository is None or git.tracked_files(root) is None:
        kind, repository = "copy", open_private(private_dir(root, spec.run_id), root)
    inner = root.relative_to(repository.top)
    ref = base_ref(spec.run_id)
    base, note = read_ref(repository, ref), ""
    if not base:
        base, note = _new_base(spec, repository, kind)
        set_refs(repository, {ref: base})
    return WorkspaceSource(repository, base, kind, folder, inner, note)


def _new_base(spec: RunSpec, repository: Repository, kind: WorkspaceKind) -> tuple[str, str]:
    if _COMMIT.fullmatch(spec.tree):
        return spec.tree, ""
    pinned = spec.tree.partition("+")[0]
    parents = (pinned,) if _COMMIT.fullmatch(pinned) else ()
    tree = working_tree(repository)
    if parents and tree_of(repository, pinned) == tree:
        return pinned, ""
    made = commit_tree(repository, tree, parents, "Files as they were, before the agents of a run",
                       {"Ladder-Run": spec.run_id})  # fmt: skip
    if kind == "copy":
        return made, "agents that edit work in copies, for git does not know this folder"
    return made, "agents that edit start from the files as they are, uncommitted changes included"
