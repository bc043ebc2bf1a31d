"""The journal: the one writer of a run.

Events go into memory at once and to the database in windows of at most 50 ms, on a thread of
their own with their own connection. Who must not go on before a result is safe awaits
``commit``: its ledger row and its events are one transaction that is synced to the disk, and
whatever else is waiting by then goes into the same one.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ladder_tui.domain.event import Event, LiveRow
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.run import RunState, RunVerdict
from ladder_tui.errors import StoreError
from ladder_tui.store.event import EventRow, encode_event
from ladder_tui.store.failure import RETRYABLE_CODES, error_code
from ladder_tui.store.ledger import LedgerEntry
from ladder_tui.store.writer import Batch, RunWriter, Waiter, settle

WINDOW_S = 0.04
"""Events wait for company this long; with the write itself this stays under 50 ms."""
LIVE_S = 0.1
HEARTBEAT_S = 1.0
RETRY_S = 10.0
"""A full disk or a locked file may pass; after this long the journal gives up."""
HURRY_EVENTS = 2_000
"""With so many waiting there is no point in waiting for more."""
EVENTS_PER_TRANSACTION = 20_000
"""Bounds how long other writers wait for this one."""
_RETRY_PAUSE_S = 0.1

_Item = EventRow | tuple[float, LedgerEntry] | dict[str, Any] | Waiter


class Journal:
    """Writes the events, ledger rows and live meters of one run, as the owner of ``epoch``.

    ``clock`` gives Unix seconds. ``on_error`` hears once of trouble that is being retried and
    once of the end: FencedError when another runner took the run, StoreError when the database
    stays unusable. It is called in the event loop that made the journal, or on the writer's
    thread when there was none. After the end every method that writes raises that error.
    """

    def __init__(
        self,
        path: Path,
        run_id: RunId,
        epoch: int,
        clock: Callable[[], float],
        on_error: Callable[[StoreError], None] | None = None,
        *,
        retry_s: float = RETRY_S,
    ) -> None:
        """Raises FencedError, UsageError for an unknown run, or StoreError."""
        self._writer = RunWriter(path, run_id, epoch)
        self._clock = clock
        self._on_error = on_error
        self._retry_s = retry_s
        self._queue: deque[_Item] = deque()
        self._lock = threading.Lock()
        self._live: dict[AgentId, LiveRow] = {}
        self._dropped: set[AgentId] = set()
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._current = Batch()
        self._is_closing = False
        self._has_reported = False
        self._error: StoreError | None = None
        self._last_live = self._last_heartbeat = self._next_checkpoint = -HEARTBEAT_S
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None
        self._thread = threading.Thread(target=self._run, name=f"journal {run_id}", daemon=True)
        self._thread.start()

    @property
    def error(self) -> StoreError | None:
        """Why the journal refuses to write; None while it works."""
        return self._error

    def emit(self, event: Event) -> None:
        """Take an event. Never waits. Raises StoreError after the end of the journal."""
        if self._error is not None or self._is_closing:
            self._refuse()
        self._queue.append(encode_event(event, self._clock()))
        if not self._wake.is_set():
            self._wake.set()
        elif len(self._queue) > HURRY_EVENTS and not self._hurry.is_set():
            self._hurry.set()

    async def commit(self, events: Sequence[Event], entry: LedgerEntry) -> None:
        """Write a finished result and its events, and return when they are on the disk.

        Everything that was emitted before is written before. When the awaiting task is cancelled
        the rows are written all the same. Raises FencedError or StoreError.
        """
        now = self._clock()
        rows: list[_Item] = [encode_event(event, now) for event in events]
        await self._wait_for([*rows, (now, entry)])

    def put(self, entry: LedgerEntry) -> None:
        """Take a ledger row that nobody waits for: a result that can be had again for free.

        It is written before whatever is committed later. Never waits. Raises StoreError after
        the end of the journal.
        """
        self._refuse()
        self._queue.append((self._clock(), entry))
        if not self._wake.is_set():
            self._wake.set()

    async def flush(self) -> None:
        """Return when everything given so far is written. Raises FencedError or StoreError."""
        await self._wait_for([])

    def live(self, rows: Mapping[AgentId, LiveRow]) -> None:
        """Show meters. Newer ones take the place of older ones; written at most at 10 Hz."""
        self._refuse()
        with self._lock:
            self._live.update(rows)
            self._dropped.difference_update(rows)
        if not self._wake.is_set():
            self._wake.set()

    def drop_live(self, agent_id: AgentId) -> None:
        """Remove the meters of an agent; ``AgentFinished`` and ``RunFinished`` do it too."""
        self._refuse()
        with self._lock:
            self._live.pop(agent_id, None)
            self._dropped.add(agent_id)
        self._wake.set()

    def set_summary(
        self,
        *,
        state: RunState | None = None,
        verdict: RunVerdict | None = None,
        reason: str | None = None,
        started_at: float | None = None,
        finished_at: float | None = None,
    ) -> None:
        """Set columns of the run's row that no event says. Counts and sums follow the events."""
        self._refuse()
        given = {
            "state": state,
            "verdict": verdict,
            "reason": reason,
            "started_at": started_at,
            "finished_at": finished_at,
        }
        self._queue.append({column: v for column, v in given.items() if v is not None})
        self._wake.set()

    async def aclose(self) -> None:
        """Write what is left and stop. Errors were given to ``on_error``; none is raised."""
        self._is_closing = True
        self._hurry.set()
        self._wake.set()
        await asyncio.to_thread(self._thread.join)

    def _refuse(self) -> None:
        if self._error is not None:
            raise self._error
        if self._is_closing:
            raise StoreError("the journal of this run was closed")

    async def _wait_for(self, items: list[_Item]) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._lock:  # so that nothing is added behind the back of _end()
            self._refuse()
            self._queue.extend((*items, Waiter(loop, future)))
        self._hurry.set()
        self._wake.set()
        await future

    # Below: the writer's thread.

    def _run(self) -> None:
        try:
            while self._error is None:
                self._wake.wait(self._pause_s())
                if self._wake.is_set() and not self._is_closing:
                    self._hurry.wait(WINDOW_S)
                is_last = self._is_closing
                # Cleared before the queue is read: what comes later sets them again.
                self._wake.clear()
                self._hurry.clear()
                self._write_waiting()
                if is_last and not self._queue:
                    break
        except Exception as error:  # noqa: BLE001
            # A defect of ours must not leave callers waiting for a thread that is gone.
            self._end(StoreError("the journal failed", why=repr(error)), self._current)
        finally:
            self._writer.close()

    def _pause_s(self) -> float:
        now = time.monotonic()
        due = self._last_heartbeat + HEARTBEAT_S
        if self._live or self._dropped:
            due = min(due, self._last_live + LIVE_S)
        if self._queue or self._is_closing:
            due = now
        return max(0.0, due - now)

    def _write_waiting(self) -> None:
        while self._error is None:
            batch = self._next_batch()
            if not batch:
                return
            self._write(batch)
            if not self._queue:
                return

    def _next_batch(self) -> Batch:
        batch, queue = Batch(), self._queue
        self._current = batch
        events = batch.events
        while queue and len(events) < EVENTS_PER_TRANSACTION:
            item = queue.popleft()
            if isinstance(item, EventRow):
                events.append(item)
            elif isinstance(item, Waiter):
                batch.waiters.append(item)
            elif isinstance(item, dict):
                batch.columns.append((len(events), item))
            else:
                batch.entries.append(item)
        now = time.monotonic()
        if now - self._last_live >= LIVE_S or self._is_closing:
            with self._lock:
                batch.live, self._live = self._live, {}
                batch.dropped, self._dropped = self._dropped, set()
            self._last_live = now
        if now - self._last_heartbeat >= HEARTBEAT_S:
            batch.heartbeat_at = self._clock()
            self._last_heartbeat = now
        return batch

    def _write(self, batch: Batch) -> None:
        deadline = time.monotonic() + self._retry_s
        while True:
            try:
                self._writer.write(batch)
            except StoreError as error:
                if error_code(error) not in RETRYABLE_CODES or time.monotonic() >= deadline:
                    self._end(error, batch)
                    return
                self._report(error)
                time.sleep(_RETRY_PAUSE_S)
            else:
                break
        self._has_reported = False
        settle(batch.waiters)
        self._checkpoint()

    def _checkpoint(self) -> None:
        if time.monotonic() < self._next_checkpoint:
            return
        try:
            is_done = self._writer.checkpoint_if_due(is_idle=not self._wake.is_set())
        except StoreError as error:
            # The rows are safe in the log; only copying them must be tried again.
            self._report(error)
            is_done = False
        if not is_done:
            self._next_checkpoint = time.monotonic() + HEARTBEAT_S

    def _end(self, error: StoreError, batch: Batch) -> None:
        with self._lock:
            self._error = error
            left = [*batch.waiters, *(i for i in self._queue if isinstance(i, Waiter))]
            self._queue.clear()
        settle(left, error)
        self._tell(error)

    def _report(self, error: StoreError) -> None:
        if not self._has_reported:
            self._has_reported = True
            self._tell(error)

    def _tell(self, error: StoreError) -> None:
        if self._on_error is None:
            return
        if self._loop is None or self._loop.is_closed():
            self._on_error(error)
        else:
            self._loop.call_soon_threadsafe(self._on_error, error)
