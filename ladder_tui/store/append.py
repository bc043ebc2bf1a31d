"""Events that come after a run: what a person decides about it once its runner is gone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ladder_tui.domain.event import Event
from ladder_tui.domain.ids import RunId
from ladder_tui.store.database import Database
from ladder_tui.store.event import encode_event
from ladder_tui.store.run import epoch_of
from ladder_tui.store.writer import Batch, RunWriter


def append_events(
    db: Database, path: Path, run_id: RunId, events: Sequence[Event], at: float
) -> None:
    """Append events to the journal of a run that has no runner, in one transaction.

    The caller holds the run's lock, so that no runner starts meanwhile. ``path`` is the database's,
    ``at`` Unix seconds. Raises FencedError, UsageError for an unknown run, or StoreError.
    """
    batch = Batch()
    batch.events += [encode_event(event, at) for event in events]
    writer = RunWriter(path, run_id, epoch_of(db, run_id))
    try:
        writer.write(batch)
    finally:
        writer.close()
