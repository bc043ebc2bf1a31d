"""Sending a command to the runner of a run."""

from __future__ import annotations

from ladder_tui.domain.command import Command
from ladder_tui.domain.ids import CommandId
from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.errors import UsageError
from ladder_tui.store import command as command_rows
from ladder_tui.store.database import Database


def send_to(db: Database, summary: RunSummary, command: Command, now: float) -> CommandId:
    """Leave a command for the runner. Raises UsageError for a run that does not run."""
    if not is_under_way(summary):
        raise UsageError(
            f"run #{summary.number} does not run",
            why=f"it is {summary.state}",
            next_step="ladder runs list",
        )
    return command_rows.send(db, summary.run_id, command, now)


def is_under_way(summary: RunSummary) -> bool:
    """Whether a runner has the run, or is about to take it."""
    return summary.state not in FINAL_STATES and summary.state != "interrupted"
