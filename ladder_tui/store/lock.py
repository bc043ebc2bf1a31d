"""Advisory locks between processes on small files beside the database."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_POLL_S = 0.05


class FileLock:
    """A ``flock`` held through an open file; the system releases it when the process dies.

    The lock is on a file of its own, never on the database: closing any descriptor of a database
    file would drop the POSIX locks that SQLite holds on it in this process.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, *, is_shared: bool = False, wait_s: float = 0.0) -> bool:
        """Take the lock, waiting up to ``wait_s`` seconds. False when others keep it.

        Raises OSError when the file cannot be created.
        """
        # Only looking works on a read-only disk too.
        access = os.O_RDONLY if is_shared else os.O_RDWR
        descriptor = os.open(self.path, access | os.O_CREAT | os.O_CLOEXEC, 0o600)
        operation = (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
        deadline = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(descriptor, operation)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(_POLL_S)
            except OSError:
                os.close(descriptor)
                raise
            else:
                self._descriptor = descriptor
                return True

    def release(self) -> None:
        """Give the lock back; does nothing when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Hold an exclusive lock on ``path`` for the block; False when another process has it."""
    lock = FileLock(path)
    is_held = lock.acquire()
    try:
        yield is_held
    finally:
        lock.release()
