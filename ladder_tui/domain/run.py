"""A run of a workflow: what was asked, and its summary row."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ladder_tui.domain.estimate import Estimate
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.routing import Routing
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.workflow import Workflow

RunState = Literal[
    "queued", "running", "paused", "interrupted", "done", "budget", "cancelled", "error"
]
"""``interrupted``: its runner is gone without an end; it can be resumed."""
FINAL_STATES: frozenset[RunState] = frozenset({"done", "budget", "cancelled", "error"})

RunVerdict = Literal["pass", "fail", "degraded", "none"]
"""``none`` where a run did not get as far as a verdict."""


class RunLimits(msgspec.Struct, frozen=True):
    """Budget of a whole run; None means no limit."""

    usd: float | None = None
    tokens: int | None = None
    max_parallel: int | None = None


def changed_limits(before: RunLimits, now: RunLimits) -> RunLimits:
    """The limits after a change: one that is None in ``now`` stays as it was."""
    return RunLimits(
        usd=before.usd if now.usd is None else now.usd,
        tokens=before.tokens if now.tokens is None else now.tokens,
        max_parallel=before.max_parallel if now.max_parallel is None else now.max_parallel,
    )


class RunSpec(msgspec.Struct, frozen=True):
    """All that a runner needs, frozen at the start so that later edits do not change a run."""

    run_id: RunId
    number: int
    """Small number for people: run #41 of this repository."""
    workflow: Workflow
    workflow_hash: str
    workflow_origin: str
    skills: tuple[Skill, ...]
    """All that its steps and nested workflows use."""
    inputs: dict[str, Any]
    """Resolved: defaults filled in, types converted."""
    model: ModelChoice
    limits: RunLimits
    root: str
    """Absolute path of the repository."""
    tree: str
    """What pins the input tree: git commit and a hash of uncommitted changes, or ``untracked``."""
    created_at: float
    base_commit: str = ""
    """Commit that changed lines are measured from; empty without a base."""
    prd: str = ""
    prd_text: str = ""
    """Content of the PRD when the run was started."""
    estimate: Estimate | None = None
    record: str = ""
    """Cassette file to write."""
    replay: str = ""
    """Cassette file to answer from."""
    workflows: tuple[Workflow, ...] = ()
    """Nested workflows, by the names that ``workflow`` steps give."""
    trigger: str = ""
    """What started it: empty for a person, else ``hook pre-push``, ``schedule`` and the like."""
    given: dict[str, Any] = {}
    """The inputs as they were given, to resolve them again when an edited run is resumed."""
    revision: int = 0
    """How often a resume took over edited files."""
    revised: tuple[str, ...] = ()
    """What the last of them took over: ``workflow review``, ``skill review-security``."""
    routing: Routing = Routing()
    """What chooses the model of each agent; with nothing in it, all use ``model``."""
    only: tuple[str, ...] = ()
    """Names of the agents that were asked for; empty for all."""


class RunSummary(msgspec.Struct, frozen=True):
    """One row of the run list."""

    run_id: RunId
    number: int
    workflow: str
    state: RunState
    verdict: RunVerdict
    model: str
    created_at: float
    started_at: float | None = None
    finished_at: float | None = None
    agents_total: int = 0
    agents_done: int = 0
    agents_failed: int = 0
    findings: int = 0
    gates_bad: int = 0
    """Gates that are not ``pass``."""
    usage: Usage = Usage()
    cost: Cost = Cost()
    reason: str = ""
    is_alive: bool = False
    """True while a runner holds the lock of the run."""
    questions: int = 0
    """Questions that wait for a person."""
    trigger: str = ""
