"""Starting a workflow from its form: choosing paths, asking where it may cost much, watching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ladder_tui.domain.ids import RunId
from ladder_tui.ui.panes.goto import go_to_run
from ladder_tui.ui.panes.workflows_desk import WorkflowsDesk
from ladder_tui.ui.screens.confirm import Confirm
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.preflight_lines import models_text, money, wall_time

if TYPE_CHECKING:
    from ladder_tui.workbench.option import Preflight


class Launcher:
    """Starts what the form and the preflight say."""

    def __init__(self, pane: WorkflowsDesk) -> None:
        self._pane = pane

    def why_not(self) -> str:
        """Why nothing can be started now; empty when something can."""
        state = self._pane.planner.state
        if self._pane.entry is None:
            return "there is no workflow"
        if state.error is not None:
            return state.error.what
        if state.problems:
            first = state.problems[0]
            return f"{first.path.removeprefix('inputs.')}: {first.message}"
        return ""

    def start(self) -> None:
        """Start the run, asking first where it may cost much; then watch it."""
        pane, state = self._pane, self._pane.planner.state
        if state.is_starting:
            return
        if state.is_pending:
            pane.planner.when_ready(self.start)
            pane.ladder.say("Starts as soon as the preflight is there")
            return
        plan = state.plan
        if plan is None or not state.can_start:
            reason = self.why_not() or "there is no preflight"
            pane.ladder.say(f"Not started: {reason}", level="warning")
        elif plan.needs_confirm:
            title = f"start {clean_line(plan.workflow.name)}?"
            pane.ladder.push_screen(Confirm(title, _cost_lines(plan), "start", self._start))
        else:
            self._start()

    def _start(self) -> None:
        self._pane.planner.start(self._started)

    def _started(self, run_id: RunId) -> None:
        ladder = self._pane.ladder
        number = ladder.workbench.runs.get(run_id).number
        ladder.say(f"#{number} started; it goes on when you leave")
        go_to_run(ladder, run_id)

    def pick(self, name: str) -> None:
        """Choose the path of an input from the files of the repository."""
        from ladder_tui.ui.screens.pick_path import PickPath  # deferred: when it is first asked for

        pane, tree = self._pane, self._pane.ladder.workbench.tree
        row = pane.detail.form.row_of(name)
        if row is None:
            return
        kind = row.declared.type
        read = tree.directories if kind == "directory" else tree.files

        def done(path: str) -> None:
            row.put(path)
            pane.detail.form.focus_after(row)

        title = f"{clean_line(name)}: choose a {kind}"
        pane.ladder.push_screen(PickPath(title, read, row.value, done))


def _cost_lines(plan: Preflight) -> list[str]:
    estimate = plan.estimate
    return [
        f"{len(plan.agents)} agents on {clean_line(models_text(plan))}",
        f"~{estimate.tokens.p50:,} tokens   "
        f"{money(estimate, plan.model.provider)}   {wall_time(estimate)}",
        "",
        "X in Runs stops everything; what is finished stays.",
    ]
