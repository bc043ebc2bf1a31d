"""Options of a run as front doors give them."""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.domain.estimate import Estimate, Variant
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.routing import Routing
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Workflow


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What may be set for one run beside its inputs; empty values mean the configured default."""

    model: str = ""
    prd: str = ""
    budget_usd: float | None = None
    budget_tokens: int | None = None
    max_parallel: int | None = None
    record: str = ""
    replay: str = ""
    only: tuple[str, ...] = ()
    """Names of the agents to run, of fan-outs over a written list; empty for all."""
    trigger: str = ""
    """What starts the run: empty for a person, else ``hook pre-push``, ``schedule``."""


class PlannedAgent(msgspec.Struct, frozen=True):
    """An agent that a run will have."""

    name: str
    skill: str
    lens: str
    step_id: str = ""
    model: str = ""
    """The model that it starts with."""
    rule: str = ""
    """What chose it."""


class Preflight(msgspec.Struct, frozen=True):
    """What a run would do and need, before anything is spent."""

    workflow: Workflow
    inputs: dict[str, Any]
    """Resolved: defaults filled in, types converted."""
    agents: tuple[PlannedAgent, ...]
    model: ModelChoice
    estimate: Estimate
    files: int
    base_commit: str
    changed_files: int
    needs_confirm: bool
    """True when the p90 of the estimate is above the configured threshold, or has no price."""
    skills: tuple[Skill, ...] = ()
    problems: tuple[Problem, ...] = ()
    """A run with problems cannot start."""
    notes: tuple[str, ...] = ()
    workflows: tuple[Workflow, ...] = ()
    """Nested workflows."""
    outside: tuple[str, ...] = ()
    """Commands that may change the repository and reach the network, each with its step."""
    inside: tuple[str, ...] = ()
    """Commands that run in the sandbox, each with its step."""
    asks: tuple[str, ...] = ()
    """Steps at which a person is asked."""
    routing: Routing = Routing()
    """What chooses the model of each agent."""
    limits: RunLimits = RunLimits()
    """The budget that it would get."""
    variants: tuple[Variant, ...] = ()
    """Cheaper ways to do the same."""
