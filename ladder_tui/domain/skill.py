"""A skill: a prompt with its tools, evidence, context files, typed input and typed output."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

SkillKind = Literal["skill", "agent", "command"]
"""A SKILL.md folder, or a Claude Code agent or command, which run as skills too."""
SkillOrigin = Literal["project", "user", "plugin", "shipped"]
Tier = Literal["", "fast", "balanced", "best"]


class SkillPart(msgspec.Struct, frozen=True):
    """A skill that another one is composed of, as it was when the other was read."""

    name: str
    content_hash: str
    body: str


class Skill(msgspec.Struct, frozen=True):
    """A skill, read. ``content_hash`` covers its Markdown file and its ``ladder.yaml``."""

    name: str
    description: str
    body: str
    content_hash: str
    origin: SkillOrigin
    path: str
    """Path of its Markdown file, relative to the repository for project skills, else to the
    library; below the home directory with ``~``."""
    allowed_tools: tuple[str, ...] = ()
    """Names and rules as in Claude Code: ``Read``, ``Bash(git:*)``, ``Read(docs/**)``."""
    lens: str = ""
    evidence: tuple[str, ...] = ()
    """Names of the evidence gates whose findings its agent starts from."""
    outputs: dict[str, Any] | None = None
    """JSON Schema of the agent's structured output."""
    tier: Tier = ""
    """Kind of model that is enough for it; empty where its author did not say."""
    extra: dict[str, Any] = {}
    """Frontmatter keys that Ladder does not know, kept."""
    kind: SkillKind = "skill"
    source: str = ""
    """Where it was found, for people: ``.claude/skills``, ``~/.claude/agents``, ``plugin NAME``."""
    inputs: dict[str, Any] | None = None
    """JSON Schema of what a step hands to it in ``with``."""
    uses: tuple[str, ...] = ()
    """Names of the skills it is composed of, in order."""
    parts: tuple[SkillPart, ...] = ()
    """Those skills, and what they are composed of, each once; resolved at load."""
    files: tuple[str, ...] = ()
    """Its context files below its folder: ``references/…``, ``assets/…``, ``scripts/…``."""
    directory: str = ""
    """Absolute path of its folder, where its agent may read ``files``; empty for agents and
    commands."""
    model: str = ""
    """Model as an agent's frontmatter names it: ``haiku``, ``sonnet``, ``opus``, ``inherit``."""
