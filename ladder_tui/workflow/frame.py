"""One workflow at work: the run's own, or one that a step of it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from ladder_tui.agent.budget import Budget
from ladder_tui.domain.ids import StepId
from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.workflow.deadline import Deadline

PASSES = 64
"""More than a step can be run again: passes of nested workflows count in their own digits."""


class Feedback(msgspec.Struct, frozen=True):
    """Why a person rejected what a step gave, and what it gave."""

    reason: str
    previous: Any


@dataclass
class Frame:
    """A workflow, its inputs, and what its steps have given so far."""

    workflow: Workflow
    inputs: dict[str, Any]
    budget: Budget
    prefix: str = ""
    """``outer/`` or ``outer/SLOT/`` for a nested workflow: stands before the ids of its steps."""
    depth: int = 0
    first_pass: int = 0
    deadlines: tuple[Deadline, ...] = ()
    """Of the steps around it, which a question to a person holds."""
    outputs: dict[str, Any] = field(default_factory=dict)
    """By the id in the file, as expressions see them."""
    ended_well: set[str] = field(default_factory=set)
    passes: dict[str, int] = field(default_factory=dict)
    """How often a step was run again because a person rejected it."""
    feedback: dict[str, Feedback] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """Key of each step that has run: a step whose key is the same need not run again."""

    def step_id(self, step: Step | str) -> StepId:
        """The id of a step in its run."""
        return StepId(self.prefix + (step if isinstance(step, str) else step.id))

    def names(self) -> dict[str, Any]:
        """The names an expression may use."""
        return {"inputs": self.inputs, "steps": self.outputs}

    def pass_of(self, step: Step) -> int:
        """How often this step has been run before in this run, redone frames included."""
        return self.first_pass * PASSES + self.passes.get(step.id, 0)
