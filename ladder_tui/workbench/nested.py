"""The workflows that a workflow runs as steps, frozen with it when a run starts."""

from __future__ import annotations

from collections.abc import Callable

from ladder_tui.domain.workflow import Workflow


def nested_workflows(workflow: Workflow, find: Callable[[str], Workflow]) -> tuple[Workflow, ...]:
    """All workflows below ``workflow``, each once, by the names that steps give.

    ``find`` raises where one is not there or cannot be used.
    """
    found: dict[str, Workflow] = {}
    waiting = [workflow]
    while waiting:
        for step in waiting.pop().steps:
            name = step.workflow
            if name is not None and name not in found:
                found[name] = find(name)
                waiting.append(found[name])
    return tuple(found.values())
