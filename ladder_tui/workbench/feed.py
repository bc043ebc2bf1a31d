"""Follows one run: journal and live rows folded into the state that viewers draw."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.projections.run_view import RunView
from ladder_tui.projections.transcript import Transcript
from ladder_tui.store import event as event_rows
from ladder_tui.store import live as live_rows
from ladder_tui.store import run as run_rows
from ladder_tui.store.database import Database

BATCH = 5_000
"""Events folded in one poll, so that a long history does not hold up a frame."""
LEASE_S = 5.0
LIVE_CHECK_S = 1.0


class RunFeed:
    """A viewer's window on a run. Not thread-safe."""

    def __init__(self, database: Database, run_id: RunId, is_alive: Callable[[], bool]) -> None:
        self.run_id = run_id
        self.view = RunView(run_id)
        self._db = database
        self._is_alive = is_alive
        self._transcripts: dict[AgentId, Transcript] = {}
        self._viewer = f"{os.getpid()}-{id(self):x}"
        self._focused: AgentId | None = None
        self._leased_until = 0.0
        self._alive_checked_at = 0.0
        self.is_alive = False
        """Whether a runner is at work, as of the last second."""
        self.spec = run_rows.get_spec(database, run_id)

    def poll(self) -> bool:
        """Take in what is new; True when something changed. Raises StoreError."""
        records = event_rows.read_events(self._db, self.run_id, self.view.last_id, BATCH)
        for record in records:
            self.view.apply(record)
            for transcript in self._transcripts.values():
                transcript.apply(record)
        changed = bool(records)
        if not self.view.is_final:
            before = self.view.version
            self.view.apply_live(live_rows.read_live(self._db, self.run_id))
            changed = changed or self.view.version != before
            self._renew()
        return self._check_alive() or changed

    @property
    def is_caught_up(self) -> bool:
        """True when everything journalled so far has been folded."""
        return event_rows.latest_id(self._db, self.run_id) <= self.view.last_id

    def transcript(self, agent_id: AgentId) -> Transcript:
        """The transcript of one agent, kept up to date by ``poll`` from now on."""
        known = self._transcripts.get(agent_id)
        if known is None:
            known = self._transcripts[agent_id] = Transcript(agent_id)
            after = 0
            while records := event_rows.read_agent_events(
                self._db, self.run_id, agent_id, after, BATCH
            ):
                after = records[-1].id
                for record in records:
                    if record.id <= self.view.last_id:
                        known.apply(record)
        return known

    def focus(self, agent_id: AgentId | None) -> None:
        """Ask the runner for the partial text of this agent only; None for none."""
        if agent_id == self._focused:
            return
        self._focused = agent_id
        self._leased_until = 0.0
        if agent_id is None and not self._db.is_read_only:
            live_rows.release_lease(self._db, self.run_id, self._viewer)
        else:
            self._renew()

    def _renew(self) -> None:
        now = time.time()
        if self._focused is None or self._db.is_read_only or now < self._leased_until - LEASE_S / 2:
            return
        self._leased_until = now + LEASE_S
        live_rows.lease(self._db, self.run_id, self._focused, self._viewer, self._leased_until)

    def _check_alive(self) -> bool:
        now = time.monotonic()
        if now - self._alive_checked_at < LIVE_CHECK_S:
            return False
        self._alive_checked_at = now
        was = self.is_alive
        self.is_alive = not self.view.is_final and self._is_alive()
        return was != self.is_alive
