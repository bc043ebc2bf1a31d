"""What the header and the tabs show, gathered about once a second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from ladder_tui.domain.event import RunStarted
from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import RunSummary
from ladder_tui.domain.usage import NANO, Cost, Usage
from ladder_tui.errors import LadderError
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.waiting import WaitingQuestions

if TYPE_CHECKING:
    from ladder_tui.ui.ports import WorkbenchPort


class Facts(msgspec.Struct, frozen=True):
    """Figures of the frame. Money in nano-dollars."""

    repository: str = ""
    branch: str = ""
    """With a trailing ``*`` when there are uncommitted changes; empty without git."""
    running: int = 0
    """Agents of live runs that have not ended."""
    questions: int = 0
    """Questions that wait for a person, in all runs."""
    usage: Usage = Usage()
    """Today, in this repository."""
    cost: Cost = Cost()
    """Today, in this repository."""
    open_nano: int = 0
    """Reserved by live runs and not spent yet."""
    budget_nano: int | None = None
    """Budget of the live runs together; None while no live run has one."""
    budget_used_nano: int = 0
    """What those runs have spent of it."""
    model: str = ""
    sandbox: str = ""
    badges: dict[str, str] = {}
    """By pane id, drawn after its title."""

    @property
    def left_nano(self) -> int | None:
        """What is left of the budget, never below zero; None without a budget."""
        if self.budget_nano is None:
            return None
        return max(0, self.budget_nano - self.budget_used_nano - self.open_nano)


class FactsGatherer:
    """Reads the figures from summary rows; remembers what cannot change."""

    def __init__(self, workbench: WorkbenchPort, glyphs: Glyphs, waiting: WaitingQuestions) -> None:
        self._workbench = workbench
        self._waiting = waiting
        self._glyphs = glyphs
        self._limits: dict[RunId, int | None] = {}
        self._sandboxes: dict[RunId, str] = {}
        self._model: str | None = None
        self._live: set[RunId] = set()
        self._ended: list[RunSummary] = []
        self.branch = ""

    def read_branch(self) -> None:
        """Ask git for the branch; starts a process, so call it from a thread."""
        self.branch = self._workbench.branch

    def gather(self) -> Facts:
        """The figures now. Raises StoreError."""
        workbench = self._workbench
        runs = workbench.runs.list(50)
        self._waiting.take(workbench.runs.questions())
        live = [run for run in runs if run.is_alive]
        self._note_ended(runs, {run.run_id for run in live})
        usage, cost = workbench.spend.today()
        budgets = [(run, limit) for run in live if (limit := self._limit(run)) is not None]
        running = sum(max(0, r.agents_total - r.agents_done - r.agents_failed) for r in live)
        return Facts(
            repository=workbench.root.name,
            branch=self.branch,
            running=running,
            questions=len(self._waiting.all),
            usage=usage,
            cost=cost,
            budget_nano=sum(limit for _, limit in budgets) if budgets else None,
            budget_used_nano=sum(run.cost.nano_usd for run, _ in budgets),
            model=live[0].model if live else self._default_model(),
            sandbox=self._sandbox(runs[0]) if runs else "",
            badges=self._badges(runs, running),
        )

    def _note_ended(self, runs: Sequence[RunSummary], live: set[RunId]) -> None:
        gone = self._live - live
        self._ended += [run for run in runs if run.run_id in gone]
        self._live = live

    def take_ended(self) -> list[RunSummary]:
        """Runs that were live and are not any more, each told once."""
        ended, self._ended = self._ended, []
        return ended

    def _default_model(self) -> str:
        if self._model is None:
            try:
                self._model = self._workbench.model().label
            except LadderError:
                self._model = "no model"  # the preflight says what is wrong with it
        return self._model

    def _sandbox(self, run: RunSummary) -> str:
        """Sandbox level that the newest run found; it is probed by runners only."""
        if not self._sandboxes.get(run.run_id):
            first = self._workbench.runs.events(run.run_id, limit=1)
            event = first[0].event if first else None
            self._sandboxes[run.run_id] = event.sandbox if isinstance(event, RunStarted) else ""
        return self._sandboxes[run.run_id]

    def _limit(self, run: RunSummary) -> int | None:
        """Dollar limit of a run in nano-dollars."""
        if run.run_id not in self._limits:
            usd = self._workbench.runs.spec(run.run_id).limits.usd
            self._limits[run.run_id] = None if usd is None else round(usd * NANO)
        return self._limits[run.run_id]

    def _badges(self, runs: Sequence[RunSummary], running: int) -> dict[str, str]:
        badges: dict[str, str] = {}
        if running:
            badges["runs"] = f"{self._glyphs.running}{running}"
        if self._waiting.all:  # more urgent than that agents are at work
            badges["runs"] = f"{self._glyphs.question}{len(self._waiting.all)}"
        last = next((run for run in runs if run.finished_at is not None), None)
        if last is not None and last.gates_bad:
            badges["validation"] = f"{self._glyphs.failed}{last.gates_bad}"
        return badges
