"""Everything about the workflow under the cursor, in tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widget import AwaitMount, Widget

from ladder_tui.ui.highlight import yaml_kinds
from ladder_tui.ui.widgets.detail_tabs import DetailTabs
from ladder_tui.ui.widgets.launch_form import LaunchForm
from ladder_tui.ui.widgets.line_block import LineBlock
from ladder_tui.ui.widgets.problem_list import ProblemList
from ladder_tui.ui.widgets.step_tree import StepTree
from ladder_tui.ui.widgets.text_view import TextView

if TYPE_CHECKING:
    from ladder_tui.ui.widgets.marked_editor import MarkedEditor

TABS = ("start", "graph", "problems", "overlaps", "edit")


class WorkflowDetail(Vertical):
    """Form over drawing, the drawing alone, what is wrong, what it shares, its text."""

    DEFAULT_CSS = """
    WorkflowDetail { width: 1fr; height: 1fr; }
    WorkflowDetail #workflow-form { height: auto; max-height: 60%; scrollbar-size-vertical: 1; }
    WorkflowDetail #workflow-head { padding: 0 1; }
    WorkflowDetail #area-problems { height: auto; max-height: 30%; }
    WorkflowDetail #workflow-status { height: 1; }
    WorkflowDetail MarkedEditor { height: 1fr; }
    """

    def __init__(self, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.tabs = DetailTabs(*TABS)
        self.head = LineBlock(id="workflow-head")
        self.form = LaunchForm()
        self.form_area = VerticalScroll(id="workflow-form", can_focus=False)
        self.graph = StepTree(id="workflow-tree")
        self.reading = TextView(id="workflow-reading")
        self.status = LineBlock(id="workflow-status")
        self.lint = ProblemList()
        self.editor: MarkedEditor | None = None
        """Made when it is first needed: a text area is not cheap."""

    def compose(self) -> ComposeResult:
        """Tabs over their views."""
        yield self.tabs
        yield from (self.form_area, self.graph, self.reading, self.status, self.lint)

    def mount_form(self) -> AwaitMount:
        """Add the form: its fields cost as much as all that is painted before them."""
        return self.form_area.mount(self.head, self.form)

    def on_mount(self) -> None:
        """Show the first tab."""
        self.show_tab()

    @property
    def tab(self) -> str:
        """Name of the current tab."""
        return self.tabs.current

    @property
    def focus_target(self) -> Widget:
        """What takes the focus in the current tab."""
        if self.tab == "start" and self.form.start_row.display:
            return self.form.first_stop
        if self.tab in ("start", "graph"):
            return self.graph
        if self.tab == "edit":
            return self.make_editor()
        return self.reading

    def make_editor(self) -> MarkedEditor:
        """The editor of the file."""
        if self.editor is None:
            from ladder_tui.ui.widgets.marked_editor import MarkedEditor  # deferred: TextArea

            self.editor = MarkedEditor(id="workflow-editor", kinds=yaml_kinds)
            self.editor.read_only = True
            self.editor.set_class(self.tabs.ladder.glyphs.is_ascii, "-ascii")
            self.editor.display = self.tab == "edit"
            self.mount(self.editor, before=self.status)
        return self.editor

    def show_tab(self) -> None:
        """Show what belongs to the current tab."""
        tab = self.tab
        self.form_area.display = tab == "start"
        self.graph.display = tab in ("start", "graph")
        self.graph.is_picture = tab == "start"
        self.reading.display = tab in ("problems", "overlaps")
        self.status.display = tab == "edit"
        self.lint.display = tab == "edit" and bool(self.lint.problems)
        if tab == "edit":
            self.make_editor()
        if self.editor is not None:
            self.editor.display = tab == "edit"

    @on(DetailTabs.Chosen)
    def _chosen(self) -> None:
        self.show_tab()
