"""What the parts of the Workflows pane need from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ladder_tui.ui.panes.workflows_plan import Planner
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.workflow_detail import WorkflowDetail
from ladder_tui.ui.widgets.workflow_list import WorkflowList
from ladder_tui.workbench.workflow_entry import WorkflowEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer
    from textual.worker import Worker

    from ladder_tui.ui.host import Host


class WorkflowsDesk(Protocol):
    """The pane as its parts see it."""

    workflow_list: WorkflowList
    list_area: FilteredArea
    detail: WorkflowDetail
    planner: Planner
    entry: WorkflowEntry | None
    """The workflow under the cursor, as it is shown."""
    area: str
    wanted: str

    @property
    def ladder(self) -> Host:
        """The application."""

    @property
    def current_area(self) -> str:
        """The area with the focus."""

    def areas(self) -> tuple[str, ...]:
        """Names of the areas that exist now."""

    def focus_area(self, area: str) -> None:
        """Give an area the focus."""

    def show_areas(self) -> None:
        """Show and hide the areas."""

    def shown(self) -> None:
        """Read the files again."""

    def draw_tab(self) -> None:
        """Draw what the current tab shows."""

    def draw_edit(self) -> None:
        """Draw what depends on the text in the editor."""

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call something later."""

    def run_worker(
        self,
        work: Callable[[], None],
        *,
        thread: bool,
        group: str,
        exclusive: bool = False,
        exit_on_error: bool,
    ) -> Worker[None]:
        """Do something in a thread."""
