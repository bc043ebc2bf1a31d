"""Long-lived processes that outlive us on purpose: the runner of a run, a model server."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from ladder_tui.errors import ProcessError
from ladder_tui.process import leftover
from ladder_tui.process.spec import MIB

LOG_LIMIT = 4 * MIB


class Detached(msgspec.Struct, frozen=True):
    """A detached process; ``start_ticks`` tells it from a later one with the same id."""

    pid: int
    start_ticks: int

    @property
    def is_alive(self) -> bool:
        """True while it runs."""
        return leftover.is_alive(self.pid, self.start_ticks)


def start_detached(
    argv: Sequence[str], cwd: Path, log_path: Path, env: Mapping[str, str]
) -> Detached:
    """Start ``argv`` in a session of its own; stdin is empty, stdout and stderr go to the log.

    ``env`` is its whole environment: a runner gets the user's, since it needs the key. The log is
    readable by the user only, and what an earlier process wrote is kept once as ``NAME.1`` when
    it is over ``LOG_LIMIT``. Raises ProcessError.
    """
    try:
        log = _open_log(log_path)
    except OSError as error:
        raise ProcessError(f"{argv[0]} was not started", why=f"its log: {error}") from error
    try:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=cwd,
            env=dict(env),
            start_new_session=True,
        )
    except OSError as error:
        raise ProcessError(f"{argv[0]} was not started", why=str(error)) from error
    finally:
        os.close(log)
    started = Detached(process.pid, leftover.start_ticks(process.pid))
    # Reaps it when it ends before us, so that no zombie looks like a living process.
    threading.Thread(target=process.wait, name=f"reap-{process.pid}", daemon=True).start()
    return started


def bound_log(log_path: Path, limit: int = LOG_LIMIT) -> bool:
    """Move what was logged so far to ``NAME.1`` when it is over ``limit`` bytes.

    Safe while a process writes to it: the log is opened for appending, so its next line begins at
    the new start. For the process itself to call now and then. Says whether it was done.
    """
    try:
        if log_path.stat().st_size <= limit:
            return False
    except FileNotFoundError:
        return False
    older = log_path.with_name(log_path.name + ".1")
    older.unlink(missing_ok=True)
    with log_path.open("rb+") as log:
        log.seek(-limit, os.SEEK_END)
        tail = log.read(limit)
        log.truncate(0)
    copy = os.open(older, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(copy, "wb") as file:
        file.write(tail)
    return True


def _open_log(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    log = os.open(path, flags, 0o600)
    if not stat.S_ISREG(os.fstat(log).st_mode):
        os.close(log)
        raise OSError(f"{path} is not a regular file")
    os.fchmod(log, 0o600)
    os.set_blocking(log, True)
    bound_log(path)
    return log
