"""Validation: what the gates of a run say, its findings by rule, and the code around each."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.projections.findings import FindingRow
from ladder_tui.ui.actions import Action
from ladder_tui.ui.panes.pane import Handler, Pane
from ladder_tui.ui.panes.validation_command import ValidationCommands
from ladder_tui.ui.panes.validation_head import validation_head
from ladder_tui.ui.panes.validation_run import Filter, ReviewedRun
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.finding_lines import finding_lines, gate_lines
from ladder_tui.ui.widgets.finding_list import FindingList
from ladder_tui.ui.widgets.gate_list import GateList
from ladder_tui.ui.widgets.line import Line
from ladder_tui.ui.widgets.line_block import LineBlock
from ladder_tui.ui.widgets.rows import RowView
from ladder_tui.ui.widgets.text_view import TextView

LIST_EVERY_S = 2.0
READ_AT_ONCE = 10
"""Batches of a journal read before the first drawing; the rest follows frame by frame."""


class ValidationPane(Pane):
    """The newest finished run, or another one by ``[`` and ``]``."""

    PANE_ID = "validation"

    def __init__(self) -> None:
        super().__init__()
        self.head = LineBlock(id="validation-head")
        self.gates = GateList()
        self.findings = FindingList()
        self.findings_area = FilteredArea(
            self.findings, id="area-findings", narrow=self._filter_changed
        )
        self.detail = TextView(id="area-detail")
        self.filter = Filter()
        self.run: ReviewedRun | None = None
        self.runs: list[RunSummary] = []
        self.undo: list[tuple[str, str, str]] = []
        """Decisions of this session: fingerprint, decision before, place."""
        self.shown_at = 0.0
        """When the finding under the cursor came onto the screen."""
        self.shows_gate = False
        """True while the detail is about a gate."""
        self._shown_key = ""
        self._listed_at = float("-inf")
        self._is_pinned = False
        self.commands = ValidationCommands(self)

    def compose(self) -> ComposeResult:
        """Headline; gates over findings; detail."""
        yield self.head
        with Horizontal(id="validation-body"):
            with Vertical(id="validation-left"):
                yield self.gates
                yield self.findings_area
            yield self.detail

    def on_mount(self) -> None:
        """Say what to do where there is nothing yet."""
        self.set_class(self.ladder.glyphs.is_ascii, "-ascii")
        self.gates.empty_lines = ("No gate has reported.",)

    # -- areas ---------------------------------------------------------------------------------

    def areas(self) -> tuple[str, ...]:
        """Findings, gates and detail."""
        return ("findings", "detail", "gates")

    def focus_target(self, area: str) -> Widget | None:
        """The lists and the detail themselves."""
        return self.findings if area == "findings" else self.area_widget(area)

    def visible_areas(self) -> tuple[str, ...]:
        """In the list layout gates and findings; alone whatever has the focus."""
        visible = super().visible_areas()
        if visible == ("findings",) and not (self.is_narrow or self.is_zoomed):
            return ("findings", "gates")
        return tuple(a for a in visible if a != "gates") if visible == self.areas()[1:] else visible

    def show_areas(self) -> None:
        """Gates and findings share a column."""
        super().show_areas()
        visible = self.visible_areas()
        self.set_class(visible == ("detail",), "-detail")
        self.set_class("detail" not in visible, "-left")

    # -- frames --------------------------------------------------------------------------------

    def shown(self) -> None:
        """Read the list of runs; look at the newest finished one unless another was chosen."""
        self._read_runs()
        wanted = self.take_wanted()
        if wanted in {run.run_id for run in self.runs}:
            self.show_run(RunId(wanted))
        if self.run is not None:
            self.run.join(self.ladder.workbench.findings.dispositions())
        self.draw()
        if wanted:
            self.findings.select_fingerprint(wanted)

    def tick(self, now: float) -> None:
        """Follow the run; look for newer ones from time to time."""
        if now - self._listed_at >= LIST_EVERY_S:
            self._read_runs()
        if self.run is not None and self.run.poll():
            self.draw()

    def _read_runs(self) -> None:
        self._listed_at = self.ladder.clock()
        runs = self.ladder.workbench.runs.list(200)
        ended = [run for run in runs if run.state in FINAL_STATES and run.agents_total]
        has_changed = [run.run_id for run in ended] != [run.run_id for run in self.runs]
        self.runs = ended
        if ended and has_changed and not self._is_pinned:
            self._look_at(ended[0].run_id)

    def show_run(self, run_id: RunId) -> None:
        """Look at this run until another is chosen. Raises LadderError."""
        self._is_pinned = not self.runs or run_id != self.runs[0].run_id
        self._look_at(run_id)

    def _look_at(self, run_id: RunId) -> None:
        if self.run is None or self.run.summary.run_id != run_id:
            self.run = ReviewedRun(self.ladder.workbench, run_id)
            self.findings.set_rows([])  # another run starts at its worst finding
        for _ in range(READ_AT_ONCE):
            if not self.run.poll():
                break
        self.draw()

    # -- drawing -------------------------------------------------------------------------------

    def draw(self) -> None:
        """Everything again."""
        run = self.run
        self.gates.show(run.view.gates if run is not None else [])
        is_alone = self.visible_areas() == ("gates",)
        self.gates.styles.height = "1fr" if is_alone else max(3, len(self.gates.row_ids) + 1)
        groups = run.groups(self.filter) if run is not None else []
        self.findings.empty_lines = self._empty_lines()
        self.findings.show(groups)
        self.head.show(self._head_lines)
        self.draw_detail()
        self.ladder.context_changed()

    def _empty_lines(self) -> tuple[str, ...]:
        if self.run is None:
            return (
                "No finished run yet in this repository.",
                "5 opens Workflows, enter there starts one.",
                "ladder run review -i path=src",
            )
        if self.run.rows:
            return ("Every finding is filtered away.", "esc clears the filter, f changes it.")
        if self.run.missing:
            return ("Nothing found, but not everybody looked:", f"{', '.join(self.run.missing)}")
        return ("Nothing found.", "The gates say how much was looked at.")

    def _head_lines(self, cells: int) -> list[Line]:
        return validation_head(self.run, self.filter, cells, self.ladder.glyphs, self.ladder.look)

    @property
    def current(self) -> FindingRow | None:
        """The finding under the cursor."""
        return self.findings.current

    def draw_detail(self) -> None:
        """The gate or the finding under the cursor of the list that had the focus last."""
        look, glyphs = self.ladder.look, self.ladder.glyphs
        self.shows_gate = self.gates.has_focus and self.gates.current is not None
        if self.shows_gate and self.gates.current is not None:
            self._shown_key = ""
            self.detail.set_lines(gate_lines(self.gates.current, glyphs, look))
            return
        row = self.current
        if row is None:
            self._shown_key = ""
            self.detail.set_lines([])
            return
        finding = row.finding
        key = f"{finding.fingerprint} {finding.path}:{finding.line}"
        is_same = key == self._shown_key
        if not is_same:
            self._shown_key = key
            self.shown_at = self.ladder.clock()
        source = self.ladder.workbench.findings.source(finding.path, finding.line)
        lines = finding_lines(row, source, self.ladder.clock(), glyphs, look)
        self.detail.set_lines(lines, keep_scroll=is_same)

    # -- filter and actions --------------------------------------------------------------------

    @property
    def has_filter(self) -> bool:
        """True while text or facets hide findings."""
        return self.findings_area.has_class("-filtering") or bool(self.filter.words)

    def clear_filter(self) -> bool:
        """Clear the text, then the facets; False when there was neither."""
        if self.findings_area.clear():
            return True
        if self.filter.words:
            self.filter.clear()
            self.draw()
            return True
        return False

    def handlers(self) -> Mapping[str, Handler]:
        """What each action does here."""
        return self.commands.handlers()

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now."""
        return self.commands.why_not(action_id)

    def label(self, action: Action) -> str:
        """Labels of this pane."""
        return self.commands.label(action)

    def _filter_changed(self, text: str) -> None:
        self.filter.text = text
        self.draw()

    @on(RowView.Moved)
    def _moved(self) -> None:
        self.draw_detail()
        self.ladder.context_changed()

    def on_descendant_focus(self) -> None:
        """The detail shows what the focused list is on."""
        if self.gates.has_focus or self.findings.has_focus:
            self.draw_detail()

    @on(RowView.Opened)
    def _opened(self) -> None:
        self.ladder.perform("open")
