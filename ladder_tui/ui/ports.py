"""What the interface needs from the workbench, as types.

The real ``Workbench`` satisfies these; tests use the real one over a temporary repository.
Everything here returns at once: it reads rows or sends a command, and starts nothing slow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ladder_tui.config import Config
from ladder_tui.domain.event import EventRecord
from ladder_tui.domain.finding import Disposition, MergedFinding
from ladder_tui.domain.ids import AgentId, CommandId, RunId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.prd import Prd
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.run import RunSpec, RunSummary
from ladder_tui.domain.skill import Skill, SkillKind
from ladder_tui.domain.skill_entry import (
    ListingBudget,
    SkillEntry,
    SkillSize,
    SkillStats,
    SkillVersion,
    StagedSkill,
)
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.projections.run_view import RunView
from ladder_tui.projections.transcript import Transcript

if TYPE_CHECKING:
    from ladder_tui.ui.ports_workflow import TreePort, WorkflowsPort
    from ladder_tui.workbench.option import Preflight, RunOptions
    from ladder_tui.workbench.prd import PrdEntry


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

    def preflight(
        self, workflow: str, inputs: Mapping[str, Any], options: RunOptions | None = None
    ) -> Preflight:
        """What a run would do and need. Starts git, so call it from a thread. Raises UsageError."""

    def start(
        self,
        workflow: str,
        inputs: Mapping[str, Any],
        options: RunOptions | None = None,
        *,
        preflight: Preflight | None = None,
    ) -> RunId:
        """Store a run and start its runner. Raises InvalidFileError or UsageError."""

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


class FindingsPort(Protocol):
    """Findings of runs and what people decided about them."""

    def of_run(self, run_id: RunId) -> Sequence[MergedFinding]:
        """Merged findings in rank order."""

    def dispositions(self) -> dict[str, Disposition]:
        """The newest decision by fingerprint."""

    def decide(
        self,
        fingerprint: str,
        decision: Literal["dismissed", "accepted", "reopened"],
        *,
        reason: str = "",
        run_id: str = "",
        decision_s: float = 0.0,
    ) -> Disposition:
        """Record a decision. Raises UsageError for a dismissal without a reason."""

    def source(self, path: str, line: int, context: int = 6) -> list[tuple[int, str]]:
        """Lines around a place as they are on disk now."""


class SkillsPort(Protocol):
    """The library of skills. What reads many files or starts git is called from a thread."""

    @property
    def is_trusted(self) -> bool:
        """Whether the repository's own skills may run."""

    def trust(self) -> None:
        """Let them run from now on."""

    def list(self) -> Sequence[Skill]:
        """Usable skills by name."""

    def entries(self) -> Sequence[SkillEntry]:
        """Every file, usable or not. Reads all of them."""

    def stats(self) -> Mapping[str, SkillStats]:
        """How each skill did in this repository's runs, by name."""

    def changed_at(self) -> float:
        """Newest modification below the shelves, unix seconds; cheap."""

    def size(self, entry: SkillEntry) -> SkillSize:
        """Estimated tokens. Loads a tokenizer."""

    def file(self, shown: str) -> Path | None:
        """Where a Markdown file that people see as ``shown`` really is."""

    def read(self, path: str) -> tuple[str, int]:
        """Text of a file shown as ``path`` and its modification time in ns. Raises UsageError."""

    def save(self, path: str, text: str, expected_mtime_ns: int) -> int:
        """Back it up, write it, return the new time. Raises ConflictError or StoreError."""

    def keep(self, path: str, text: str) -> str:
        """Keep text that could not be saved, below ``.ladder/drafts``; where it is now."""

    def kept(self) -> Sequence[str]:
        """Where kept text is."""

    def lint_text(self, path: str, text: str) -> tuple[Skill | None, Sequence[Problem], SkillSize]:
        """Read and lint text that may not be saved yet."""

    def new(self, name: str, kind: SkillKind = "skill", *, text: str = "") -> str:
        """Write one from the template or the text; its shown path. Raises UsageError."""

    def duplicate(self, path: str, name: str) -> str:
        """Copy it into the project; its shown path. Raises UsageError."""

    def split(self, path: str, heading: str, name: str) -> tuple[str, str]:
        """Make a section a skill of its own; paths of the new and the changed one."""

    def promote(self, run_id: RunId, agent_id: AgentId, name: str) -> str:
        """Make the prompt of an agent a skill; its shown path. Raises UsageError."""

    def delete(self, path: str) -> str:
        """Move it to the trash; a token for ``restore``."""

    def restore(self, token: str) -> str:
        """Bring it back; its shown path."""

    def versions(self, path: str) -> Sequence[SkillVersion]:
        """Newest first; the file as it is now is the first."""

    def diff(self, path: str, old_hash: str, new_hash: str = "") -> Sequence[str]:
        """Unified diff of two versions; without the second one of the file as it is."""

    def listing(self, target: str) -> ListingBudget:
        """What ``spec`` or ``claude-code`` keeps of the listing of all skills."""

    def stage(self, source: str) -> Sequence[StagedSkill]:
        """Fetch skills of a path or git address without taking them over."""

    def accept(self, stage: str, *, is_forced: bool = False) -> str:
        """Take a staged skill over; its shown path. Raises UsageError where changes of one's own
        would be lost, unless forced: they go to the trash then."""

    def drop(self, stage: str) -> None:
        """Forget a staged skill."""

    def update(self, name: str) -> StagedSkill | None:
        """Stage the newest version of an added skill; None where it is the newest."""


class PrdsPort(Protocol):
    """PRD files."""

    def list(self) -> Sequence[PrdEntry]:
        """Newest first."""

    def new(self, title: str) -> Path:
        """Write a PRD from the template. Raises UsageError or StoreError."""

    def read(self, path: Path) -> tuple[str, int]:
        """Text and modification time in ns. Raises UsageError."""

    def save(self, path: Path, text: str, expected_mtime_ns: int, editing_s: float = 0.0) -> int:
        """Write it and return the new time. Raises ConflictError or StoreError."""

    def lint_text(self, path: str, text: str) -> tuple[Prd, Sequence[Problem]]:
        """Parse and lint text that may not be saved yet."""


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
    def config(self) -> Config:
        """The configuration in force."""

    @property
    def branch(self) -> str:
        """Checked-out branch, empty without git. Starts a process."""

    def model(self) -> ModelChoice:
        """The model that runs use by default. Raises UsageError."""

    @property
    def runs(self) -> RunsPort:
        """Runs."""

    @property
    def workflows(self) -> WorkflowsPort:
        """Workflows."""

    @property
    def findings(self) -> FindingsPort:
        """Findings."""

    @property
    def skills(self) -> SkillsPort:
        """Skills."""

    @property
    def prds(self) -> PrdsPort:
        """PRDs."""

    @property
    def tree(self) -> TreePort:
        """Files to choose from."""

    @property
    def spend(self) -> SpendPort:
        """Spend."""
