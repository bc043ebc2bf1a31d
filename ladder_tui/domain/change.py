"""What an editing agent changed, and where two agents' changes meet."""

from __future__ import annotations

from typing import Literal

import msgspec

from ladder_tui.domain.ids import AgentId

WorkspaceKind = Literal["worktree", "copy"]
"""A git worktree of the repository, or a copy of a folder that git does not know."""
ChangeDecision = Literal["accepted", "rejected", "left"]
"""Merged into the repository; sent back or thrown away; kept as a branch for later."""

FileStatus = Literal["added", "modified", "deleted", "renamed"]


class FileChange(msgspec.Struct, frozen=True, gc=False):
    """One file of a change, in lines added and removed; both are 0 for a binary file."""

    path: str
    added: int = 0
    removed: int = 0
    status: FileStatus = "modified"


class Conflict(msgspec.Struct, frozen=True, gc=False):
    """Two agents whose work does not merge. ``first`` sorts before ``second``."""

    first: AgentId
    second: AgentId
    paths: tuple[str, ...]


class AgentChange(msgspec.Struct, frozen=True):
    """All that one agent changed in a run, and what became of it."""

    agent_id: AgentId
    name: str
    files: tuple[FileChange, ...] = ()
    commit: str = ""
    """Its newest checkpoint; empty where it has made none."""
    base_commit: str = ""
    branch: str = ""
    conflicts: tuple[Conflict, ...] = ()
    """With other agents whose change is still open."""
    decision: ChangeDecision | None = None
    reason: str = ""
    """Why it was rejected."""

    @property
    def added(self) -> int:
        """Lines added."""
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        """Lines removed."""
        return sum(file.removed for file in self.files)


class DiffPiece(msgspec.Struct, frozen=True):
    """A hunk, or a whole file that has none: what can be accepted by itself."""

    path: str
    lines: tuple[str, ...]
    """As git shows them, without the lines that name the file; untrusted text."""
    is_whole_file: bool = False
