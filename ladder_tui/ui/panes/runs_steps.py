"""The steps of the opened run: its workflow drawn as it stands, and all about one step."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Horizontal

from ladder_tui.domain.ids import StepId
from ladder_tui.errors import LadderError
from ladder_tui.insight.step_explanation import StepExplanation
from ladder_tui.ui.panes.pane import Pane
from ladder_tui.ui.panes.runs_feed import OpenRun
from ladder_tui.ui.widgets.run_mark import run_marks
from ladder_tui.ui.widgets.step_lines import step_lines
from ladder_tui.ui.widgets.step_tree import StepTree
from ladder_tui.ui.widgets.text_view import TextView

_OTHER_KINDS = frozenset({"run", "ask", "workflow"})


class StepsView:
    """A run whose steps are more than agents is shown by its steps first."""

    def __init__(self, pane: Pane) -> None:
        self._pane = pane
        self.graph = StepTree(id="area-steps")
        self.reading = TextView(id="area-step")
        self.widget = Horizontal(self.graph, self.reading, id="steps-view")
        self.is_shown = False
        self._why: dict[str, Sequence[StepExplanation]] = {}
        self._drawn: tuple[object, ...] = ()
        self.step_ids: frozenset[StepId] = frozenset()
        """Steps with agents at and below the cursor, as the run names them."""

    def opened(self, run: OpenRun) -> None:
        """Another run is looked at."""
        self._why.clear()
        self._drawn, self.step_ids = (), frozenset()
        self.graph.cursor_id = None
        self.is_shown = any(step.kind in _OTHER_KINDS for step in run.spec.workflow.steps)

    def draw(self, run: OpenRun) -> None:
        """Draw the workflow as the run stands, and the step under the cursor."""
        workflow = run.spec.workflow
        nested = {inner.name: inner for inner in run.spec.workflows}
        marks = run_marks(run.view, workflow, run.moment)
        self.graph.show(workflow, nested, marks)
        path = self.graph.step_path
        drawn = (run.run_id, path, run.view.version)
        if drawn == self._drawn:
            return
        is_same = self._drawn[:2] == drawn[:2]
        self._drawn = drawn
        ladder = self._pane.ladder
        ids = _concrete(path, run)
        self.step_ids = _with_agents(ids, run)
        why = self._explained(run, path) if run.view.is_final or run.view.resumes else ()
        lines = step_lines(run.view, ids, why, ladder.glyphs, ladder.look)
        self.reading.set_lines(lines, keep_scroll=is_same)

    def _explained(self, run: OpenRun, path: str) -> Sequence[StepExplanation]:
        """Why the step ran again; read once for each step and version of the run."""
        key = f"{path} {run.view.version}"
        if key not in self._why:
            try:
                found = self._pane.ladder.workbench.runs.explain(run.run_id)
            except LadderError:  # a run of before steps were explained
                found = ()
            self._why = {key: found}
        return self._why[key]


def _with_agents(ids: Sequence[str], run: OpenRun) -> frozenset[StepId]:
    """Of these steps, and of those inside them, the ones that have agents."""
    inside = tuple(f"{id_}/" for id_ in ids)
    return frozenset(
        step_id
        for step_id, card in run.view.steps.items()
        if card.agents and (step_id in ids or step_id.startswith(inside))
    )


def _concrete(path: str, run: OpenRun) -> list[str]:
    """The ids in the run of a step of the drawing: several inside a fan-out."""
    if not path or path in run.view.steps:
        return [path] if path else []
    parts = path.split("/")
    found = [
        str(step_id)
        for step_id in run.view.steps
        if step_id.split("/")[0] == parts[0] and step_id.split("/")[-1] == parts[-1]
    ]
    return found or [path]
