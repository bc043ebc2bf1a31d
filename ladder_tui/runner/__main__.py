"""``python -m ladder_tui.runner --root DIR --run ID``: the process of one run.

Started by the workbench, in its own session, with its output in ``.ladder/run/ID.log``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvloop

from ladder_tui.config import LADDER_DIR
from ladder_tui.domain.ids import RunId
from ladder_tui.errors import LadderError
from ladder_tui.runner.session import Session
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
    lock = FileLock(root / LADDER_DIR / "run" / f"{arguments.run}.lock")
    if not lock.acquire(wait_s=LOCK_WAIT_S):
        print(f"{arguments.run} has a live runner already", file=sys.stderr)
        return 2
    try:
        uvloop.run(_run(root, RunId(arguments.run), arguments.after))
    except LadderError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    finally:
        lock.release()
    return 0


async def _run(root: Path, run_id: RunId, after: int | None) -> None:
    await Session(root, run_id, after).run()


if __name__ == "__main__":
    sys.exit(main())
