"""A workflow: typed inputs, steps in order, gates, a rule for failing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from ladder_tui.domain.finding import Severity

InputKind = Literal["string", "directory", "file", "integer", "number", "boolean", "git-base"]
OnError = Literal["stop", "continue"]


class WorkflowInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One typed input; the launch form and ``-i KEY=VALUE`` are made from it."""

    type: InputKind = "string"
    default: str | int | float | bool | None = None
    is_required: bool = msgspec.field(default=False, name="required")
    enum: tuple[str, ...] = ()
    minimum: int | float | None = None
    maximum: int | float | None = None
    help: str = ""


class AgentLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one agent may use. Tokens count what is sent and received over all turns."""

    turns: int = 12
    tokens: int = 200_000
    output_tokens: int = 4_096
    """Of one reply."""
    usd: float | None = None
    seconds: float = 600.0


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step. Exactly one of ``skill``, ``aggregate``, ``gate`` says what kind it is.

    A string of the form ``${expression}`` is a JMESPath expression over ``inputs``, ``item``
    and ``steps``.
    """

    id: str
    skill: str | None = None
    aggregate: Literal["union-dedup"] | None = None
    gate: str | None = None
    name: str | None = None
    """Name of the agent, shown on the board; in a fan-out usually ``${item.name}``."""
    for_each: tuple[Any, ...] | str | None = None
    max_parallel: int | str | None = None
    over: str | None = None
    """Id of the step whose outputs are aggregated or gated."""
    with_: dict[str, Any] = msgspec.field(default_factory=dict, name="with")
    when: str | bool | None = None
    needs: tuple[str, ...] = ()
    limits: AgentLimits = AgentLimits()
    retry: int = 0
    on_error: OnError = "stop"

    @property
    def kind(self) -> Literal["skill", "aggregate", "gate"]:
        """What the step does."""
        if self.skill is not None:
            return "skill"
        return "aggregate" if self.aggregate is not None else "gate"


class FailOn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a finished run fail; everything else is only reported."""

    severity: Severity | None = None
    """Findings of this severity or worse fail the run."""
    verified: bool = True
    """Only findings whose quote is really there count."""
    changed: bool = True
    """With a base, only findings on changed lines count."""
    agents: bool = False
    """An agent that failed fails the run."""
    gates: tuple[Literal["fail", "degraded", "error"], ...] = ()
    """Verdicts of ``gate`` steps that fail the run."""


class Workflow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A workflow file."""

    name: str
    description: str = ""
    inputs: dict[str, WorkflowInput] = {}
    steps: tuple[Step, ...]
    fail_on: FailOn = FailOn()
    output: dict[str, Any] | None = None
    """JSON Schema of the output of the last aggregate."""

    def paths(self, inputs: Mapping[str, Any]) -> list[str]:
        """Directories and files among resolved ``inputs``: what a run is about."""
        return [
            str(inputs[name])
            for name, declared in self.inputs.items()
            if declared.type in ("directory", "file") and inputs.get(name)
        ]
