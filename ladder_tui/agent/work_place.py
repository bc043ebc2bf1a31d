"""The tools of one agent at the place where they work: the repository, or one of its own."""

from __future__ import annotations

from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.spec import AgentSpec
from ladder_tui.agent.tool_use import run_tools
from ladder_tui.agent.workspace import Workspace, WorkspaceError
from ladder_tui.domain.event import AgentState
from ladder_tui.domain.message import Message
from ladder_tui.tools.registry import find_tools, is_editor
from ladder_tui.tools.tool import Tool


class WorkPlace:
    """Runs an agent's tool calls. One that may edit has a workspace, or it does not work."""

    def __init__(self, spec: AgentSpec, *, has_tools: bool) -> None:
        self.tools: tuple[Tool, ...] = find_tools(spec.skill.allowed_tools) if has_tools else ()
        self._spec = spec
        self._workspace: Workspace | None = None

    async def open(self, ports: AgentPorts) -> AgentPorts:
        """Return the ports by which the agent works from here on. Raises WorkspaceError."""
        if not is_editor(self._spec.skill.allowed_tools) or not self.tools:
            return ports
        if ports.workspaces is None:
            raise WorkspaceError("this run has no isolated places for agents that edit")
        ports.meter(self._spec.agent_id).activity("preparing its own worktree")
        self._workspace = await ports.workspaces.open(self._spec)
        return ports.at(self._workspace.root)

    async def use(self, message: Message, turn: int, ports: AgentPorts) -> Message:
        """Run the tool calls of a turn, and keep what they changed. Raises WorkspaceError."""
        place = self._workspace
        # What an earlier runner did and could not keep was undone when the place was opened.
        is_undone = place is not None and turn > place.kept_turn
        results = await run_tools(message, turn, self._spec, self.tools, ports, is_undone=is_undone)
        if place is not None and is_undone:
            await place.checkpoint(turn)
        return results

    async def close(self, state: AgentState) -> None:
        """The agent has ended."""
        if self._workspace is not None:
            await self._workspace.close(state)
