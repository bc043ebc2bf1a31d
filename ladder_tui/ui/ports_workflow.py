"""What the interface needs from the workbench about workflow files and paths, as types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ladder_tui.domain.overlap import Overlap
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.workflow import Workflow

if TYPE_CHECKING:
    from ladder_tui.workbench.workflow import WorkflowEntry


class WorkflowsPort(Protocol):
    """Workflow files and how their runs went."""

    def list(self) -> Sequence[WorkflowEntry]:
        """By name, broken files too."""

    def check(self, workflow: Workflow, given: Mapping[str, Any]) -> Sequence[Problem]:
        """What is wrong with values for the inputs; quick."""

    def last_inputs(self, name: str) -> dict[str, Any]:
        """The inputs of the last launch."""

    def read(self, path: str) -> tuple[str, int]:
        """Text and modification time in ns. Raises UsageError or InvalidFileError."""

    def save(self, path: str, text: str, expected_mtime_ns: int) -> int:
        """Write it and return the new time. Raises ConflictError, UsageError or StoreError."""

    def lint_text(self, path: str, text: str) -> tuple[Workflow | None, Sequence[Problem]]:
        """Read and check text that may not be saved yet."""

    def new(self, name: str, source: str = "") -> Path:
        """Write a starter, or a copy of the workflow ``source``; its path. Raises UsageError."""

    def overlaps(self) -> Sequence[Overlap]:
        """Workflows that are much alike, share steps, are never run, or fail untouched."""


class TreePort(Protocol):
    """The files of the repository. Starts git: call it from a thread."""

    def files(self) -> Sequence[str]:
        """POSIX paths, sorted."""

    def directories(self) -> Sequence[str]:
        """Directories with files in them, ``.`` first."""
