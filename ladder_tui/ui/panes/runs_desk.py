"""What the commands of the Runs pane need from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ladder_tui.domain.ids import StepId
from ladder_tui.domain.run import RunSummary
from ladder_tui.ui.panes.runs_feed import OpenRun
from ladder_tui.ui.panes.runs_steps import StepsView
from ladder_tui.ui.widgets.agent_detail import AgentDetail
from ladder_tui.ui.widgets.board import Board
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.run_list import RunList

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host


class RunsDesk(Protocol):
    """History, board, detail and steps, and what moves between them."""

    run_list: RunList
    board: Board
    detail: AgentDetail
    history_area: FilteredArea
    board_area: FilteredArea
    open_run: OpenRun | None
    steps: StepsView

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

    def draw_run(self) -> None:
        """Draw the opened run."""

    def switch_view(self) -> None:
        """Agents, or steps."""

    def show_agents_of(self, step_ids: frozenset[StepId], name: str = "") -> None:
        """Show the board with the cursor on the first agent of these steps, or the named one."""
