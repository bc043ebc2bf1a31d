"""``python -m ladder_tui.runner --root DIR --run ID``: the process of one run.

Started by the workbench, in its own session, with its output in ``.ladder/run/ID.log``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvloop

from ladder_tui.config import LADDER_DIR
from ladder_tui.domain.command import AnswerQuestion
from ladder_tui.domain.ids import RunId
from ladder_tui.errors import LadderError
from ladder_tui.runner.control import WAITS
from ladder_tui.runner.session import Session
from ladder_tui.store import command as command_rows
from ladder_tui.store.database import open_database
from ladder_tui.store.lock import FileLock

LOCK_WAIT_S = 2.0
"""A viewer that looks whether the run is alive holds the lock for an instant."""


def main(argv: list[str] | None = None) -> int:
    """Run one run to its end and return the exit code of the process."""
    parser = argparse.ArgumentParser(prog="ladder_tui.runner")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--after", type=int, help="epoch of the run when this was started")
    arguments = parser.parse_args(argv)
    root: Path = arguments.root
    run_id, after = RunId(arguments.run), arguments.after
    while True:
        lock = FileLock(root / LADDER_DIR / "run" / f"{run_id}.lock")
        if not lock.acquire(wait_s=LOCK_WAIT_S):
            print(f"{run_id} has a live runner already", file=sys.stderr)
            return 2
        try:
            session = uvloop.run(_run(root, run_id, after))
            after = session.epoch
        except LadderError as error:
            print(error, file=sys.stderr)
            return error.exit_code
        finally:
            lock.release()
        if not _is_answered_since(session):
            return 0


async def _run(root: Path, run_id: RunId, after: int | None) -> Session:
    session = Session(root, run_id, after)
    await session.run()
    return session


def _is_answered_since(session: Session) -> bool:
    """Whether somebody answered after a parked runner looked last, and before its lock was free.

    They saw it alive and started no other. Who answers later sees that it is gone.
    """
    if session.control.end_reason != WAITS:
        return False
    database = open_database(session.root / LADDER_DIR / "ladder.db")
    try:
        return any(
            isinstance(command, AnswerQuestion) and command_id not in session.inbox.seen_answers
            for command_id, command in command_rows.pending(database, session.run_id)
        )
    finally:
        database.close()


if __name__ == "__main__":
    sys.exit(main())
