"""Chooses the model of an agent. Pure: the same agent in the same run gets the same one."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import NamedTuple

import msgspec

from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.routing import AgentKind, RouteRule, Routing, Tier
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Step


class Task(NamedTuple):
    """An agent that needs a model."""

    step: Step
    skill: Skill
    kind: AgentKind
    files: int
    """How many it is about."""


class Route(NamedTuple):
    """The model of an agent, and the rule that chose it."""

    choice: ModelChoice
    tier: Tier | None
    rule: str


def route(task: Task, routing: Routing, default: ModelChoice) -> Route:
    """Choose by the person, the step, the rules in order, the skill, else the run's ``default``."""
    if routing.is_fixed:
        return Route(default, None, "--model")
    step = task.step
    if step.model is not None:
        return Route(routing.models.get(step.model, default), None, "model of the step")
    if step.tier is not None:
        return at_tier(step.tier, routing, default, "tier of the step")
    for rule in routing.rules:
        if _fits(rule, task):
            return _ruled(rule, routing, default)
    return _of_skill(task.skill, routing, default)


def at_tier(tier: Tier, routing: Routing, default: ModelChoice, rule: str) -> Route:
    """The model of a tier: the run's, where the configuration does not name another."""
    return Route(routing.tiers.get(tier, default), tier, rule)


def _fits(rule: RouteRule, task: Task) -> bool:
    return (
        (not rule.step or fnmatchcase(task.step.id, rule.step))
        and (not rule.skill or fnmatchcase(task.skill.name, rule.skill))
        and (rule.kind is None or rule.kind == task.kind)
        and task.files >= rule.min_files
        and (rule.max_files is None or task.files <= rule.max_files)
    )


def _ruled(rule: RouteRule, routing: Routing, default: ModelChoice) -> Route:
    if rule.tier is not None:
        return at_tier(rule.tier, routing, default, rule.text)
    return Route(routing.models.get(rule.model, default), None, rule.text)


def _of_skill(skill: Skill, routing: Routing, default: ModelChoice) -> Route:
    if skill.tier:
        said = f"model {skill.model}" if skill.model else "tier"
        return at_tier(skill.tier, routing, default, f"{said} of {skill.name}")
    if skill.model.startswith("claude-") and default.provider == "anthropic":
        choice = msgspec.structs.replace(default, model=skill.model)
        return Route(choice, None, f"model of {skill.name}")
    return Route(default, None, "model of the run")
