"""What the actions do in the Runs pane, and why they cannot."""

from __future__ import annotations

from collections.abc import Mapping

from ladder_tui.ui.actions import Action
from ladder_tui.ui.panes.pane import Handler
from ladder_tui.ui.panes.runs_desk import RunsDesk
from ladder_tui.ui.panes.runs_facets import choose_facets
from ladder_tui.ui.panes.runs_promote import promote_agent
from ladder_tui.ui.panes.runs_steer import RunSteering

_OF_AGENTS = frozenset(
    {"tab.next", "tab.previous", "filter", "facet", "sort", "match.next", "match.previous"}
)


class RunCommands:
    """Commands act on the opened run, else on the run under the cursor."""

    def __init__(self, pane: RunsDesk) -> None:
        self._pane = pane
        self._ladder = pane.ladder
        self._steering = RunSteering(pane)

    def handlers(self) -> Mapping[str, Handler]:
        """By action id."""
        handlers: dict[str, Handler] = {
            "open": self._pane.open_selected,
            "filter": self._filter,
            "sort": self._sort,
            "copy": self._copy,
            "copy.as": self._copy_as,
            **self._steering.handlers(),
        }
        if self._pane.open_run is not None:
            handlers |= {
                "facet": lambda: choose_facets(self._pane),
                "runs.view": self._pane.switch_view,
                "runs.agents": self._agents_of_step,
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
        area = self._pane.current_area
        if action.id == "runs.view":
            return "agents" if self._pane.steps.is_shown else "steps"
        if action.id == "open" and area in ("detail", "step"):
            return "unfold" if area == "detail" else "agents"
        return self._steering.label(action)

    # -- why not -------------------------------------------------------------------------------

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""
        if not action_id.startswith("runs."):
            return self._why_not_here(action_id)
        if action_id == "runs.view":
            return ""
        if action_id == "runs.agents":
            return "" if self._pane.steps.step_ids else "no step is selected"
        if action_id == "runs.promote":
            return "" if self._pane.board.agent_id else "no agent is selected"
        return self._steering.why_not(action_id)

    def _why_not_here(self, action_id: str) -> str:
        if action_id in ("open", "copy") and self._pane.selected is None:
            return "there is no run"
        is_detail = self._pane.open_run is not None and self._pane.current_area == "detail"
        if action_id == "open" and is_detail and self._pane.detail.tab != "transcript":
            return "only the transcript has something to unfold"
        if self._pane.current_area in ("steps", "step"):
            return "v shows the agents" if action_id in _OF_AGENTS else ""
        if action_id.startswith("match.") and not self._pane.detail.transcript_view.query_text:
            return "nothing is searched for; / starts it in the transcript"
        if action_id == "wrap" and self._pane.detail.tab not in ("files", "findings"):
            return "the transcript always wraps"
        return ""

    # -- looking -------------------------------------------------------------------------------

    def _promote(self) -> None:
        run, agent_id = self._pane.open_run, self._pane.board.agent_id
        if run is None or agent_id is None:
            return
        card = run.view.agents.get(agent_id)
        if card is not None:
            promote_agent(self._ladder, run.run_id, card.agent_id, card.name)

    def _agents_of_step(self) -> None:
        self._pane.show_agents_of(self._pane.steps.step_ids)

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
            ladder.copy_text(pane.board.agent_id or run.run_id, "agent id")
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
