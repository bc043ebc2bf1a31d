"""What the interface needs from the workbench, as types.

The real ``Workbench`` satisfies these; tests use the real one over a temporary repository.
Everything here returns at once: it reads rows or sends a command, and starts nothing slow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from ladder_tui.config import Config
from ladder_tui.domain.finding import Disposition, MergedFinding
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.prd import Prd
from ladder_tui.domain.problem import Problem
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

if TYPE_CHECKING:
    from ladder_tui.ui.ports_run import RunsPort
    from ladder_tui.ui.ports_workflow import TreePort, WorkflowsPort
    from ladder_tui.workbench.prd import PrdEntry


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
