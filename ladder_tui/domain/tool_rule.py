"""An entry of ``allowed-tools``: a tool, and perhaps what it may be used on."""

from __future__ import annotations

import msgspec


class ToolRule(msgspec.Struct, frozen=True):
    """``Read`` allows the tool, ``Read(docs/**)`` or ``Bash(git:*)`` only what the rule says."""

    tool: str
    rule: str = ""


def parse_tool_rule(text: str) -> ToolRule:
    """Read an entry as Claude Code writes them. Never raises; nonsense names no tool there is."""
    tool, opening, rest = text.strip().partition("(")
    if not opening or not rest.endswith(")"):
        return ToolRule(text.strip() if opening else tool.strip())
    return ToolRule(tool.strip(), rest[:-1].strip())
