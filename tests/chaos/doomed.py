"""A real runner that is killed at an exact place: right after an event of a kind was made durable.

``python -m tests.chaos.doomed --root DIR --run ID --kind step_finished --count 3``
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from ladder_tui.config import LADDER_DIR
from ladder_tui.domain.event import Event
from ladder_tui.domain.ids import RunId
from ladder_tui.runner.session import Session
from ladder_tui.store.journal import WINDOW_S, Journal
from ladder_tui.store.ledger import LedgerEntry
from ladder_tui.store.lock import FileLock


class DoomedJournal(Journal):
    """Ends its process with the ``count``-th event of a kind, as SIGKILL does."""

    kind = ""
    count = 0

    def emit(self, event: Event) -> None:
        super().emit(event)
        if self._is_fatal(event):
            # The loop is held, so the engine gets no further; the journal's thread writes.
            time.sleep(4 * WINDOW_S)
            os.kill(os.getpid(), signal.SIGKILL)

    async def commit(self, events: Sequence[Event], entry: LedgerEntry) -> None:
        await super().commit(events, entry)
        if sum(map(self._is_fatal, events)):
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_fatal(self, event: Event) -> bool:
        if type(event).__struct_config__.tag == self.kind:
            self.count -= 1
        return self.count == 0


async def _run(root: Path, run_id: RunId, kind: str, count: int) -> None:
    session = Session(root, run_id)
    # The same journal, over the same file: it has not been told anything yet.
    session.journal.__class__ = DoomedJournal
    session.journal.kind, session.journal.count = kind, count  # type: ignore[attr-defined]
    await session.run()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--kind", required=True)
    parser.add_argument("--count", type=int, required=True)
    words = parser.parse_args()
    lock = FileLock(words.root / LADDER_DIR / "run" / f"{words.run}.lock")
    if not lock.acquire(wait_s=2.0):
        sys.exit(2)
    uvloop.run(_run(words.root, RunId(words.run), words.kind, words.count))
    lock.release()


if __name__ == "__main__":
    main()
