"""The workflows that a workflow runs as steps, frozen with it when a run starts."""

from __future__ import annotations

from collections.abc import Callable

from ladder_tui.workbench.workflow import WorkflowEntry


def nested_entries(
    entry: WorkflowEntry, find: Callable[[str], WorkflowEntry]
) -> tuple[WorkflowEntry, ...]:
    """All workflows below ``entry``, each once, by the names that steps give.

    ``find`` raises where one is not there or cannot be used.
    """
    found: dict[str, WorkflowEntry] = {}
    waiting = [entry]
    while waiting:
        workflow = waiting.pop().workflow
        for step in workflow.steps if workflow is not None else ():
            name = step.workflow
            if name is not None and name not in found:
                found[name] = find(name)
                waiting.append(found[name])
    return tuple(found.values())
