"""What an editing agent changed, and where two agents' changes meet."""

from __future__ import annotations

from typing import Literal

import msgspec

from ladder_tui.domain.ids import AgentId

WorkspaceKind = Literal["worktree", "copy"]
"""A git worktree of the repository, or a copy of a folder that git does not know."""
ChangeDecision = Literal["accepted", "rejected", "left"]
"""Merged into the repository; sent back or thrown away; kept as a branch for later."""


class FileChange(msgspec.Struct, frozen=True, gc=False):
    """One file of a change, in lines added and removed; both are 0 for a binary file."""

    path: str
    added: int = 0
    removed: int = 0
    status: Literal["added", "modified", "deleted", "renamed"] = "modified"


class Conflict(msgspec.Struct, frozen=True, gc=False):
    """Two agents whose work does not merge. ``first`` sorts before ``second``."""

    first: AgentId
    second: AgentId
    paths: tuple[str, ...]
