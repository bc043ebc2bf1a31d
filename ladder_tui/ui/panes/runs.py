"""Runs: the history, and one run with its agents, live or from its journal."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from ladder_tui.domain.ids import RunId, StepId
from ladder_tui.domain.run import RunSummary
from ladder_tui.ui.actions import Action
from ladder_tui.ui.panes.pane import Handler, Pane
from ladder_tui.ui.panes.runs_command import RunCommands
from ladder_tui.ui.panes.runs_feed import OpenRun
from ladder_tui.ui.panes.runs_steps import StepsView
from ladder_tui.ui.widgets.agent_detail import AgentDetail
from ladder_tui.ui.widgets.board import Board
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.run_head import RunHead
from ladder_tui.ui.widgets.run_list import RunList
from ladder_tui.ui.widgets.step_tree import StepTree
from ladder_tui.ui.widgets.timeline import Timeline

LIST_EVERY_S = 1.0


class RunsPane(Pane):
    """The history; ``enter`` opens a run: headline, board, detail of the agent, timeline."""

    PANE_ID = "runs"

    def __init__(self) -> None:
        super().__init__()
        self.run_list = RunList()
        self.board = Board()
        self.head = RunHead()
        self.detail = AgentDetail(id="area-detail")
        self.timeline = Timeline()
        self.history_area = FilteredArea(
            self.run_list, id="area-history", narrow=self._filter_history
        )
        self.board_area = FilteredArea(self.board, id="area-board", narrow=self._filter_board)
        self.open_run: OpenRun | None = None
        self.steps = StepsView(self)
        self._listed_at = float("-inf")
        self._is_first = True
        self._is_from_steps = False

    def compose(self) -> ComposeResult:
        """History, and beneath it one run; one of the two is shown."""
        yield self.history_area
        with Vertical(id="run"):
            yield self.head
            yield self.steps.widget
            yield self.board_area
            with Horizontal(id="lower"):
                yield self.detail
                with Vertical(id="side"):
                    yield self.timeline

    def on_mount(self) -> None:
        """Say what to do where there is nothing yet."""
        self.set_class(self.ladder.glyphs.is_ascii, "-ascii")
        self.run_list.empty_lines = (
            "No run yet in this repository.",
            "5 opens Workflows, enter there starts one.",
            "ladder run review -i path=src",
        )
        self.board.empty_lines = ("The runner is starting; its agents come next.",)

    # -- areas ---------------------------------------------------------------------------------

    def areas(self) -> tuple[str, ...]:
        """The history, or board and detail of the opened run."""
        if self.open_run is None:
            return ("history",)
        return ("steps", "step") if self.steps.is_shown else ("board", "detail")

    def focus_target(self, area: str) -> Widget | None:
        """Lists have it in the history and on the board, the current tab in the detail."""
        if area == "history":
            return self.run_list
        if area in ("steps", "step"):
            return self.area_widget(area)
        return self.board if area == "board" else self.detail.view

    def show_areas(self) -> None:
        """History or run; of a run what layout, zoom and width allow."""
        super().show_areas()
        self.set_class(self.open_run is not None, "-run")
        self.history_area.display = self.open_run is None
        is_steps = self.open_run is not None and self.steps.is_shown
        self.set_class(is_steps, "-steps")
        self.steps.widget.display = is_steps
        self.board_area.display = self.board_area.display and not is_steps
        self.set_class(self.visible_areas() == ("board",), "-board-only")
        self._fit_board()

    def _fit_board(self) -> None:
        """The board takes the rows it has, up to half; alone it takes everything."""
        if self.visible_areas() == ("board",):
            self.board_area.styles.height = "1fr"
        else:
            self.board_area.styles.height = max(3, len(self.board.row_ids) + 2)

    # -- frames --------------------------------------------------------------------------------

    def shown(self) -> None:
        """Read the list; the first time a live run is opened at once."""
        self._read_list()
        wanted = self.take_wanted()
        if wanted:
            self.show_run(RunId(wanted))
        elif self._is_first and self.open_run is None:
            newest = next(iter(self.run_list.runs.values()), None)
            if newest is not None and newest.is_alive:
                self.show_run(newest.run_id)
        self._is_first = False

    def hidden(self) -> None:
        """Give the lease on the partial text back."""
        if self.open_run is not None:
            self.open_run.feed.focus(None)

    def tick(self, now: float) -> None:
        """Poll the opened run, or the list once a second."""
        if self.open_run is not None:
            if self.open_run.poll(now) or self.open_run.moment.is_live:
                self.draw_run()
        elif now - self._listed_at >= LIST_EVERY_S:
            self._read_list()

    def _read_list(self) -> None:
        self._listed_at = self.ladder.clock()
        self.run_list.show(self.ladder.workbench.runs.list(500))

    def draw_run(self) -> None:
        """Draw the opened run."""
        run = self.open_run
        if run is None:
            return
        if self.steps.is_shown:
            self.steps.draw(run)
        view, moment, rows = run.view, run.moment, len(self.board.row_ids)
        self.board.show(view.agents, view.version, moment)
        if len(self.board.row_ids) != rows:
            self._fit_board()
        run.select(self.board.agent_id, wants_text=self.detail.tab == "transcript")
        self.head.show(view, run.summary, run.spec.estimate, moment, self.board.arranged)
        is_alone = self.is_narrow or len(self.visible_areas()) == 1
        self.detail.show(run.card, run.transcript, run.findings, is_narrow=is_alone)
        ordered = [view.agents[agent_id] for agent_id in self.board.agent_ids]
        for timeline in (self.timeline, self.detail.timeline):
            if timeline.display:
                timeline.show(ordered, self.board.agent_id, run.scale, moment)

    # -- opening and leaving -------------------------------------------------------------------

    def show_run(self, run_id: RunId) -> None:
        """Open a run. Raises LadderError."""
        self.hidden()
        self.open_run = OpenRun(self.ladder.workbench.runs, run_id)
        self.open_run.poll(self.ladder.clock())
        self.run_list.select(run_id)
        self._is_from_steps = False
        self.steps.opened(self.open_run)
        self.show_areas()
        self.draw_run()
        self.focus_area(self.areas()[0])

    def switch_view(self) -> None:
        """Agents, or steps."""
        self.steps.is_shown = not self.steps.is_shown
        self._is_from_steps = False
        self.show_areas()
        self.draw_run()
        self.focus_area(self.areas()[0])

    def show_agents_of(self, step_ids: frozenset[StepId], name: str = "") -> None:
        """Show the board with the cursor on the first agent of these steps, or the named one."""
        self.board_area.clear()
        self.steps.is_shown, self._is_from_steps = False, True
        self.show_areas()
        self.draw_run()
        is_one = self.board.reveal(step_ids, name) == 1
        self.draw_run()
        self.focus_area("detail" if is_one else "board")

    @property
    def selected(self) -> RunSummary | None:
        """The opened run, else the one under the cursor."""
        return self.open_run.summary if self.open_run is not None else self.run_list.current

    def open_selected(self) -> None:
        """History: open the run; board: go to the detail; detail: open or fold the item."""
        if self.open_run is None:
            if self.run_list.current is not None:
                self.show_run(self.run_list.current.run_id)
        elif self.current_area == "steps":
            if not self.steps.graph.toggle_fold():
                self.focus_area("step")
        elif self.current_area == "step":
            self.show_agents_of(self.steps.step_ids)
        elif self.current_area == "board":
            if not self.board.toggle_fold():
                self.focus_area("detail")
        elif self.detail.tab == "transcript":
            self.detail.transcript_view.toggle_fold()

    @property
    def has_parent(self) -> bool:
        """True in an opened run."""
        return self.open_run is not None

    def go_back(self) -> bool:
        """Detail to board, board to history."""
        if self.open_run is None:
            return False
        first = self.areas()[0]
        if self.current_area != first:
            self.focus_area(first)
            return True
        if self._is_from_steps:
            self.switch_view()
            return True
        self.hidden()
        self.open_run = None
        self._read_list()
        self.show_areas()
        self.focus_area("history")
        return True

    # -- filter --------------------------------------------------------------------------------

    @property
    def _is_detail(self) -> bool:
        return self.open_run is not None and self.current_area == "detail"

    @property
    def _filtered(self) -> FilteredArea:
        return self.history_area if self.open_run is None else self.board_area

    @property
    def has_filter(self) -> bool:
        """True while the list is filtered or the transcript searched."""
        if self._is_detail:
            return self.detail.is_searching
        return self._filtered.has_class("-filtering")

    def clear_filter(self) -> bool:
        """Clear the search of the transcript, or the filter of the list."""
        return self.detail.clear_search() if self._is_detail else self._filtered.clear()

    def _filter_history(self, text: str) -> None:
        self.run_list.query_text = text
        self.run_list.reorder()

    def _filter_board(self, text: str) -> None:
        self.board.set_query(text)
        self.draw_run()

    # -- actions -------------------------------------------------------------------------------

    def handlers(self) -> Mapping[str, Handler]:
        """What each action does here."""
        return RunCommands(self).handlers()

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now."""
        return RunCommands(self).why_not(action_id)

    def label(self, action: Action) -> str:
        """``p`` pauses, or lets a paused run go on."""
        return RunCommands(self).label(action)

    @on(RowView.Opened)
    def _opened(self, event: RowView.Opened) -> None:
        if event.view in (self.run_list, self.board, self.steps.graph):
            self.ladder.attempt(self.open_selected)

    @on(RowView.Moved)
    def _moved(self, event: RowView.Moved) -> None:
        if event.view in (self.board, self.steps.graph):
            self.ladder.attempt(self.draw_run)
        self.ladder.context_changed()

    @on(StepTree.SlotPicked)
    def _slot_picked(self, event: StepTree.SlotPicked) -> None:
        self.ladder.attempt(self.draw_run)  # the cursor may just have come to the step
        self.ladder.attempt(lambda: self.show_agents_of(self.steps.step_ids, event.name))

    @on(Timeline.Picked)
    def _picked(self, event: Timeline.Picked) -> None:
        self.board.select(event.agent_id)
