"""What exists around a workflow file: everything that its steps may name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Workflow


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """Names that exist, with what is known of them. None leaves names of that sort unchecked."""

    skills: Mapping[str, Skill] | None = None
    """The usable ones by name: their ``inputs`` and ``outputs`` are checked against."""
    gates: Collection[str] | None = None
    tools: Collection[str] | None = None
    """Tools that a skill may ask for; names, or patterns such as ``mcp__*``."""
    models: Collection[str] | None = None
    """Models that a skill may name; names, or patterns such as ``claude-*``."""
    workflows: Mapping[str, Workflow] | None = None
    """Those that decode, by name."""


def catalog_of_skills(
    skills: Iterable[Skill],
    *,
    gates: Collection[str] | None = None,
    tools: Collection[str] | None = None,
    models: Collection[str] | None = None,
) -> Catalog:
    """A catalog whose workflows are filled in when their shelf is read."""
    by_name = {skill.name: skill for skill in skills}
    return Catalog(skills=by_name, gates=gates, tools=tools, models=models)
