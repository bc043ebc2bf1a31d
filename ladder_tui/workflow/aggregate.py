"""The aggregates a workflow can name: each joins what the slots of an earlier step gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ladder_tui.domain.workflow import AggregateName
from ladder_tui.workflow.plain import plain
from ladder_tui.workflow.step import StepContext
from ladder_tui.workflow.union_dedup import capped, union_dedup


class Joined(NamedTuple):
    """What an aggregate gives, and what is missing in it."""

    output: Any
    reason: str = ""


Aggregate = Callable[[StepContext, str], Joined]
"""Joins the outputs of the step with the given id in the file."""


def join_findings(context: StepContext, over: str) -> Joined:
    """``union-dedup``: every finding of the agents, each once."""
    data, step_id, source = context.data, context.step_id, context.frame.step_id(over)
    merged = union_dedup(step_id, data.slots.get(source, []))
    data.found[step_id] = merged.findings
    data.joined.add(source)
    merged = data.merged[step_id] = capped(merged)
    context.ports.agent.emit(merged)
    missing = f"without {', '.join(merged.missing)}" if merged.missing else ""
    return Joined(plain(merged), missing)


def join_outputs(context: StepContext, over: str) -> Joined:
    """``concat``: the outputs that are there, in order."""
    given = context.frame.outputs.get(over)
    outputs = given if isinstance(given, list) else [given]
    kept = [output for output in outputs if output is not None]
    context.data.products[context.step_id] = kept
    empty = len(outputs) - len(kept)
    return Joined(kept, f"without {empty} of {len(outputs)}" if empty else "")


AGGREGATES: Mapping[AggregateName, Aggregate] = {
    "union-dedup": join_findings,
    "concat": join_outputs,
}
"""By the name used in workflow files."""
