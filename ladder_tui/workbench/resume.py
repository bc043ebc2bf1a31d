"""Going on with a run: what speaks against it, and what is not meant for its next runner."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ladder_tui.domain.command import AnswerQuestion, Interject
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import FINAL_STATES, RunSpec, RunSummary
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import UsageError
from ladder_tui.store import command as command_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.project import Project

if TYPE_CHECKING:
    from ladder_tui.workbench.workflow_entry import WorkflowEntry

LEAVE_S = 2.0
"""How long a runner may take to leave after the last event of its run."""
_POLL_S = 0.02


def settled(look: Callable[[], RunSummary]) -> RunSummary:
    """The summary once a runner that has ended its run is gone, at most two seconds later."""
    deadline = time.monotonic() + LEAVE_S
    summary = look()
    while summary.is_alive and summary.state in FINAL_STATES and time.monotonic() < deadline:
        time.sleep(_POLL_S)
        summary = look()
    return summary


def check_resume(summary: RunSummary, *, has_limits: bool) -> None:
    """Raise UsageError for a run that runs already."""
    number = summary.number
    if summary.is_alive and has_limits:
        raise UsageError(
            f"run #{number} is {summary.state}: there is nothing to resume",
            next_step=f"ladder runs limits {number} changes its budget while it works",
        )
    if summary.is_alive and summary.state != "paused":
        waits = f"ladder runs answer {number}" if summary.questions else ""
        raise UsageError(
            f"run #{number} is running already" + (" and waits for an answer" if waits else ""),
            next_step=waits or f"ladder runs watch {number}",
        )


def require_trust(spec: RunSpec, project: Project, find: Callable[[str], WorkflowEntry]) -> None:
    """Raise UsageError where a run would start programs of a repository that is not trusted.

    The files may have come since the run was planned, and so may the run itself: a repository can
    bring a database of its own. ``find`` gives a workflow as it is now.
    """
    if project.library.is_trusted:
        return
    for workflow in (spec.workflow, *spec.workflows):
        starts = any(step.kind == "run" for step in workflow.steps)
        if starts and not _is_shipped(workflow, find):
            raise UsageError(
                f"run #{spec.number} starts programs, and this repository is not trusted",
                why=f"they are in its workflow {workflow.name}",
                next_step="look at them, then: ladder skills trust",
            )


def _is_shipped(workflow: Workflow, find: Callable[[str], WorkflowEntry]) -> bool:
    try:
        entry = find(workflow.name)
    except UsageError:
        return False
    return entry.origin == "shipped" and entry.workflow == workflow


def nothing_to_resume(summary: RunSummary) -> UsageError:
    """The error for a run that is done and whose files are as they were."""
    return UsageError(
        f"run #{summary.number} is done and nothing was edited since: there is nothing to resume",
        why="its workflow and its skills are as it was started with",
        next_step=f"ladder run {summary.workflow}",
    )


def drop_commands(db: Database, run_id: RunId, now: float) -> None:
    """Refuse what was asked of a runner that is gone: it is not meant for the next one.

    An old pause or cancel would stop it at once. An answer is meant for the question, whoever
    asks it, and words are meant for the agent: they stay.
    """
    for command_id, command in command_rows.pending(db, run_id):
        if not isinstance(command, AnswerQuestion | Interject):
            command_rows.mark_applied(db, command_id, now, "refused: its runner had ended")
