"""Workflows: the list; beside it one workflow to start, read and edit; beneath it the preflight."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from ladder_tui.ui.actions import Action
from ladder_tui.ui.panes.pane import Handler, Pane
from ladder_tui.ui.panes.workflows_command import WorkflowCommands
from ladder_tui.ui.panes.workflows_edit import WorkflowEditing
from ladder_tui.ui.panes.workflows_launch import Launcher
from ladder_tui.ui.panes.workflows_plan import Planner
from ladder_tui.ui.panes.workflows_view import WorkflowView
from ladder_tui.ui.widgets.detail_tabs import DetailTabs
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.launch_form import LaunchForm
from ladder_tui.ui.widgets.line_block import LineBlock
from ladder_tui.ui.widgets.preflight_lines import preflight_lines
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.workflow_detail import WorkflowDetail
from ladder_tui.ui.widgets.workflow_list import WorkflowList
from ladder_tui.workbench.workflow import WorkflowEntry

if TYPE_CHECKING:
    from textual.widgets import TextArea

FIRST = "review"
"""The workflow that the cursor is on at the beginning."""


class WorkflowsPane(Pane):
    """``enter`` starts the workflow under the cursor with the values of its form."""

    PANE_ID = "workflows"

    def __init__(self) -> None:
        super().__init__()
        self.workflow_list = WorkflowList()
        self.list_area = FilteredArea(
            self.workflow_list, id="area-list", narrow=self._filter_changed
        )
        self.detail = WorkflowDetail(id="area-detail")
        self.preflight = LineBlock(id="preflight")
        self.planner = Planner(self, self._draw_preflight)
        self.editing = WorkflowEditing(self)
        self.launcher = Launcher(self)
        self.view = WorkflowView(self, self.editing)
        self.commands = WorkflowCommands(self, self.launcher, self.editing)
        self.entry: WorkflowEntry | None = None
        """The workflow under the cursor, as it is shown."""
        self.is_new = True
        """Nothing but the list has been shown yet."""

    def compose(self) -> ComposeResult:
        """List and detail side by side, the preflight beneath both."""
        with Horizontal(id="workflows-upper"):
            yield self.list_area
            yield self.detail
        yield self.preflight

    def on_mount(self) -> None:
        """Say what to do where there is nothing."""
        self.set_class(self.ladder.glyphs.is_ascii, "-ascii")
        self.workflow_list.empty_lines = (
            "No workflow here.",
            "c writes one; / changes the filter, esc clears it.",
            "ladder workflows list",
        )
        self.detail.graph.empty_lines = (
            "There is nothing to draw.",
            "] shows the problems of the file, e edits it.",
            "ladder workflows lint NAME",
        )

    def on_unmount(self) -> None:
        """The program ends: nothing that was typed is lost."""
        self.editing.rescue()

    # -- areas ---------------------------------------------------------------------------------

    def areas(self) -> tuple[str, ...]:
        """The list, the tab of the workflow under the cursor, and the problems of its text."""
        has_lint = self.detail.tab == "edit" and bool(self.detail.lint.problems)
        return ("list", "detail", *(("problems",) if has_lint else ()))

    def focus_target(self, area: str) -> Widget | None:
        """In the detail what its tab is about."""
        if area == "list":
            return self.workflow_list
        return self.detail.lint if area == "problems" else self.detail.focus_target

    def visible_areas(self) -> tuple[str, ...]:
        """The text and its problems go together."""
        visible = super().visible_areas()
        return (
            self.areas()[1:] if set(visible) & {"detail", "problems"} == set(visible) else visible
        )

    def show_areas(self) -> None:
        """Hide the preflight where the whole height is of more use."""
        super().show_areas()
        visible = self.visible_areas()
        self.detail.display = "detail" in visible
        self.set_class("list" not in visible or visible == ("list",), "-single")
        self.detail.show_tab()
        is_reading = self.detail.tab != "start" and "detail" in visible
        self.preflight.display = not (is_reading and (self.is_narrow or self.is_zoomed))

    def step_field(self, delta: int) -> None:
        """Through the fields, and then to the list."""
        if not self.detail.form.step(delta):
            self.focus_area("list")

    def step_area(self, delta: int) -> None:
        """From a field that is no text, to the next field."""
        is_form = self.current_area == "detail" and self.detail.tab == "start"
        if not (is_form and self.detail.form.step(delta)):
            super().step_area(delta)

    def leave_text(self) -> None:
        """From the editor to its problems, else to the list."""
        has_lint = self.current_area == "detail" and "problems" in self.areas()
        self.focus_area("problems" if has_lint else "list")

    def go_back(self) -> bool:
        """From the detail to the list."""
        if self.current_area == "list":
            return False
        self.focus_area("list")
        return True

    @property
    def has_parent(self) -> bool:
        """True beside the list."""
        return self.current_area != "list"

    # -- frames --------------------------------------------------------------------------------

    def shown(self) -> None:
        """Read the files again: somebody may have edited them, and runs may have ended."""
        self.workflow_list.show(self.ladder.workbench.workflows.list())
        wanted = self.take_wanted()
        if wanted or self.is_new:
            self.workflow_list.select_name(wanted or FIRST)
        if self.is_new:
            # The list is painted first: fields and preflight cost as much as all before them.
            self.call_after_refresh(self._show_first)
        else:
            self.show_entry(is_again=True)

    async def _show_first(self) -> None:
        await self.detail.mount_form()
        self.ladder.attempt(partial(self.show_entry, is_again=True))
        await self._fields()
        self.is_new = False
        self.ladder.keys_can_act()

    @property
    def is_ready(self) -> bool:
        """True when the workflow under the cursor is shown."""
        return super().is_ready and not self.is_new

    def tick(self, now: float) -> None:  # noqa: ARG002 - the spinner turns by real time
        """Turn the spinner of the preflight."""
        self.planner.tick()

    # -- drawing -------------------------------------------------------------------------------

    def show_entry(self, *, is_again: bool = False) -> None:
        """Show the workflow under the cursor; values typed so far stay while it is the same."""
        entry = self.workflow_list.current
        before, self.entry = self.entry, entry
        is_same = (
            before is not None
            and entry is not None
            and before.path == entry.path
            and before.content_hash == entry.content_hash
        )
        workflow = entry.workflow if entry is not None else None
        if not is_same:
            last = self.ladder.workbench.workflows.last_inputs(entry.name) if entry else {}
            self.detail.form.show(workflow.inputs if workflow is not None else {}, last)
            self.detail.form.start_row.display = workflow is not None
            if self.current_area == "detail" and self.detail.tab == "start":
                self.call_next(self._focus_form)  # a key was faster than the new fields
        elif not is_again:
            return
        self.detail.head.show(self.view.head_lines)
        nested = {e.name: e.workflow for e in self.workflow_list.entries.values() if e.workflow}
        self.detail.graph.show(workflow, nested)
        self.draw_tab()
        self.plan(wait=is_same is False and before is not None)

    async def _fields(self) -> None:
        """Wait until the fields of the form can take the focus."""
        if self.detail.form.filling is not None:
            await self.detail.form.filling

    async def _focus_form(self) -> None:
        await self._fields()
        self.focus_area("detail")

    def draw_tab(self) -> None:
        """Draw what the current tab shows."""
        self.view.draw_tab()

    def draw_edit(self) -> None:
        """Draw what depends on the text in the editor."""
        self.view.draw_edit()

    def _draw_preflight(self) -> None:
        state = self.planner.state
        glyphs, look = self.ladder.glyphs, self.ladder.look
        self.preflight.show(lambda cells: preflight_lines(state, cells, glyphs, look))
        self.detail.form.show_problems(state.problems)
        self.ladder.context_changed()

    def plan(self, *, wait: bool) -> None:
        """Ask for the preflight of what the form says."""
        self.planner.plan(self.entry, self.detail.form.values, wait=wait)

    # -- actions -------------------------------------------------------------------------------

    @property
    def has_filter(self) -> bool:
        """True while the list is filtered."""
        return self.list_area.has_class("-filtering")

    def clear_filter(self) -> bool:
        """Clear the filter of the list."""
        return self.list_area.clear()

    def handlers(self) -> Mapping[str, Handler]:
        """What each action does here."""
        return self.commands.handlers()

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now."""
        return self.commands.why_not(action_id)

    def label(self, action: Action) -> str:
        """Labels of this pane."""
        return self.commands.label(action)

    @on(RowView.Opened)
    def _opened(self) -> None:
        self.ladder.perform("open")

    @on(RowView.Moved)
    def _moved(self, event: RowView.Moved) -> None:
        if event.view is self.workflow_list and not self.is_new:
            self.show_entry()
        self.ladder.context_changed()

    @on(DetailTabs.Chosen)
    def _tab_chosen(self) -> None:
        self.draw_tab()
        if self.current_area != "list":
            self.focus_area("detail")

    def _filter_changed(self, text: str) -> None:
        self.workflow_list.query_text = text
        self.workflow_list.reorder()

    @on(LaunchForm.Changed)
    def _value_changed(self) -> None:
        self.plan(wait=True)

    @on(LaunchForm.Submitted)
    def _submitted(self) -> None:
        self.ladder.perform("workflows.start")

    @on(LaunchForm.PickAsked)
    def _pick(self, event: LaunchForm.PickAsked) -> None:
        self.launcher.pick(event.input_name)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Somebody types in the editor."""
        event.stop()
        self.take_typed()

    def take_typed(self) -> None:
        """The text in the editor is the draft's."""
        self.editing.typed()
