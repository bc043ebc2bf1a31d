"""Events of agents that edit: where they work, what they changed, what became of it."""

from __future__ import annotations

from ladder_tui.domain.change import ChangeDecision, Conflict, FileChange, WorkspaceKind
from ladder_tui.domain.event_base import EventBase
from ladder_tui.domain.ids import AgentId


class WorkspaceOpened(EventBase, frozen=True, tag="workspace_opened"):
    """An editing agent has a place of its own, and it was verified to be isolated."""

    agent_id: AgentId
    kind: WorkspaceKind
    path: str
    branch: str = ""
    base_commit: str = ""


class CheckpointMade(EventBase, frozen=True, tag="checkpoint_made"):
    """The state of an agent's workspace after a turn is a commit; a kill cannot lose it."""

    agent_id: AgentId
    turn: int
    commit: str
    files: tuple[FileChange, ...] = ()
    """All that differs from the base, not only what this turn changed."""


class ConflictsFound(EventBase, frozen=True, tag="conflicts_found"):
    """The pairs of agents whose work conflicts now; replaces what was said before."""

    conflicts: tuple[Conflict, ...]


class ChangeDecided(EventBase, frozen=True, tag="change_decided"):
    """A person decided about an agent's change, wholly or, with ``paths``, in part."""

    agent_id: AgentId
    decision: ChangeDecision
    commit: str = ""
    """Of the repository after an acceptance; of the branch where the change was left."""
    reason: str = ""
    paths: tuple[str, ...] = ()
