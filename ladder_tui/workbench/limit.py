"""Limits of a run, changed while it runs or before it is resumed."""

from __future__ import annotations

import math
import time

from ladder_tui.domain.command import SetLimits
from ladder_tui.domain.ids import CommandId
from ladder_tui.domain.run import RunLimits, RunSummary, changed_limits
from ladder_tui.errors import UsageError
from ladder_tui.store import run as run_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.send import is_under_way, send_to


def checked_limits(limits: RunLimits) -> RunLimits:
    """The limits; raises UsageError for one that cannot be."""
    for value in (limits.usd, limits.tokens, limits.max_parallel):
        if value is not None and (not math.isfinite(value) or value <= 0):
            raise UsageError(f"a limit of {value} cannot be", next_step="give a positive number")
    return limits


def change_limits(
    db: Database, summary: RunSummary, limits: RunLimits, scope: str
) -> CommandId | None:
    """Send new limits to the runner; without one they hold when the run is resumed.

    Raises UsageError for limits that cannot be, and for a part of a run that does not run.
    """
    # Deferred: prices are read for a change alone, not when a front door starts.
    from ladder_tui.models.price import is_priced

    checked_limits(limits)
    spec = run_rows.get_spec(db, summary.run_id)
    if limits.usd is not None and not is_priced(spec.model):
        raise UsageError(
            f"run #{summary.number} cannot be limited in dollars",
            why=f"{spec.model.label} has no known price",
            next_step=f"ladder runs limits {summary.number} --budget-tokens N",
        )
    if is_under_way(summary) or scope:
        return send_to(db, summary, SetLimits(limits, scope), time.time())
    run_rows.set_limits(db, summary.run_id, changed_limits(spec.limits, limits))
    return None
