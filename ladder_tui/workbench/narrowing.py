"""A run with some of its agents only: literal fan-outs keep the items that were asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.errors import UsageError


def narrow(workflow: Workflow, only: Collection[str]) -> Workflow:
    """The workflow with the agents called ``only`` in the fan-outs that name one of them.

    Without names it is the workflow itself. Raises UsageError for a name that no fan-out over a
    written list has.
    """
    if not only:
        return workflow
    known = listed_names(workflow)
    if unknown := [name for name in only if name not in known]:
        raise UsageError(
            f"{workflow.name} has no agent {', '.join(unknown)} in a fan-out over a list",
            why=f"it has {', '.join(known)}" if known else "it fans out over no written list",
            next_step="leave --only out, or give names of these",
        )
    steps = tuple(_narrowed(step, only) for step in workflow.steps)
    return msgspec.structs.replace(workflow, steps=steps)


def listed_names(workflow: Workflow) -> list[str]:
    """The names that can be asked for."""
    return [name for step in workflow.steps for name in _names(step)]


def _narrowed(step: Step, only: Collection[str]) -> Step:
    items = step.for_each if isinstance(step.for_each, tuple) else ()
    kept = tuple(item for item in items if _name(item) in only)
    return msgspec.structs.replace(step, for_each=kept) if kept else step


def _names(step: Step) -> list[str]:
    items = step.for_each if isinstance(step.for_each, tuple) else ()
    return [_name(item) for item in items]


def _name(item: Any) -> str:
    return str(item.get("name", "")) if isinstance(item, Mapping) else str(item)
