"""What a gate is: a scope goes in, a result that says what was looked at comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import msgspec

from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.errors import LadderError
from ladder_tui.process.runner import ProcessRunner


class Scope(msgspec.Struct, frozen=True):
    """The files that a run is about. Paths are POSIX and relative to ``root``."""

    root: Path
    paths: tuple[str, ...]
    """Directories and files that the user chose; empty for the whole repository."""
    files: tuple[str, ...]
    """Every file in scope, sorted, also those in ``skipped``."""
    changed: dict[str, frozenset[int]] | None = None
    """1-based changed lines by path; None without a base."""
    skipped: tuple[Skip, ...] = ()
    """Files of ``files`` that no gate can read, each with its reason."""
    renames: dict[str, str] = {}
    """New path to old path, so that a fingerprint survives a move."""


class Gate(Protocol):
    """One check over a scope. It raises nothing but cancellation: a failure is a result."""

    @property
    def name(self) -> str:
        """Unique name, lower case with hyphens."""

    @property
    def lens(self) -> str:
        """The review lens that its findings belong to."""

    @property
    def summary(self) -> str:
        """One line for people."""

    @property
    def executes_code(self) -> bool:
        """True where the gate runs code of the repository; off until the user asks for it."""

    @property
    def version(self) -> str:
        """Tool and version, for example ``ruff 0.15.2``; part of the ledger key."""

    async def run(self, scope: Scope, process: ProcessRunner) -> GateResult:
        """Look at the scope and say what was found, and what was not looked at."""


class GateError(LadderError):
    """A gate could not look: its tool is missing, crashed, timed out or printed garbage.

    Stays inside this room: it becomes a result with the verdict ``error``.
    """
