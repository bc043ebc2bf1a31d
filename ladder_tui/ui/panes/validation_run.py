"""The run that Validation looks at, and which of its findings are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ladder_tui.domain.finding import SEVERITIES, Disposition, Severity
from ladder_tui.domain.ids import AgentId, RunId
from ladder_tui.domain.run import RunSummary
from ladder_tui.projections.findings import (
    FindingRow,
    RuleGroup,
    filter_rows,
    finding_rows,
    group_by_rule,
    merged_findings,
)
from ladder_tui.projections.run_view import RunView
from ladder_tui.ui.ports import WorkbenchPort
from ladder_tui.ui.ports_run import FeedPort
from ladder_tui.ui.screens.facets import Facet

Shown = Literal["not dismissed", "open", "accepted", "dismissed", "all"]
SHOWN: tuple[Shown, ...] = ("not dismissed", "open", "accepted", "dismissed", "all")


@dataclass
class Filter:
    """What is shown; empty values mean everything."""

    lens: str = ""
    severity: Severity | None = None
    """This or worse."""
    shown: Shown = "not dismissed"
    is_changed: bool = False
    """Only findings on changed lines."""
    text: str = ""

    def apply(self, rows: Sequence[FindingRow]) -> list[FindingRow]:
        """The rows that are shown."""
        kept = filter_rows(
            rows,
            lens=self.lens,
            severity=self.severity,
            is_changed=True if self.is_changed else None,
            text=self.text,
        )
        if self.shown == "all":
            return kept
        if self.shown == "not dismissed":
            return [row for row in kept if row.decision != "dismissed"]
        return [row for row in kept if row.decision == self.shown]

    @property
    def words(self) -> list[str]:
        """What is set, for the headline."""
        words = [self.lens] if self.lens else []
        words += [f"{self.severity} or worse"] if self.severity else []
        words += [self.shown] if self.shown != "not dismissed" else []
        words += ["changed lines only"] if self.is_changed else []
        return words

    def clear(self) -> None:
        """Show everything that is not dismissed."""
        self.lens, self.severity, self.shown, self.is_changed = "", None, "not dismissed", False


class ReviewedRun:
    """A run whose findings and gates are looked at; follows its journal."""

    def __init__(self, workbench: WorkbenchPort, run_id: RunId) -> None:
        self._workbench = workbench
        self.summary: RunSummary = workbench.runs.get(run_id)
        self.feed: FeedPort = workbench.runs.feed(run_id)
        self.rows: list[FindingRow] = []
        self._is_read = False

    @property
    def view(self) -> RunView:
        """The folded state."""
        return self.feed.view

    @property
    def is_read(self) -> bool:
        """True when the whole journal has been folded."""
        return self._is_read

    def poll(self) -> bool:
        """Take in what is new; True when something changed. Raises StoreError."""
        if self._is_read and self.view.is_final:
            return False
        has_changed = self.feed.poll()
        self._is_read = self._is_read or not has_changed
        if has_changed:
            self.join(self._workbench.findings.dispositions())
        return has_changed

    def join(self, dispositions: dict[str, Disposition]) -> None:
        """Join the findings with what people decided."""
        self.rows = finding_rows(merged_findings(self.view), dispositions)

    def groups(self, wanted: Filter) -> list[RuleGroup]:
        """The findings that are shown, by rule."""
        return group_by_rule(wanted.apply(self.rows))

    @property
    def missing(self) -> list[str]:
        """Names of the agents whose slot is empty."""
        merged = self.view.merged_by_step.values()
        return list(dict.fromkeys(name for m in merged for name in m.missing))

    @property
    def dropped(self) -> int:
        """Findings over the cap of the aggregates."""
        return sum(m.dropped for m in self.view.merged_by_step.values())

    def agent_of(self, row: FindingRow) -> AgentId | None:
        """The agent that said it, or the one whose evidence tool did."""
        names = {*row.merged.reporters, row.finding.reporter}
        for card in self.view.agents.values():
            if card.name in names:
                return card.agent_id
        for agent_id, reported in self.view.reported.items():
            if any(r.finding.fingerprint == row.finding.fingerprint for r in reported):
                return agent_id
        return next((a for a, g in self.view.gates if a is not None and g.gate in names), None)

    def facets(self, wanted: Filter) -> list[Facet]:
        """The choices of the facet sheet, each with what it would show by itself."""
        rows = self.rows
        lenses = sorted({row.finding.lens for row in rows})
        facets = [Facet("lens:", "lens", "all", len(rows), not wanted.lens)]
        facets += [
            Facet(f"lens:{n}", "lens", n, len(filter_rows(rows, lens=n)), wanted.lens == n)
            for n in lenses
        ]
        facets.append(Facet("severity:", "severity", "all", len(rows), wanted.severity is None))
        for level in SEVERITIES[:3]:
            count = len(filter_rows(rows, severity=level))
            label = level if level == "critical" else f"{level} or worse"
            is_on = wanted.severity == level
            facets.append(Facet(f"severity:{level}", "severity", label, count, is_on))
        for shown in SHOWN:
            count = len(Filter(shown=shown).apply(rows))
            facets.append(Facet(f"shown:{shown}", "decided", shown, count, wanted.shown == shown))
        changed = len(filter_rows(rows, is_changed=True))
        facets.append(Facet("changed:", "lines", "all", len(rows), not wanted.is_changed))
        facets.append(Facet("changed:1", "lines", "changed only", changed, wanted.is_changed))
        return facets


def choose_facet(wanted: Filter, facet_id: str) -> None:
    """Take over a choice of the facet sheet."""
    group, _, value = facet_id.partition(":")
    if group == "lens":
        wanted.lens = value
    elif group == "severity":
        wanted.severity = next((s for s in SEVERITIES if s == value), None)
    elif group == "shown":
        wanted.shown = next((s for s in SHOWN if s == value), "not dismissed")
    else:
        wanted.is_changed = bool(value)
