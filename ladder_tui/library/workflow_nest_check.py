"""Workflows that run each other (W034): no cycles, and only so deep."""

from __future__ import annotations

from collections.abc import Mapping

from ladder_tui.domain.workflow import Workflow
from ladder_tui.library.workflow_draft import Draft

MAX_DEPTH = 5
"""Workflows inside each other below the one that is started."""


def check_nesting(draft: Draft) -> None:
    """Report a workflow that would run itself, and one that nests too deep."""
    workflows = draft.catalog.workflows or {}
    name = draft.decoded.name if draft.decoded is not None else ""
    for view in draft.views:
        nested = view.text("workflow")
        if nested not in workflows and nested != name:
            continue
        way = _way(nested, name, workflows) if name else None
        if way is not None:
            shown = " → ".join((name, *way))
            view.add("W034", "workflow", f"the workflows run each other: {shown}", "remove one")
        elif (depth := _depth(nested, workflows)) > MAX_DEPTH:
            message = f"workflows are nested {depth} deep, at most {MAX_DEPTH} can be"
            view.add("W034", "workflow", message, "make it flatter")


def nested_names(workflow: Workflow) -> tuple[str, ...]:
    """Workflows that the steps of one run, in order."""
    return tuple(
        dict.fromkeys(step.workflow for step in workflow.steps if step.workflow is not None)
    )


def _way(start: str, target: str, workflows: Mapping[str, Workflow]) -> tuple[str, ...] | None:
    """Names from ``start`` to ``target``, both included, None where there is no way."""
    came_from = {start: ""}
    open_names = [start]
    while open_names:
        name = open_names.pop()
        if name == target:
            way = [name]
            while came_from[way[-1]]:
                way.append(came_from[way[-1]])
            return tuple(reversed(way))
        for inner in nested_names(workflows[name]) if name in workflows else ():
            if inner not in came_from:
                came_from[inner] = name
                open_names.append(inner)
    return None


def _depth(name: str, workflows: Mapping[str, Workflow]) -> int:
    """How many workflows are inside each other from ``name`` on; stops past ``MAX_DEPTH``."""
    depth = 1
    level = {name}
    while depth <= MAX_DEPTH:
        known = level & workflows.keys()
        level = {inner for each in known for inner in nested_names(workflows[each])}
        if not level:
            break
        depth += 1
    return depth
