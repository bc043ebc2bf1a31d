"""What the actions do in the Validation pane, and why they cannot."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import RunSummary
from ladder_tui.projections.findings import FindingRow
from ladder_tui.ui.actions import Action
from ladder_tui.ui.external_editor import open_in_editor
from ladder_tui.ui.format import plural
from ladder_tui.ui.modal import show_changes
from ladder_tui.ui.panes.goto import go_to_run
from ladder_tui.ui.panes.pane import Handler
from ladder_tui.ui.panes.validation_run import Filter, ReviewedRun, choose_facet
from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.screens.facets import Facets
from ladder_tui.ui.text import clean_line
from ladder_tui.ui.widgets.filter_bar import FilteredArea
from ladder_tui.ui.widgets.finding_list import FindingList
from ladder_tui.ui.widgets.gate_list import GateList
from ladder_tui.ui.widgets.text_view import TextView

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

Decision = Literal["dismissed", "accepted", "reopened"]
_NEED_FINDING = frozenset(
    {"editor", "validation.origin", "validation.accept", "validation.dismiss", "copy", "copy.as"}
)


class ValidationDesk(Protocol):
    """What the commands need from the pane."""

    gates: GateList
    findings: FindingList
    findings_area: FilteredArea
    detail: TextView
    filter: Filter
    run: ReviewedRun | None
    runs: list[RunSummary]
    undo: list[tuple[str, str, str]]
    shown_at: float
    shows_gate: bool

    @property
    def ladder(self) -> Host:
        """The application."""

    @property
    def current_area(self) -> str:
        """The area with the focus."""

    @property
    def current(self) -> FindingRow | None:
        """The finding under the cursor."""

    def focus_area(self, area: str) -> None:
        """Give an area the focus."""

    def show_run(self, run_id: RunId) -> None:
        """Look at another run."""

    def draw(self) -> None:
        """Everything again."""

    def draw_detail(self) -> None:
        """The detail again."""


class ValidationCommands:
    """Commands act on the marked findings, else on the one under the cursor."""

    def __init__(self, pane: ValidationDesk) -> None:
        self._pane = pane

    def handlers(self) -> Mapping[str, Handler]:
        """By action id."""
        pane = self._pane
        return {
            "open": self._open,
            "filter": pane.findings_area.start,
            "facet": self._facets,
            "tab.previous": lambda: self._step_run(1),
            "tab.next": lambda: self._step_run(-1),
            "match.next": lambda: pane.findings.step_finding(1),
            "match.previous": lambda: pane.findings.step_finding(-1),
            "move.left": lambda: pane.findings.fold(is_folded=True),
            "move.right": lambda: pane.findings.fold(is_folded=False),
            "wrap": pane.detail.toggle_wrap,
            "editor": self._edit,
            "copy": self._copy,
            "copy.as": self._copy_as,
            "validation.accept": self._accept,
            "validation.dismiss": self._dismiss,
            "validation.undo": self._undo,
            "validation.origin": self._origin,
            "validation.changed": self._toggle_changed,
            "changes": self._changes,
        }

    def label(self, action: Action) -> str:
        """The label of an action here."""
        pane = self._pane
        if action.id == "open":
            if pane.current_area == "gates":
                return "details"
            is_heading = pane.findings.is_heading(pane.findings.cursor_id)
            return "fold" if is_heading and pane.current_area == "findings" else "code"
        names = {"tab.previous": "older run", "tab.next": "newer run",
                 "match.next": "next finding", "match.previous": "previous finding"}  # fmt: skip
        return names.get(action.id, action.label)

    def why_not(self, action_id: str) -> str:
        """Why an action cannot act now; empty when it can."""
        pane = self._pane
        if pane.run is None and action_id not in ("wrap", "filter"):
            return "there is no finished run"
        if action_id in _NEED_FINDING and pane.current is None:
            return "there is no finding"
        if action_id in _NEED_FINDING and pane.shows_gate:
            return "a gate is shown, no finding"
        if action_id == "validation.changed" and pane.run and not pane.run.view.base_commit:
            return "the run had no base: no line counts as changed"
        if action_id == "validation.undo" and not pane.undo and not self._decided():
            return "nothing was decided"
        return self._why_not_open() if action_id == "open" else ""

    def _why_not_open(self) -> str:
        pane = self._pane
        if pane.current_area == "gates":
            return "" if pane.gates.current is not None else "there is no gate"
        if pane.current_area == "detail":
            return "it is open"
        return "" if pane.current is not None else "there is no finding"

    # -- looking -------------------------------------------------------------------------------

    def _open(self) -> None:
        pane = self._pane
        if pane.current_area == "findings" and pane.findings.is_heading(pane.findings.cursor_id):
            is_folded = pane.findings.cursor_id in pane.findings.folded
            pane.findings.fold(is_folded=not is_folded)
            return
        if pane.current_area == "gates":
            pane.draw_detail()
        pane.focus_area("detail")

    def _facets(self) -> None:
        pane = self._pane
        run = pane.run
        if run is None:
            return

        def choose(facet_id: str) -> None:
            choose_facet(pane.filter, facet_id)
            pane.draw()

        pane.ladder.push_screen(Facets(lambda: run.facets(pane.filter), choose))

    def _toggle_changed(self) -> None:
        self._pane.filter.is_changed = not self._pane.filter.is_changed
        self._pane.draw()

    def _step_run(self, delta: int) -> None:
        """``delta`` 1 is one older."""
        pane = self._pane
        ids = [run.run_id for run in pane.runs]
        here = pane.run.summary.run_id if pane.run is not None else None
        place = (ids.index(here) if here in ids else 0) + delta
        if 0 <= place < len(ids):
            pane.show_run(ids[place])
        else:
            pane.ladder.say(
                "This is the oldest finished run" if delta > 0 else "There is no newer one"
            )

    def _origin(self) -> None:
        pane = self._pane
        if pane.run is None or pane.current is None:
            return
        agent_id = pane.run.agent_of(pane.current)
        go_to_run(pane.ladder, pane.run.summary.run_id, agent_id)

    def _changes(self) -> None:
        if self._pane.run is not None:
            show_changes(self._pane.ladder, self._pane.run.summary)

    def _edit(self) -> None:
        pane, row = self._pane, self._pane.current
        if row is not None:
            open_in_editor(
                pane.ladder, pane.ladder.workbench.root / row.finding.path, row.finding.line
            )
            pane.draw_detail()

    def _copy(self) -> None:
        if (row := self._pane.current) is not None:
            place = f"{clean_line(row.finding.path)}:{row.finding.line}"
            self._pane.ladder.copy_text(place, "place")

    def _copy_as(self) -> None:
        self._pane.ladder.copy_text(self._pane.detail.text, "finding")

    # -- deciding ------------------------------------------------------------------------------

    def _accept(self) -> None:
        self._decide(self._pane.findings.chosen(), "accepted", "")

    def _dismiss(self) -> None:
        pane = self._pane
        rows = pane.findings.chosen()
        if not rows:
            return
        first = rows[0].finding
        lines = [f"{clean_line(first.rule)}  {clean_line(first.path)}:{first.line}"]
        lines += [f"and {len(rows) - 1} more"] if len(rows) > 1 else []
        lines.append("The reason stays with it in later runs; u takes it back.")
        title = f"dismiss {plural(len(rows), 'finding')}"
        decide = partial(self._decide, rows, "dismissed")
        pane.ladder.push_screen(Ask(title, lines, "why it does not matter", decide))

    def _decide(self, rows: list[FindingRow], decision: Decision, reason: str) -> None:
        pane = self._pane
        if not rows or pane.run is None:
            return
        seconds = max(0.0, pane.ladder.clock() - pane.shown_at)
        for row in rows:
            before = row.disposition
            finding = row.finding
            pane.ladder.workbench.findings.decide(
                finding.fingerprint,
                decision,
                reason=reason,
                run_id=pane.run.summary.run_id,
                decision_s=seconds if len(rows) == 1 else 0.0,
            )
            kept = (
                "accepted" if before is not None and before.decision == "accepted" else "reopened"
            )
            place = f"{clean_line(finding.rule)} {clean_line(finding.path)}:{finding.line}"
            pane.undo.append((finding.fingerprint, kept, place))
        pane.findings.marked.clear()
        what = pane.undo[-1][2] if len(rows) == 1 else plural(len(rows), "finding")
        word = "Accepted" if decision == "accepted" else "Dismissed"
        pane.ladder.say(f"{word} {what}", key="u undo")
        self._read_again()

    def _decided(self) -> FindingRow | None:
        row = self._pane.current
        return row if row is not None and row.decision != "open" else None

    def _undo(self) -> None:
        """Take back the last decision of this session, else reopen what is under the cursor."""
        pane = self._pane
        if pane.undo:
            fingerprint, before, place = pane.undo.pop()
        elif (row := self._decided()) is not None:
            finding = row.finding
            fingerprint, before = finding.fingerprint, "reopened"
            place = f"{clean_line(finding.rule)} {clean_line(finding.path)}:{finding.line}"
        else:
            return
        run_id = pane.run.summary.run_id if pane.run is not None else ""
        decision: Decision = "accepted" if before == "accepted" else "reopened"
        pane.ladder.workbench.findings.decide(fingerprint, decision, run_id=run_id)
        pane.ladder.say(f"{place} is {'accepted' if decision == 'accepted' else 'open'} again")
        self._read_again()

    def _read_again(self) -> None:
        pane = self._pane
        if pane.run is not None:
            pane.run.join(pane.ladder.workbench.findings.dispositions())
        pane.draw()
