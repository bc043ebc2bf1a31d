"""Names of tools in ``allowed-tools``: Ladder's, and those that skills in the wild use."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from ladder_tui.domain.tool_rule import parse_tool_rule
from ladder_tui.library.nearest import nearest

KNOWN_TOOLS = frozenset(
    ["Read", "Grep", "Glob", "Edit", "MultiEdit", "Write", "NotebookEdit", "NotebookRead", "Bash",
     "BashOutput", "KillShell", "WebFetch", "WebSearch", "Task", "Agent", "TodoWrite", "TodoRead",
     "LS", "Skill", "SlashCommand", "AskUserQuestion", "ExitPlanMode", "EnterPlanMode", "LSP",
     "TaskCreate", "TaskUpdate", "TaskList", "TaskGet", "TaskOutput", "TaskStop", "ToolSearch",
     "ListMcpResourcesTool", "ReadMcpResourceTool", "SendMessage", "KillBash"]
)  # fmt: skip
"""Tool names of Ladder and of Claude Code."""


PATH_TOOLS = frozenset({"Read", "Grep", "Glob", "Edit", "Write"})
"""Tools whose rules are globs of paths."""


def tool_faults(tools: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Message and fix for each entry that names no tool that anybody has, or has a wrong rule."""
    for tool in tools:
        entry = parse_tool_rule(tool)
        if "(" in entry.tool or tool.count("(") != tool.count(")"):
            yield f'"{tool[:60]}" has a parenthesis without its other half', "close it"
        elif not is_known(entry.tool):
            yield f'unknown tool "{entry.tool[:60]}"', _fix(entry.tool)
        elif entry.tool in PATH_TOOLS and _leaves(entry.rule):
            yield f'"{tool[:60]}" leaves the repository: it allows nothing', "give a path in it"


def missing_tools(tools: Sequence[str], offered: Collection[str]) -> tuple[str, ...]:
    """Names of the known tools that are not ``offered``."""
    named = dict.fromkeys(parse_tool_rule(tool).tool for tool in tools)
    return tuple(n for n in named if n not in offered and n != "*" and is_known(n))


def is_known(name: str) -> bool:
    """Whether somebody has a tool of this name."""
    return name in KNOWN_TOOLS or name.startswith("mcp__") or name == "*"


@lru_cache(maxsize=1_000)
def _fix(name: str) -> str:
    best = nearest(name, KNOWN_TOOLS)
    return f"nearest: {best}" if best else "see docs/skills.md for the tools"


def _leaves(rule: str) -> bool:
    return rule.startswith(("//", "~")) or ".." in rule.split("/")
