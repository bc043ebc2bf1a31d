"""One opened run: its feed, its summary, and what is derived for drawing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ladder_tui.domain.finding import Finding
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.run import RunSpec, RunSummary
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.projections.run_view import RunView
from ladder_tui.projections.transcript import Transcript
from ladder_tui.ui.widgets.board_cells import Moment
from ladder_tui.ui.widgets.timeline import Scale

if TYPE_CHECKING:
    from ladder_tui.ui.ports_run import FeedPort, RunsPort

SUMMARY_EVERY_S = 1.0


class OpenRun:
    """A run that is looked at, live or replayed."""

    def __init__(self, runs: RunsPort, run_id: RunId) -> None:
        self.run_id = run_id
        self._runs = runs
        self.feed: FeedPort = runs.feed(run_id)
        self.spec: RunSpec = runs.spec(run_id)
        self.summary: RunSummary = runs.get(run_id)
        self.moment = Moment(0.0, self.summary.is_alive)
        self.agent_id: AgentId | None = None
        self._asked_at = float("-inf")

    @property
    def view(self) -> RunView:
        """The folded state."""
        return self.feed.view

    def poll(self, now: float) -> bool:
        """Take in what is new; True when something changed. Raises StoreError."""
        has_changed = self.feed.poll()
        if now - self._asked_at >= SUMMARY_EVERY_S:
            self._asked_at = now
            summary = self._runs.get(self.run_id)
            has_changed = has_changed or summary != self.summary
            self.summary = summary
        self.moment = Moment(now, self.summary.is_alive)
        return has_changed

    def select(self, agent_id: str | None, *, wants_text: bool) -> None:
        """Look at an agent; lease its partial text while it is of use."""
        self.agent_id = AgentId(agent_id) if agent_id is not None else None
        is_useful = wants_text and self.moment.is_live
        self.feed.focus(self.agent_id if is_useful else None)

    @property
    def card(self) -> AgentCard | None:
        """The agent looked at."""
        return self.view.agents.get(self.agent_id) if self.agent_id is not None else None

    @property
    def transcript(self) -> Transcript | None:
        """Its transcript."""
        return self.feed.transcript(self.agent_id) if self.agent_id is not None else None

    @property
    def findings(self) -> list[Finding]:
        """What it reported so far."""
        return self.view.findings_of(self.agent_id) if self.agent_id is not None else []

    @property
    def scale(self) -> Scale:
        """From the start of the run to its end, to now, or to its last event."""
        view = self.view
        start = view.started_at if view.started_at is not None else self.summary.created_at
        if view.finished_at is not None:
            return Scale(start, view.finished_at)
        return Scale(start, self.moment.now if self.moment.is_live else view.last_at or start)
