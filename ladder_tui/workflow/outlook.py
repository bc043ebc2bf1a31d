"""What a run will have before anything is known that its steps give: the basis of a preflight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import ASKING, Shards, Step, Workflow
from ladder_tui.errors import UsageError
from ladder_tui.gates.printable import clean
from ladder_tui.library.expression import evaluate, parse_template
from ladder_tui.library.input import resolve_inputs
from ladder_tui.workflow.plan import Names, Place, plan_places
from ladder_tui.workflow.shard import Cut
from ladder_tui.workflow.step_workflow import MAX_DEPTH

CutShards = Callable[[Step, Names], Cut]
MOST_STEPS = 20_000
"""Of a run, those of nested workflows counted each time they run."""
COMMAND_SHOWN = 200
"""Characters of a command that a preflight lists."""


@dataclass(frozen=True)
class PlannedSlot:
    """An agent that a run will have."""

    step_id: str
    name: str
    skill: Skill
    step: Step
    item: Any = None


@dataclass
class Outlook:
    """What lies ahead, nested workflows included."""

    slots: list[PlannedSlot] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    """Commands that may change the repository and reach the network."""
    inside: list[str] = field(default_factory=list)
    """Commands that run in the sandbox."""
    asks: list[str] = field(default_factory=list)
    """Steps at which a person is asked."""
    notes: list[str] = field(default_factory=list)
    """What cannot be known before the run."""


class Lookout:
    """Walks a workflow and all that it runs."""

    def __init__(
        self,
        root: Path,
        skills: Mapping[str, Skill],
        workflows: Mapping[str, Workflow],
        cut_shards: CutShards,
    ) -> None:
        self._root = root
        self._skills = skills
        self._workflows = workflows
        self._cut_shards = cut_shards
        self.outlook = Outlook()
        self._steps = 0

    def look(
        self, workflow: Workflow, inputs: Mapping[str, Any], prefix: str = "", depth: int = 0
    ) -> Outlook:
        """Take in a workflow with its resolved inputs.

        Raises UsageError for what is wrong already: an unknown skill, a fan-out over no list,
        more steps than any run can have.
        """
        names = {"inputs": inputs, "steps": {}}
        for step in workflow.steps:
            if not _is_ruled_out(step, names):
                self._step(step, names, prefix, depth)
        return self.outlook

    def _step(self, step: Step, names: Names, prefix: str, depth: int) -> None:
        step_id = prefix + step.id
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise UsageError(
                f"the run would have more than {MOST_STEPS:,} steps",
                why="its workflows run each other many times over",
                next_step="nest fewer of them",
            )
        match step.kind:
            case "skill":
                for place in self._places(step, names, step_id, ""):
                    self._agent(step, step_id, place)
            case "run":
                words = clean(" ".join(step.run or ()), COMMAND_SHOWN)
                known = self.outlook.outside if step.effect == "external" else self.outlook.inside
                known.append(f"{step_id}: {words}")
            case "ask":
                self.outlook.asks.append(step_id)
            case "workflow":
                self._nested(step, names, step_id, depth + 1)
            case "aggregate" if step.aggregate in ASKING:
                self._asking(step, prefix)
            case _:
                pass

    def _places(self, step: Step, names: Names, step_id: str, default: str) -> Sequence[Place]:
        if isinstance(step.for_each, Shards):
            if depends_on_steps(step.for_each.shards):
                return self._one_of_many(step_id, names)
            cut = self._cut_shards(step, names)
            if cut.reason:
                self.outlook.notes.append(f"{step_id}: {cut.reason}")
            return plan_places(step, names, default, cut.items)
        if depends_on_steps(step.for_each):
            return self._one_of_many(step_id, names)
        return plan_places(step, names, default)

    def _one_of_many(self, step_id: str, names: Names) -> Sequence[Place]:
        text = f"{step_id}: how many there will be is known when earlier steps are done"
        self.outlook.notes.append(f"{text}; counted as one")
        return [Place("", {**names, "item": None})]

    def _agent(self, step: Step, step_id: str, place: Place) -> None:
        if depends_on_steps(step.skill):
            text = f"{step_id}: its skill is known when earlier steps are done"
            self.outlook.notes.append(text)
            return
        is_open = place.scope["item"] is None and step.for_each is not None
        name = str(evaluate(step.skill or "", place.scope))
        skill = self._skills.get(name)
        if skill is None and is_open:
            return
        if skill is None:
            raise UsageError(f"step {step.id}: there is no skill {name!r}")
        label = place.name if not place.name.startswith("-") else f"{skill.name}{place.name}"
        item = place.scope["item"]
        self.outlook.slots.append(PlannedSlot(step_id, label or skill.name, skill, step, item))

    def _asking(self, step: Step, prefix: str) -> None:
        """The agents that an aggregate asks: for a judge at most two for each further answer."""
        skill = self._skills.get(step.by or "") if isinstance(step.by, str) else None
        if skill is None:
            raise UsageError(f"step {step.id}: there is no skill {step.by!r}")
        step_id = prefix + step.id
        if step.aggregate == "judge":
            answers = sum(slot.step_id == f"{prefix}{step.over}" for slot in self.outlook.slots)
            calls = 2 * max(1, answers - 1)
        else:
            calls = 1
            text = f"{step_id}: how many pages there will be is known when {step.over} is done"
            self.outlook.notes.append(f"{text}; counted as one")
        self.outlook.slots += [
            PlannedSlot(step_id, f"{skill.name}-{number}", skill, step)
            for number in range(1, calls + 1)
        ]

    def _nested(self, step: Step, names: Names, step_id: str, depth: int) -> None:
        nested = self._workflows.get(step.workflow or "")
        if nested is None or depth > MAX_DEPTH:
            return
        for place in self._places(step, names, step_id, nested.name):
            inputs = self._nested_inputs(step, nested, place)
            below = f"{step_id}/{place.name}/" if place.name else f"{step_id}/"
            self.look(nested, inputs, below, depth)

    def _nested_inputs(self, step: Step, nested: Workflow, place: Place) -> dict[str, Any]:
        given = {
            key: evaluate(value, place.scope)
            for key, value in step.with_.items()
            if not depends_on_steps(value)
        }
        # Problems of values that are not known yet are none.
        return resolve_inputs(nested, given, self._root)[0]


def depends_on_steps(value: Any) -> bool:
    """Whether a value can only be told when earlier steps are done."""
    if isinstance(value, str):
        return any(
            reference[0] == "steps"
            for expression in parse_template(value).expressions
            for reference in expression.references
        )
    if isinstance(value, Mapping):
        return any(map(depends_on_steps, value.values()))
    return isinstance(value, list | tuple) and any(map(depends_on_steps, value))


def _is_ruled_out(step: Step, names: Names) -> bool:
    if step.when is None or isinstance(step.when, bool):
        return step.when is False
    return not depends_on_steps(step.when) and not evaluate(step.when, names)
