"""Which slots a step will have: shared by the preflight and by the run itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Shards, Step
from ladder_tui.errors import UsageError
from ladder_tui.gates.printable import clean
from ladder_tui.library.expression import evaluate

DEFAULT_PARALLEL = 5
NAME_LIMIT = 80
"""Longest name of an agent, in characters."""
MAX_SLOTS = 1_000
"""More than a fan-out can have: it would be a mistake in what it fans out over."""

Names = Mapping[str, Any]
"""What expressions may use: ``inputs``, ``steps`` and, in a fan-out, ``item``."""


class Place(msgspec.Struct, frozen=True):
    """One place of a step: the only one, or one of a fan-out."""

    name: str
    """Empty for the only one without a name of its own."""
    scope: dict[str, Any]


class Slot(msgspec.Struct, frozen=True):
    """One planned agent."""

    agent_id: AgentId
    name: str
    skill: Skill
    inputs: dict[str, Any]
    item: Any = None


def plan_places(
    step: Step, names: Names, default_name: str, items: Sequence[Any] | None = None
) -> list[Place]:
    """The places of a step. ``items`` are those of a fan-out over shards.

    Places without a name of their own are called ``default_name-1`` and so on. Raises UsageError
    for a value of the wrong kind, a missing name, or two places of one name.
    """
    if step.for_each is None:
        name = "" if step.name is None else _name(step, names, 0)
        return [Place(name, {**names, "item": None})]
    found = []
    for index, item in enumerate(_items(step, names) if items is None else items):
        scope = {**names, "item": item}
        has_name = step.name is not None or isinstance(step.for_each, Shards)
        name = _name(step, scope, index) if has_name else f"{default_name}-{index + 1}"
        found.append(Place(name, scope))
    if len({place.name for place in found}) != len(found):
        raise UsageError(f"step {step.id}: two agents of its fan-out have the same name")
    return found


def plan_slots(
    step: Step,
    names: Names,
    skills: Mapping[str, Skill],
    *,
    step_id: str = "",
    items: Sequence[Any] | None = None,
) -> list[Slot]:
    """The agents of a skill step, whose id in its run is ``step_id`` (its own by default).

    Raises UsageError as ``plan_places`` does, and for an unknown skill.
    """
    slots: list[Slot] = []
    for index, place in enumerate(plan_places(step, names, "", items)):
        skill_name = str(evaluate(step.skill or "", place.scope))
        skill = skills.get(skill_name)
        if skill is None:
            raise UsageError(f"step {step.id}: there is no skill {skill_name!r}")
        inputs = {key: evaluate(value, place.scope) for key, value in step.with_.items()}
        # Without a name of its own an agent is called after its skill.
        is_numbered = step.for_each is not None and place.name == f"-{index + 1}"
        name = f"{skill.name}{place.name}" if is_numbered else place.name or skill.name
        agent_id = AgentId(f"{step_id or step.id}/{name}")
        slots.append(Slot(agent_id, name, skill, inputs, place.scope["item"]))
    return slots


def _name(step: Step, scope: Names, index: int) -> str:
    template = "${item.name}" if step.name is None else step.name
    value = evaluate(template, scope)
    # A slash would look like a step of a nested workflow.
    name = "" if value is None else clean(str(value), NAME_LIMIT).replace("/", "_")
    if not name:
        raise UsageError(f"step {step.id}: {template} gives agent {index + 1} no name")
    return name


def _items(step: Step, names: Names) -> list[Any]:
    items: Any = evaluate(step.for_each, names)
    if isinstance(items, int) and not isinstance(items, bool):
        items = range(1, min(items, MAX_SLOTS + 1) + 1)  # samples: that many times the same task
    if not isinstance(items, list | tuple | range):
        raise UsageError(
            f"step {step.id}: for_each is {type(items).__name__}, not a list or number"
        )
    if len(items) > MAX_SLOTS:
        raise UsageError(
            f"step {step.id}: for_each has {len(items):,} items, at most {MAX_SLOTS:,} can be"
        )
    return list(items)


def parallel_of(step: Step, names: Names, cap: int | None) -> int:
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
