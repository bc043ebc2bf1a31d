"""Going on with a run: what speaks against it, and what is not meant for its next runner."""

from __future__ import annotations

import math

from ladder_tui.domain.command import AnswerQuestion
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import RunLimits, RunSummary
from ladder_tui.errors import UsageError
from ladder_tui.store import command as command_rows
from ladder_tui.store.database import Database


def check_resume(summary: RunSummary, *, has_limits: bool) -> None:
    """Raise UsageError for a run that runs already."""
    number = summary.number
    if summary.is_alive and has_limits:
        raise UsageError(
            f"run #{number} is {summary.state}: its budget cannot be changed now",
            next_step=f"ladder runs cancel {number}, then resume it with the budget",
        )
    if summary.is_alive and summary.state != "paused":
        waits = f"ladder runs answer {number}" if summary.questions else ""
        raise UsageError(
            f"run #{number} is running already" + (" and waits for an answer" if waits else ""),
            next_step=waits or f"ladder runs watch {number}",
        )


def nothing_to_resume(summary: RunSummary) -> UsageError:
    """The error for a run that is done and whose files are as they were."""
    return UsageError(
        f"run #{summary.number} is done: there is nothing to resume",
        why="neither its workflow nor its skills were edited since",
        next_step=f"ladder run {summary.workflow}",
    )


def checked_limits(limits: RunLimits) -> RunLimits:
    """The limits; raises UsageError for one that cannot be."""
    for value in (limits.usd, limits.tokens, limits.max_parallel):
        if value is not None and (not math.isfinite(value) or value < 0):
            raise UsageError(f"a limit of {value} cannot be", next_step="give a positive number")
    return limits


def drop_commands(db: Database, run_id: RunId, now: float) -> None:
    """Refuse what was asked of a runner that is gone: it is not meant for the next one.

    An old pause or cancel would stop it at once. An answer is meant for the question, whoever
    asks it, and stays.
    """
    for command_id, command in command_rows.pending(db, run_id):
        if not isinstance(command, AnswerQuestion):
            command_rows.mark_applied(db, command_id, now, "refused: its runner had ended")
