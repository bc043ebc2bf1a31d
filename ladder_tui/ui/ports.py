"""What the interface needs from the workbench, as types.

The real ``Workbench`` satisfies these; tests use the real one over a temporary repository.
Everything here returns at once: it reads rows or sends a command, and starts nothing slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ladder_tui.domain.event import EventRecord
from ladder_tui.domain.ids import AgentId, CommandId, RunId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import RunSpec, RunSummary
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.projections.run_view import RunView
from ladder_tui.projections.transcript import Transcript


class FeedPort(Protocol):
    """One run followed live or replayed from its journal."""

    @property
    def view(self) -> RunView:
        """The folded state; mutated in place by ``poll``."""

    @property
    def spec(self) -> RunSpec:
        """What was asked."""

    def poll(self) -> bool:
        """Read what is new; True when something changed."""

    def transcript(self, agent_id: AgentId) -> Transcript:
        """The transcript of one agent."""

    def focus(self, agent_id: AgentId | None) -> None:
        """Take the lease on the partial text of one agent, or give it back."""


class RunsPort(Protocol):
    """Runs: read, follow, steer."""

    def list(self, limit: int = 200) -> Sequence[RunSummary]:
        """Newest first."""

    def get(self, ref: str) -> RunSummary:
        """One run by id, prefix or number."""

    def spec(self, run_id: RunId) -> RunSpec:
        """What was asked."""

    def feed(self, run_id: RunId) -> FeedPort:
        """Follow a run."""

    def events(self, run_id: RunId, after_id: int = 0, limit: int = 1000) -> Sequence[EventRecord]:
        """Journalled events in order."""

    def pause(self, run_id: RunId) -> CommandId:
        """Start no further model call."""

    def continue_(self, run_id: RunId) -> CommandId:
        """Go on after a pause."""

    def cancel(self, run_id: RunId) -> CommandId:
        """Stop the run."""

    def cancel_agent(self, run_id: RunId, agent_id: AgentId) -> CommandId:
        """Stop one agent."""

    def resume(self, run_id: RunId) -> None:
        """Start a new runner for an interrupted run."""


class SpendPort(Protocol):
    """Money and tokens over runs."""

    def today(self) -> tuple[Usage, Cost]:
        """Since local midnight, in this repository."""


class WorkbenchPort(Protocol):
    """The façade."""

    @property
    def root(self) -> Path:
        """The repository."""

    @property
    def branch(self) -> str:
        """Checked-out branch, empty without git. Starts a process."""

    def model(self) -> ModelChoice:
        """The model that runs use by default. Raises UsageError."""

    @property
    def runs(self) -> RunsPort:
        """Runs."""

    @property
    def spend(self) -> SpendPort:
        """Spend."""
