"""What the actions do in the Runs pane, and why they cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.ui.actions import Action
from ladder_tui.ui.panes.pane import Handler
from ladder_tui.ui.panes.runs_feed import OpenRun
from ladder_tui.ui.panes.runs_promote import promote_agent
from ladder_tui.ui.panes.runs_steps import StepsView
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.agent_detail import AgentDetail
from ladder_tui.ui.widgets.board import Board
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.run_list import RunList

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


_OF_AGENTS = frozenset(
    {"tab.next", "tab.previous", "filter", "sort", "match.next", "match.previous"}
)


class RunsDesk(Protocol):
    """What the commands need from the pane."""

    run_list: RunList
    board: Board
    detail: AgentDetail
    history_area: FilteredArea
    board_area: FilteredArea
    open_run: OpenRun | None

    @property
    def ladder(self) -> Host:
        """The application."""

    @property
    def current_area(self) -> str:
        """The area with the focus."""

    @property
    def selected(self) -> RunSummary | None:
        """The opened run, else the one under the cursor."""

    def open_selected(self) -> None:
        """Open what the cursor is on."""

    steps: StepsView

    def draw_run(self) -> None:
        """Draw the opened run."""

    def switch_view(self) -> None:
        """Agents, or steps."""


class RunCommands:
    """Commands act on the opened run, else on the run under the cursor."""

    def __init__(self, pane: RunsDesk) -> None:
        self._pane = pane
        self._ladder = pane.ladder
        self._runs = pane.ladder.workbench.runs

    def handlers(self) -> Mapping[str, Handler]:
        """By action id."""
        handlers: dict[str, Handler] = {
            "open": self._pane.open_selected,
            "filter": self._filter,
            "sort": self._sort,
            "copy": self._copy,
            "copy.as": self._copy_as,
            "runs.pause": self._pause,
            "runs.stop": self._stop,
            "runs.resume": self._resume,
        }
        if self._pane.open_run is not None:
            handlers |= {
                "runs.cancel_agent": self._cancel_agents,
                "facet": self._pane.switch_view,
                "runs.promote": self._promote,
                "tab.next": lambda: self._step_tab(1),
                "tab.previous": lambda: self._step_tab(-1),
                "match.next": lambda: self._match(1),
                "match.previous": lambda: self._match(-1),
                "wrap": self._wrap,
            }
        return handlers

    def label(self, action: Action) -> str:
        """The label of an action here."""
        run = self._pane.selected
        if action.id == "runs.pause" and run is not None and run.state == "paused":
            return "go on"
        if action.id == "facet":
            return "agents" if self._pane.steps.is_shown else "steps"
        if action.id == "runs.resume" and run is not None and run.state == "done":
            return "resume edited"
        if action.id == "open" and self._pane.current_area == "detail":
            return "unfold"
        return action.label

    # -- why not -------------------------------------------------------------------------------

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""
        if not action_id.startswith("runs."):
            return self._why_not_here(action_id)
        run = self._pane.selected
        if run is None:
            return "there is no run"
        if action_id == "runs.resume":
            return self._why_not_resume()
        if action_id == "runs.promote":
            return "" if self._pane.board.cursor_id else "no agent is selected"
        if not run.is_alive:
            return f"run #{run.number} is {run.state}"
        if action_id == "runs.cancel_agent" and not self._agents_to_cancel():
            return "the agent has ended"
        return ""

    def _why_not_here(self, action_id: str) -> str:
        if action_id in ("open", "copy") and self._pane.selected is None:
            return "there is no run"
        is_detail = self._pane.open_run is not None and self._pane.current_area == "detail"
        if action_id == "open" and is_detail and self._pane.detail.tab != "transcript":
            return "only the transcript has something to unfold"
        if self._pane.current_area in ("steps", "step"):
            return "f shows the agents" if action_id in _OF_AGENTS else ""
        if action_id.startswith("match.") and not self._pane.detail.transcript_view.query_text:
            return "nothing is searched for; / starts it in the transcript"
        if action_id == "wrap" and self._pane.detail.tab not in ("files", "findings"):
            return "the transcript always wraps"
        return ""

    def _why_not_resume(self) -> str:
        run = self._pane.selected
        if run is None:
            return "there is no run"
        if run.is_alive and run.state != "paused":
            return f"run #{run.number} is running"
        return ""

    # -- steering ------------------------------------------------------------------------------

    def _pause(self) -> None:
        run = self._pane.selected
        if run is None:
            return
        if run.state == "paused":
            self._runs.continue_(run.run_id)
            self._ladder.say(f"#{run.number} goes on")
        else:
            self._runs.pause(run.run_id)
            self._ladder.say(f"#{run.number}: pausing; calls in flight finish")

    def _stop(self) -> None:
        run = self._pane.selected
        if run is not None:
            self._runs.cancel(run.run_id)
            self._ladder.say(f"#{run.number}: stopping; what is finished stays")

    def _resume(self) -> None:
        run = self._pane.selected
        if run is None:
            return
        changed = self._runs.resume(run.run_id)
        if run.is_alive and run.state not in FINAL_STATES:
            how = "goes on"
        elif changed:
            how = f"takes over what was edited: {clean_line(', '.join(changed))}"
        else:
            how = "has a new runner; nothing finished is bought again"
        self._ladder.say(f"#{run.number} {how}")

    def _agents_to_cancel(self) -> list[AgentCard]:
        run = self._pane.open_run
        if run is None:
            return []
        cards = [run.view.agents.get(AgentId(i)) for i in self._pane.board.action_rows()]
        return [card for card in cards if card is not None and not card.is_final]

    def _cancel_agents(self) -> None:
        run = self._pane.open_run
        if run is None:
            return
        cards = self._agents_to_cancel()
        for card in cards:
            self._runs.cancel_agent(run.run_id, card.agent_id)
        names = ", ".join(card.name for card in cards)
        self._ladder.say(f"Cancelling {names}; the others go on")
        self._pane.board.marked.clear()

    def _promote(self) -> None:
        run, agent_id = self._pane.open_run, self._pane.board.cursor_id
        if run is None or agent_id is None:
            return
        card = run.view.agents.get(AgentId(agent_id))
        if card is not None:
            promote_agent(self._ladder, run.run_id, card.agent_id, card.name)

    # -- looking -------------------------------------------------------------------------------

    def _filter(self) -> None:
        pane = self._pane
        if pane.open_run is not None and pane.current_area == "detail":
            pane.detail.start_search()
        elif pane.open_run is not None:
            pane.board_area.start()
        else:
            pane.history_area.start()

    def _sort(self) -> None:
        pane = self._pane
        if pane.open_run is not None:
            pane.board.next_sort()
            pane.draw_run()
        else:
            self._ladder.say(f"Runs by {pane.run_list.next_sort()}")

    def _step_tab(self, delta: int) -> None:
        self._pane.detail.tabs.step(delta)
        self._pane.draw_run()

    def _match(self, delta: int) -> None:
        self._pane.detail.transcript_view.next_match(delta)

    def _wrap(self) -> None:
        detail, steps = self._pane.detail, self._pane.steps
        for view in (detail.files_view, detail.findings_view, steps.reading):
            view.toggle_wrap()

    def _copy(self) -> None:
        pane, ladder = self._pane, self._ladder
        run = pane.selected
        if run is None:
            return
        if pane.open_run is None:
            ladder.copy_text(run.run_id, "run id")
        elif pane.current_area == "steps":
            ladder.copy_text(pane.steps.graph.step_path or run.run_id, "step id")
        elif pane.current_area == "step":
            ladder.copy_text(pane.steps.reading.text, "step")
        elif pane.current_area == "board":
            ladder.copy_text(pane.board.cursor_id or run.run_id, "agent id")
        else:
            ladder.copy_text(pane.detail.text(is_whole=False), "item")

    def _copy_as(self) -> None:
        pane, run = self._pane, self._pane.selected
        if run is None:
            return
        if pane.open_run is not None and pane.steps.is_shown:
            self._ladder.copy_text(pane.steps.graph.drawn, "drawing")
        elif pane.open_run is not None:
            self._ladder.copy_text(pane.detail.text(is_whole=True), pane.detail.tab)
        else:
            self._ladder.copy_text(f"ladder runs show {run.number}", "command")
