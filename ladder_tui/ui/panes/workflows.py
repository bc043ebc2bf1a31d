"""Workflows: the list; beside it the steps and the launch form; beneath it the preflight."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from ladder_tui.domain.ids import RunId
from ladder_tui.ui.actions import Action
from ladder_tui.ui.external_editor import open_in_editor
from ladder_tui.ui.panes.goto import go_to_run
from ladder_tui.ui.panes.pane import Handler, Pane
from ladder_tui.ui.panes.workflows_plan import Planner
from ladder_tui.ui.screens.confirm import Confirm
from ladder_tui.ui.text import clean_line, fit_path, wrap
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.launch_form import LaunchForm
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_block import LineBlock
from ladder_tui.ui.widgets.preflight_lines import money, preflight_lines, wall_time
from ladder_tui.ui.widgets.problem_lines import problem_lines
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.step_graph import step_graph
from ladder_tui.ui.widgets.text_view import TextView
from ladder_tui.ui.widgets.workflow_list import WorkflowList
from ladder_tui.workbench.workflow import WorkflowEntry

FIRST = "review"
"""The workflow that the cursor is on at the beginning."""


class WorkflowsPane(Pane):
    """``enter`` starts the workflow under the cursor with the values of its form."""

    PANE_ID = "workflows"

    def __init__(self) -> None:
        super().__init__()
        self.workflow_list = WorkflowList()
        self.list_area = FilteredArea(self.workflow_list, id="area-list")
        self.head = LineBlock(id="workflow-head")
        self.form = LaunchForm()
        self.form_area = Vertical(id="area-form")
        self.problems = TextView(id="workflow-problems")
        self.preflight = LineBlock(id="preflight")
        self.planner = Planner(self, self._draw_preflight)
        self._shown: WorkflowEntry | None = None
        self.is_new = True
        """Nothing but the list has been shown yet."""

    def compose(self) -> ComposeResult:
        """List and form side by side, the preflight beneath both."""
        with Horizontal(id="workflows-upper"):
            yield self.list_area
            yield self.form_area
        yield self.preflight

    def on_mount(self) -> None:
        """Say what to do where there is nothing."""
        self.set_class(self.ladder.glyphs.is_ascii, "-ascii")
        self.workflow_list.empty_lines = (
            "No workflow here.",
            "/ changes the filter, esc clears it.",
            "ladder workflows list",
        )

    # -- areas ---------------------------------------------------------------------------------

    def areas(self) -> tuple[str, ...]:
        """The list, and the form of the workflow under the cursor."""
        return ("list", "form")

    def focus_target(self, area: str) -> Widget | None:
        """In the form the first field; without inputs its problems."""
        if area == "list":
            return self.workflow_list
        return self.form.first_editor or self.problems

    def step_field(self, delta: int) -> None:
        """Through the fields, and then to the list."""
        if not self.form.step(delta):
            self.focus_area("list")

    def step_area(self, delta: int) -> None:
        """From a field that is no text, to the next field."""
        if self.current_area == "list" or not self.form.step(delta):
            super().step_area(delta)

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
            self._show_entry(is_again=True)

    def _show_first(self) -> None:
        self.is_new = False
        self.form_area.mount(self.head, self.form, self.problems)
        self._show_entry(is_again=True)

    def tick(self, now: float) -> None:  # noqa: ARG002 - the spinner turns by real time
        """Turn the spinner of the preflight."""
        self.planner.tick()

    # -- drawing -------------------------------------------------------------------------------

    def _show_entry(self, *, is_again: bool = False) -> None:
        """Show the workflow under the cursor; values typed so far stay while it is the same."""
        entry = self.workflow_list.current
        before, self._shown = self._shown, entry
        is_same = (
            before is not None
            and entry is not None
            and before.name == entry.name
            and before.content_hash == entry.content_hash
        )
        if not is_same:
            workflow = entry.workflow if entry is not None else None
            last = self.ladder.workbench.workflows.last_inputs(entry.name) if entry else {}
            self.form.show(workflow.inputs if workflow is not None else {}, last)
        elif not is_again:
            return
        self.head.show(self._head_lines)
        problems = entry.problems if entry is not None else ()
        self.problems.set_lines(problem_lines(problems, self.ladder.glyphs, self.ladder.look))
        self.problems.display = bool(problems) or self.form.first_editor is None
        self._plan(wait=is_same is False and before is not None)

    def _head_lines(self, cells: int) -> list[Line]:
        look, glyphs, entry = self.ladder.look, self.ladder.glyphs, self._shown
        if entry is None:
            return []
        lines = [Line(glyphs.ellipsis).add(clean_line(entry.name), look.strong)]
        space = cells - lines[0].cells - len(entry.origin) - 5
        path = fit_path(clean_line(entry.path), space, glyphs.ellipsis) if space > 8 else ""
        lines[0].add_right(f"{entry.origin}  {path}", look.muted)
        if entry.workflow is None:
            return [*lines, Line(), Line().add("This file cannot be used yet:", look.error)]
        for text in wrap(clean_line(entry.workflow.description), cells)[:3]:
            lines.append(Line(glyphs.ellipsis).add(text, look.muted))  # noqa: PERF401
        gap = [] if self.ladder.size.height < 30 else [Line()]
        lines += gap
        for text in step_graph(entry.workflow, glyphs, cells):
            lines.append(Line(glyphs.ellipsis).add(text, look.plain))
        return [*lines, *gap]

    def _draw_preflight(self) -> None:
        state = self.planner.state
        glyphs, look = self.ladder.glyphs, self.ladder.look
        self.preflight.show(lambda cells: preflight_lines(state, cells, glyphs, look))
        self.form.show_problems(state.problems)
        self.ladder.context_changed()

    def _plan(self, *, wait: bool) -> None:
        self.planner.plan(self._shown, self.form.values, wait=wait)

    # -- starting ------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the run, asking first where it may cost much; then watch it."""
        state = self.planner.state
        if state.is_starting:
            return
        if state.is_pending:
            self.planner.when_ready(self.start)
            self.ladder.say("Starts as soon as the preflight is there")
            return
        plan = state.plan
        if plan is None or not state.can_start:
            reason = self._why_not_start() or "there is no preflight"
            self.ladder.say(f"Not started: {reason}", level="warning")
        elif plan.needs_confirm:
            estimate = plan.estimate
            lines = [
                f"{len(plan.agents)} agents on {clean_line(plan.model.label)}",
                f"~{estimate.input_tokens + estimate.output_tokens:,} tokens   "
                f"{money(estimate, plan.model.provider)}   {wall_time(estimate)}",
                "",
                "X in Runs stops everything; what is finished stays.",
            ]
            title = f"start {clean_line(plan.workflow.name)}?"
            self.app.push_screen(Confirm(title, lines, "start", self._start))
        else:
            self._start()

    def _start(self) -> None:
        self.planner.start(self._started)

    def _started(self, run_id: RunId) -> None:
        number = self.ladder.workbench.runs.get(run_id).number
        self.ladder.say(f"#{number} started; it goes on when you leave")
        go_to_run(self.ladder, run_id)

    def _why_not_start(self) -> str:
        state = self.planner.state
        if self._shown is None:
            return "there is no workflow"
        if state.error is not None:
            return state.error.what
        if state.problems:
            first = state.problems[0]
            return f"{first.path.removeprefix('inputs.')}: {first.message}"
        return ""

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
        handlers: dict[str, Handler] = {
            "open": self.start,
            "workflows.inputs": lambda: self.focus_area("form"),
            "editor": self._edit,
            "filter": self.list_area.start,
            "copy": self._copy,
        }
        if self.current_area == "form":
            handlers["move.right"] = lambda: self._step_choice(1)
            handlers["move.left"] = lambda: self._step_choice(-1)
        return handlers

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now."""
        if action_id == "open":
            return self._why_not_start()
        if action_id in ("editor", "copy", "workflows.inputs") and self._shown is None:
            return "there is no workflow"
        return ""

    def label(self, action: Action) -> str:
        """``enter`` starts here, and space changes a choice."""
        names = {"open": "start", "editor": "edit file"}
        if self.current_area == "form":
            names["mark"] = "change"
        return names.get(action.id, action.label)

    def _step_choice(self, delta: int) -> None:
        step = getattr(self.ladder.main_focus, "step", None)
        if callable(step):
            step(delta)

    def _edit(self) -> None:
        entry = self._shown
        if entry is None or entry.file is None:
            return
        line = entry.problems[0].line if entry.problems else 0
        open_in_editor(self.ladder, entry.file, line)
        self.shown()

    def _copy(self) -> None:
        entry = self._shown
        if entry is not None:
            self.ladder.copy_text(f"ladder run {entry.name}", "command")

    @on(RowView.Opened)
    def _opened(self) -> None:
        self.ladder.perform("open")

    @on(RowView.Moved)
    def _moved(self) -> None:
        if not self.is_new:
            self._show_entry()
        self.ladder.context_changed()

    @on(FilteredArea.Changed)
    def _filter_changed(self, event: FilteredArea.Changed) -> None:
        self.workflow_list.query_text = event.text
        self.workflow_list.reorder()

    @on(LaunchForm.Changed)
    def _value_changed(self) -> None:
        self._plan(wait=True)

    @on(LaunchForm.Submitted)
    def _submitted(self) -> None:
        self.ladder.perform("open")
