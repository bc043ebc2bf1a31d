"""Why the steps of a run ran again, or did not, from its whole journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ladder_tui.domain.event import EventRecord
from ladder_tui.domain.ids import RunId
from ladder_tui.errors import UsageError
from ladder_tui.insight.step_explanation import StepExplanation, explain
from ladder_tui.store import event as event_rows
from ladder_tui.store.database import Database

_PAGE = 5_000


def explain_run(db: Database, run_id: RunId, step_id: str) -> Sequence[StepExplanation]:
    """Explain from the whole journal of a run. Raises UsageError for a step it does not have."""
    found = explain(records_of(db, run_id), step_id)
    if step_id and not found:
        known = ", ".join(step.step_id for step in explain(records_of(db, run_id)))
        raise UsageError(f"the run has no step {step_id!r}", why=known or "it has none yet")
    return found


def records_of(db: Database, run_id: RunId) -> Iterator[EventRecord]:
    """The whole journal of a run, page by page. Raises StoreError."""
    after = 0
    while records := event_rows.read_events(db, run_id, after, _PAGE):
        after = records[-1].id
        yield from records
