"""The header keys of skills, agents and commands, explained to those who write one."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.skill import SkillKind
from ladder_tui.library.skill_tool import KNOWN_TOOLS

TOOL_NAMES: tuple[str, ...] = tuple(sorted(KNOWN_TOOLS))
"""Names that a list of tools may hold, for completion."""
_MODELS = ("haiku", "sonnet", "opus", "inherit")
_ALL: tuple[SkillKind, ...] = ("skill", "agent", "command")


class FrontmatterKey(msgspec.Struct, frozen=True):
    """One key: what it means and what it takes."""

    name: str
    kinds: tuple[SkillKind, ...]
    meaning: str
    takes: str
    """The allowed values, for people."""
    choices: tuple[str, ...] = ()
    """The values that there are, where they can be listed."""
    is_list: bool = False
    """Several of ``choices``, with commas."""


KEYS: tuple[FrontmatterKey, ...] = (
    FrontmatterKey(
        "name", ("skill", "agent"), "what it is called by",
        "a-z, 0-9 and -, at most 64 characters, the same as the folder",
    ),
    FrontmatterKey(
        "description", _ALL, "what it does and when to use it; every listing carries it",
        "text, at most 1,024 characters",
    ),
    FrontmatterKey(
        "allowed-tools", ("skill", "command"), "the tools it may use; without it those that look",
        "names with commas, rules in parentheses: Read, Bash(git:*)", TOOL_NAMES, is_list=True,
    ),
    FrontmatterKey(
        "tools", ("agent",), "the tools it may use; without it those that only look",
        "names with commas, rules in parentheses: Read, Bash(git:*)", TOOL_NAMES, is_list=True,
    ),
    FrontmatterKey(
        "model", _ALL, "the model it wants; Ladder reads it as a tier",
        "haiku, sonnet, opus or inherit", _MODELS,
    ),
    FrontmatterKey(
        "argument-hint", ("command", "skill"), "what to type after the command", "text: [path]"
    ),
    FrontmatterKey("license", ("skill",), "under which terms it may be shared", "text: Apache-2.0"),
    FrontmatterKey(
        "compatibility", ("skill",), "what it needs around it: products, programs, network",
        "text, at most 500 characters",
    ),
    FrontmatterKey("metadata", ("skill",), "anything else, kept and shown", "keys with text"),
    FrontmatterKey("color", ("agent",), "its colour in Claude Code", "red, blue, green …"),
    FrontmatterKey(
        "disable-model-invocation", ("skill", "command"),
        "true: only people start it in Claude Code, never a model", "true or false",
        ("true", "false"),
    ),
)  # fmt: skip


def keys_of(kind: SkillKind) -> tuple[FrontmatterKey, ...]:
    """The keys that files of a kind have."""
    return tuple(key for key in KEYS if kind in key.kinds)
