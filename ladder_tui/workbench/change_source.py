"""The changes of a run as its journal and git know them.

A repository can bring a database of its own, so nothing that is deleted, moved or given to git is
taken from the journal as it stands: folders are derived again, commits and branches checked.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import msgspec

from ladder_tui.domain.change import AgentChange, Conflict, WorkspaceKind
from ladder_tui.domain.change_name import branch_name, folder_name
from ladder_tui.domain.event import (
    AgentQueued,
    ChangeDecided,
    CheckpointMade,
    ConflictsFound,
    WorkspaceOpened,
)
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.run import RunSummary
from ladder_tui.errors import UsageError
from ladder_tui.process.checkpoint import is_ancestor, read_ref
from ladder_tui.process.git_command import GitError, Repository, find_repository
from ladder_tui.process.private_repository import open_private
from ladder_tui.process.workspace_folder import private_dir, run_folder
from ladder_tui.store import event as event_rows
from ladder_tui.store.database import Database

_COMMIT = re.compile("[0-9a-f]{40,64}")
_RUN = re.compile("[A-Za-z0-9][A-Za-z0-9-]*")
_KINDS = (AgentQueued, WorkspaceOpened, CheckpointMade, ConflictsFound, ChangeDecided)


class RunWork(msgspec.Struct):
    """What the editing agents of a run did, and where it is."""

    summary: RunSummary
    root: Path
    changes: dict[AgentId, AgentChange] = {}
    kind: WorkspaceKind = "worktree"

    @property
    def folder(self) -> Path:
        """Where its workspaces are."""
        return run_folder(self.root, self.summary.run_id)

    def path(self, agent_id: AgentId) -> Path:
        """The folder of an agent's workspace."""
        return self.folder / folder_name(agent_id)

    def repository(self) -> Repository:
        """The repository that the agents' commits are in. Raises UsageError where it is gone."""
        if self.kind == "copy":
            git_dir = private_dir(self.root, self.summary.run_id)
            found = open_private(git_dir, self.root) if git_dir.is_dir() else None
        else:
            found = find_repository(self.root)
        if found is None:
            raise UsageError(f"the repository of run #{self.summary.number}'s changes is gone")
        return found

    def change(self, agent_id: AgentId) -> AgentChange:
        """The change of one agent. Raises UsageError where there is none."""
        change = self.changes.get(agent_id)
        if change is not None and change.commit and change.files:
            return change
        changed = [str(c.agent_id) for c in self.changes.values() if c.files]
        raise UsageError(
            f"{agent_id} changed nothing in run #{self.summary.number}",
            next_step=f"agents that did: {', '.join(changed)}" if changed else "",
        )

    def newest(self, change: AgentChange) -> str:
        """The commit to judge: the agent's last one, or what a person committed on top of it."""
        repository = self.repository()
        tip = read_ref(repository, f"refs/heads/{change.branch}") if change.branch else ""
        is_ahead = bool(tip) and tip != change.commit
        return tip if is_ahead and is_ancestor(repository, change.commit, tip) else change.commit


def read_work(database: Database, summary: RunSummary, root: Path) -> RunWork:
    """Read the changes of a run from its journal. Raises StoreError."""
    if not _RUN.fullmatch(summary.run_id):
        raise UsageError(f"{summary.run_id!r} is no id of a run of Ladder's")
    work = RunWork(summary, root)
    conflicts: tuple[Conflict, ...] = ()
    names: dict[AgentId, str] = {}
    for record in event_rows.read_events_of(database, summary.run_id, _KINDS):
        match record.event:
            case AgentQueued() as event:
                names[event.agent_id] = event.name
            case WorkspaceOpened() as event:
                _open(work, event, names)
            case CheckpointMade() as event:
                _advance(work, event)
            case ConflictsFound() as event:
                conflicts = event.conflicts
            case ChangeDecided() as event:
                _decide(work, event)
    # In the order of the slots, not in that of who was ready first.
    order = dict.fromkeys((*names, *work.changes))
    work.changes = {name: work.changes[name] for name in order if name in work.changes}
    _attach(work, conflicts)
    return work


def _open(work: RunWork, event: WorkspaceOpened, names: dict[AgentId, str]) -> None:
    expected = branch_name(work.summary.number, event.agent_id)
    is_ours = event.branch in (expected, f"{expected}-{work.summary.run_id[-4:]}")
    if not is_ours or not _COMMIT.fullmatch(event.base_commit):
        return
    work.kind = event.kind
    known = work.changes.get(event.agent_id) or AgentChange(
        event.agent_id, names.get(event.agent_id, event.agent_id)
    )
    work.changes[event.agent_id] = msgspec.structs.replace(
        known, base_commit=event.base_commit, branch=event.branch
    )


def _advance(work: RunWork, event: CheckpointMade) -> None:
    known = work.changes.get(event.agent_id)
    if known is None or not _COMMIT.fullmatch(event.commit):
        return
    is_same = event.commit == known.commit
    work.changes[event.agent_id] = msgspec.structs.replace(
        known,
        commit=event.commit,
        files=event.files,
        # A decision was about the work as it stood then.
        decision=known.decision if is_same else None,
        reason=known.reason if is_same else "",
    )


def _decide(work: RunWork, event: ChangeDecided) -> None:
    known = work.changes.get(event.agent_id)
    if known is not None and not event.paths:  # a part leaves the rest open
        work.changes[event.agent_id] = msgspec.structs.replace(
            known, decision=event.decision, reason=event.reason
        )


def _attach(work: RunWork, conflicts: tuple[Conflict, ...]) -> None:
    """Give each open change its conflicts with others that are open."""
    is_open = {agent_id for agent_id, c in work.changes.items() if c.decision is None}
    left = [c for c in conflicts if c.first in is_open and c.second in is_open]
    for agent_id, change in work.changes.items():
        mine = tuple(c for c in left if agent_id in (c.first, c.second))
        work.changes[agent_id] = msgspec.structs.replace(change, conflicts=mine)


def has_commit(repository: Repository, commit: str) -> bool:
    """Whether git still has a commit."""
    with suppress(GitError):
        return bool(read_ref(repository, commit))
    return False
