"""Which model an agent gets: tiers, rules by step, kind and size, and what a run froze of them."""

from __future__ import annotations

from typing import Literal

import msgspec

from ladder_tui.domain.model import ModelChoice

Tier = Literal["fast", "balanced", "best"]
TIERS: tuple[Tier, ...] = ("fast", "balanced", "best")
AgentKind = Literal["review", "edit", "task"]
"""``review``: its answer holds findings; ``edit``: it may change files; ``task``: everything else.
"""


class RouteRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule of the configuration; the first one that fits an agent chooses its model."""

    tier: Tier | None = None
    model: str = ""
    """A model as ``--model`` takes it, in place of a tier."""
    step: str = ""
    """Id of the step, or a pattern such as ``review*``; empty for every one."""
    skill: str = ""
    """Name of the skill, or a pattern."""
    kind: AgentKind | None = None
    min_files: int = 0
    """Files that the agent is about, at least."""
    max_files: int | None = None

    def __post_init__(self) -> None:
        if (self.tier is None) == (not self.model):
            raise ValueError("a rule of routes names either a tier or a model")
        if self.max_files is not None and self.max_files < self.min_files:
            raise ValueError(f"max_files {self.max_files} is below min_files {self.min_files}")

    @property
    def text(self) -> str:
        """The rule on one line, for people."""
        parts = [
            f"{name} {value}"
            for name, value in (("step", self.step), ("skill", self.skill), ("kind", self.kind))
            if value
        ]
        parts += [f"at least {self.min_files} files"] if self.min_files else []
        parts += [f"at most {self.max_files} files"] if self.max_files is not None else []
        return f"rule: {', '.join(parts) or 'every agent'}"


class Routing(msgspec.Struct, frozen=True):
    """What chooses models in one run, frozen at its start, every name resolved."""

    is_fixed: bool = False
    """True where a person named the model of this run: it is the model of every agent."""
    tiers: dict[Tier, ModelChoice] = {}
    """Those that the configuration names; any other is the run's model."""
    models: dict[str, ModelChoice] = {}
    """Models that steps and rules name, by that name."""
    rules: tuple[RouteRule, ...] = ()

    @property
    def choices(self) -> tuple[ModelChoice, ...]:
        """Every model that it may choose, each once."""
        if self.is_fixed:
            return ()
        found = {c.label: c for c in (*self.tiers.values(), *self.models.values())}
        return tuple(found.values())
