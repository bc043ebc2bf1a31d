"""Errors that people see. Each says what happened, why, and the next step.

::

    LadderError                exit 5
    ├── UsageError             exit 2   wrong use: unknown name, wrong type, no terminal
    ├── InvalidFileError       exit 2   problems in files a person wrote, all at once
    ├── ConfigError            exit 2   configuration that cannot be used
    ├── StoreError             exit 5   database cannot be opened, read or written
    │   ├── DatabaseNewerError
    │   ├── DatabaseCorruptError
    │   └── FencedError        another runner owns the run
    ├── ModelError             exit 5   a model call failed; carries its kind
    ├── ProcessError           exit 5   a process could not be started
    ├── ToolError              (given to the model, never ends a run)
    ├── BudgetError            exit 3   a budget stopped it
    └── CancelledError         exit 4   somebody stopped it
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.usage import Usage


class LadderError(Exception):
    """Base. ``what`` happened, ``why``, and what to do ``next_step``."""

    exit_code: ClassVar[int] = 5

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step

    def __str__(self) -> str:
        parts = [self.what]
        if self.why:
            parts.append(f"why: {self.why}")
        if self.next_step:
            parts.append(f"next: {self.next_step}")
        return "\n  ".join(parts)


class UsageError(LadderError):
    """The program was called wrongly."""

    exit_code = 2


class InvalidFileError(LadderError):
    """Files that cannot be used, with every problem found."""

    exit_code = 2

    def __init__(self, what: str, problems: Sequence[Problem], *, next_step: str = "") -> None:
        super().__init__(what, why="\n  ".join(str(p) for p in problems), next_step=next_step)
        self.problems = tuple(problems)


class ConfigError(LadderError):
    """A configuration that cannot be used."""

    exit_code = 2


class StoreError(LadderError):
    """The database cannot be used."""


class DatabaseNewerError(StoreError):
    """The database was written by a newer Ladder."""


class DatabaseCorruptError(StoreError):
    """The database file is damaged or no database."""


class FencedError(StoreError):
    """Another runner owns this run now; this one must not write."""


class ModelError(LadderError):
    """A model call failed.

    ``kind`` is one of: ``rate_limit``, ``overloaded``, ``server``, ``timeout``, ``connection``,
    ``cut``, ``truncated``, ``auth``, ``permission``, ``not_found``, ``invalid_request``,
    ``too_large``, ``garbage``, ``setup``. ``usage`` is what the lost attempt consumed, as far as
    known.
    """

    def __init__(
        self,
        what: str,
        *,
        kind: str,
        is_retryable: bool = False,
        retry_after_s: float | None = None,
        usage: Usage | None = None,
        http_status: int = 0,
        why: str = "",
        next_step: str = "",
    ) -> None:
        super().__init__(what, why=why, next_step=next_step)
        self.kind = kind
        self.is_retryable = is_retryable
        self.retry_after_s = retry_after_s
        self.usage = usage if usage is not None else Usage()
        self.http_status = http_status


class ProcessError(LadderError):
    """A process could not be started."""


class ToolError(LadderError):
    """A tool call failed; the text goes to the model as an error result."""


class BudgetError(LadderError):
    """A budget leaves too little for the next call."""

    exit_code = 3


class CancelledError(LadderError):
    """Somebody stopped the run."""

    exit_code = 4
