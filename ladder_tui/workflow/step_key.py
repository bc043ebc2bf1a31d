"""Short hashes of everything a step stands on: they say why a step ran again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Step

SHORT = 12
"""Hexadecimal digits of a part."""

_encode = msgspec.json.Encoder(order="deterministic").encode

_NOT_THE_WORK = (
    *("retry", "timeout", "budget", "on_error", "fallback", "needs", "when", "max_parallel"),
)
"""Keys that say how a step is run, and do not change what it does."""


def short_hash(value: Any) -> str:
    """The short hash of plain data."""
    return hashlib.sha256(_encode(value)).hexdigest()[:SHORT]


def digest_of(parts: Mapping[str, str]) -> str:
    """The hash over all parts of a step."""
    return short_hash(dict(parts))


def definition_hash(step: Step) -> str:
    """What the file says that a step does; how often it is tried does not count."""
    plain = msgspec.to_builtins(step)
    return short_hash({k: v for k, v in plain.items() if k not in _NOT_THE_WORK})


def skill_parts(skills: Iterable[Skill]) -> dict[str, str]:
    """The skills of a step and those that they are composed of, each by ``skill NAME``."""
    found: dict[str, str] = {}
    for skill in skills:
        found[f"skill {skill.name}"] = skill.content_hash[:SHORT]
        found.update({f"skill {part.name}": part.content_hash[:SHORT] for part in skill.parts})
    return found
