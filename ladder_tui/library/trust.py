"""Which repositories the user trusts: their own skills, agents, commands and programs may run.

Kept per user, never in the repository, which could otherwise trust itself.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ladder_tui.errors import LadderError
from ladder_tui.library.whole_file import write_whole

TRUST_LIMIT = 4 * 1024 * 1024
"""Largest file in bytes."""


class _Trusted(msgspec.Struct):
    roots: list[str] = []


class TrustFile:
    """``trust.json`` in the user's state directory. A repository is its real path."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def is_trusted(self, root: Path) -> bool:
        """Whether the user trusts the repository; False also where the file cannot be read."""
        return _key(root) in self._roots()

    def trust(self, root: Path) -> None:
        """Trust a repository from now on. Raises LadderError where that cannot be written."""
        with self._held():
            self._write([*(r for r in self._roots() if r != _key(root)), _key(root)])

    def distrust(self, root: Path) -> None:
        """Take trust back. Raises LadderError where that cannot be written."""
        with self._held():
            roots = self._roots()
            if _key(root) in roots:
                self._write([r for r in roots if r != _key(root)])

    def _roots(self) -> list[str]:
        try:
            with self._path.open("rb") as file:
                return msgspec.json.decode(file.read(TRUST_LIMIT), type=_Trusted).roots
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return []

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Nobody else writes meanwhile: what they took back would be trusted again."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lock = self._path.with_name(f"{self._path.name}.lock").open("ab")
        except OSError as error:
            raise self._unwritable(error) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, roots: list[str]) -> None:
        data = msgspec.json.format(msgspec.json.encode(_Trusted(roots)), indent=2)
        try:
            write_whole(self._path, data, 0o600)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> LadderError:
        return LadderError(
            f"{self._path} cannot be written",
            why=error.strerror or str(error),
            next_step="make its directory writable",
        )


def _key(root: Path) -> str:
    return os.path.realpath(root)
