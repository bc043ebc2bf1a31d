"""Names of tools in ``allowed-tools``: Ladder's, and those that skills in the wild use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ladder_tui.library.nearest import nearest

KNOWN_TOOLS = frozenset(
    ["Read", "Grep", "Glob", "Edit", "MultiEdit", "Write", "NotebookEdit", "NotebookRead", "Bash",
     "BashOutput", "KillShell", "WebFetch", "WebSearch", "Task", "Agent", "TodoWrite", "TodoRead",
     "LS", "Skill", "SlashCommand", "AskUserQuestion", "ExitPlanMode", "EnterPlanMode", "LSP",
     "TaskCreate", "TaskUpdate", "TaskList", "TaskGet", "TaskOutput", "TaskStop", "ToolSearch",
     "ListMcpResourcesTool", "ReadMcpResourceTool", "SendMessage", "KillBash"]
)  # fmt: skip
"""Tool names of Ladder and of Claude Code."""


def tool_faults(tools: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Message and fix for each entry that names no tool that anybody has."""
    for tool in tools:
        bare = tool.split("(", 1)[0].strip()
        if bare not in KNOWN_TOOLS and not bare.startswith("mcp__") and bare != "*":
            best = nearest(bare, KNOWN_TOOLS)
            fix = f"nearest: {best}" if best else "see docs/skills.md for the tools"
            yield f'unknown tool "{bare[:60]}"', fix
        elif tool.count("(") != tool.count(")"):
            yield f'"{tool[:60]}" has a parenthesis without its other half', "close it"
