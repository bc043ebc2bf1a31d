"""What a kind of step is: it plans its work, then does it. One kind per file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from ladder_tui.domain.ids import AgentId, StepId
from ladder_tui.domain.run import RunState
from ladder_tui.domain.workflow import Step
from ladder_tui.workflow.deadline import Deadline
from ladder_tui.workflow.frame import Frame
from ladder_tui.workflow.port import RunStateData, WorkflowPorts
from ladder_tui.workflow.step_key import digest_of

INPUTS_LIMIT = 256 * 1024
OUTPUT_LIMIT = 512 * 1024
"""Bytes of JSON that an event carries of what a step was given, and of what it gave."""
PROCESS_GRACE_S = 2.0
"""A command knows its own time limit, and is ended by it so long before its step is."""


class Stopped(Exception):  # noqa: N818 - not an error: a step's ``on_error: stop`` took effect
    """A step failed and the workflow says to stop there, with the state the run ends in."""

    def __init__(self, reason: str, state: RunState, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.state = state
        self.is_final = is_final
        """True where a person stopped the run: no ``on_error`` of a step around it goes on."""


@dataclass(frozen=True)
class StepContext:
    """One step at work, with all that it may use."""

    step: Step
    step_id: StepId
    frame: Frame
    data: RunStateData
    ports: WorkflowPorts
    deadline: Deadline
    pass_: int
    """How often it was run before in this run, because a person rejected what it gave."""
    run_workflow: Callable[[Frame], Awaitable[Any]]
    """Runs the steps of a nested workflow and gives its checked result."""


@dataclass(frozen=True)
class StepPlan:
    """What a step is about to do, resolved. Equal keys do the same work."""

    inputs: dict[str, Any]
    parts: dict[str, str]
    agents: tuple[AgentId, ...] = ()
    max_parallel: int = 0
    slots: tuple[Any, ...] = ()
    """What the kind itself made of it."""
    note: str = ""
    """What is left out, for people."""

    @property
    def key(self) -> str:
        """Hash over the parts."""
        return digest_of(self.parts)


class StepResult(msgspec.Struct, frozen=True, kw_only=True):
    """How a step went. It failed where ``ok`` is less than ``total``."""

    output: Any = None
    ok: int = 1
    total: int = 1
    reason: str = ""
    state: RunState = "error"
    """The state of a run that it stops: a budget and a person are no errors."""
    empty: tuple[int, ...] = ()
    """Places in the list of a fan-out that hold nothing."""
    is_skipped: bool = False
    """True where a person chose to leave it out."""
    redo: str = ""
    """Id of the earlier step that is to run again with ``reason`` as its feedback."""


class StepWork(Protocol):
    """A kind of step."""

    async def plan(self, context: StepContext) -> StepPlan:
        """Resolve what there is to do; spends nothing. Raises LadderError where it cannot be."""
        ...

    async def run(self, context: StepContext, plan: StepPlan) -> StepResult:
        """Do it. Failures are results; raises CancelledError, StoreError or ``Stopped``."""
        ...


def fitting(value: Any, limit: int) -> tuple[Any, bool]:
    """``value`` where its JSON fits into ``limit`` bytes, else None; and whether it was left out.

    A value that JSON cannot hold does not fit.
    """
    try:
        is_small = len(msgspec.json.encode(value)) <= limit
    except (TypeError, ValueError, RecursionError):
        is_small = False
    return (value, False) if is_small else (None, True)
