"""A skill: a prompt with its tools, evidence and typed output."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Skill(msgspec.Struct, frozen=True):
    """A SKILL.md folder, read. ``content_hash`` covers SKILL.md and its ``ladder.yaml``."""

    name: str
    description: str
    body: str
    content_hash: str
    origin: Literal["shipped", "project", "user"]
    path: str
    """Path of SKILL.md, relative to the repository for project skills, else to the library."""
    allowed_tools: tuple[str, ...] = ()
    lens: str = ""
    evidence: tuple[str, ...] = ()
    """Names of the evidence gates whose findings its agent starts from."""
    outputs: dict[str, Any] | None = None
    """JSON Schema of the agent's structured output."""
    tier: Literal["", "fast", "balanced", "best"] = ""
    """Kind of model that is enough for it; empty where its author did not say."""
    extra: dict[str, Any] = {}
    """Frontmatter keys that Ladder does not know, kept."""
