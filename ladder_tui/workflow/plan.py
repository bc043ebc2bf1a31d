"""Which agents a skill step will have: shared by the preflight and by the run itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Step
from ladder_tui.errors import UsageError
from ladder_tui.gates.printable import clean
from ladder_tui.library.expression import evaluate

DEFAULT_PARALLEL = 5
NAME_LIMIT = 80
"""Longest name of an agent, in characters."""


class Slot(msgspec.Struct, frozen=True):
    """One planned agent."""

    agent_id: AgentId
    name: str
    skill: Skill
    inputs: dict[str, Any]


def plan_slots(step: Step, names: Mapping[str, Any], skills: Mapping[str, Skill]) -> list[Slot]:
    """Resolve the step's expressions into its slots.

    ``names`` are the names expressions may use (``inputs``, ``steps``). Raises UsageError for
    a value of the wrong kind, an unknown skill or two agents of one name.
    """
    slots: list[Slot] = []
    for index, item in enumerate(_items(step, names)):
        scope = {**names, "item": item}
        skill_name = str(evaluate(step.skill or "", scope))
        skill = skills.get(skill_name)
        if skill is None:
            raise UsageError(f"step {step.id}: there is no skill {skill_name!r}")
        name = _name(step, scope, skill, index)
        inputs = {key: evaluate(value, scope) for key, value in step.with_.items()}
        slots.append(Slot(AgentId(f"{step.id}/{name}"), name, skill, inputs))
    if len({slot.agent_id for slot in slots}) != len(slots):
        raise UsageError(f"step {step.id}: two agents of its fan-out have the same name")
    return slots


def _name(step: Step, scope: Mapping[str, Any], skill: Skill, index: int) -> str:
    if step.name is None:
        return skill.name if step.for_each is None else f"{skill.name}-{index + 1}"
    value = evaluate(step.name, scope)
    name = "" if value is None else clean(str(value), NAME_LIMIT)
    if not name:
        raise UsageError(f"step {step.id}: {step.name} gives agent {index + 1} no name")
    return name


def _items(step: Step, names: Mapping[str, Any]) -> list[Any]:
    if step.for_each is None:
        return [None]
    items: Any = step.for_each
    if isinstance(items, str):
        items = evaluate(items, names)
    if not isinstance(items, list | tuple):
        raise UsageError(f"step {step.id}: for_each is {type(items).__name__}, not a list")
    return list(items)


def parallel_of(step: Step, names: Mapping[str, Any], cap: int | None) -> int:
    """How many agents of the step run at once, bounded by the run's own limit ``cap``.

    Raises UsageError where the step's value is no number.
    """
    value: Any = step.max_parallel
    if isinstance(value, str):
        value = evaluate(value, names)
    try:
        chosen = int(value) if value else DEFAULT_PARALLEL
    except (TypeError, ValueError, OverflowError) as error:
        raise UsageError(f"step {step.id}: max_parallel is {value!r}, not a number") from error
    return max(1, min(chosen, cap) if cap else chosen)
