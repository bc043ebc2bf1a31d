"""Where an agent that edits works: a place of its own, restored and kept turn by turn.

The runner makes them from git worktrees. The loop opens one before an editing agent's first call,
asks for a checkpoint after every turn with tool calls, and closes it however the agent ends.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ladder_tui.agent.spec import AgentSpec
from ladder_tui.domain.event import AgentState
from ladder_tui.errors import LadderError


class WorkspaceError(LadderError):
    """An isolated place cannot be made, or its state cannot be kept: the agent must not edit."""


class Workspace(Protocol):
    """The place of one attempt of one agent."""

    @property
    def root(self) -> Path:
        """What the agent takes for the repository: its tools read and write here only."""
        ...

    @property
    def kept_turn(self) -> int:
        """The last turn whose changes an earlier runner made durable; 0 for none.

        The files are as after that turn. What later turns did is undone, so their tools run again.
        """
        ...

    async def checkpoint(self, turn: int) -> None:
        """Make the state after a turn durable. Raises WorkspaceError."""
        ...

    async def close(self, state: AgentState) -> None:
        """Keep what a turn that did not end left behind. Never raises for a damaged place."""
        ...


class Workspaces(Protocol):
    """Opens the workspaces of a run."""

    async def open(self, spec: AgentSpec) -> Workspace:
        """Make or restore the place of an agent, and verify that it is isolated.

        Raises WorkspaceError, with the reason, where it is not.
        """
        ...
