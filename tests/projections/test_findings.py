from __future__ import annotations

import pytest

from ladder_tui.domain.event import FindingsMerged
from ladder_tui.domain.finding import Disposition, Finding, MergedFinding
from ladder_tui.domain.ids import StepId
from ladder_tui.projections.findings import (
    FindingRow,
    count_by_severity,
    filter_rows,
    finding_rows,
    group_by_rule,
    merged_findings,
    rank,
)
from ladder_tui.projections.run_view import fold
from tests.projections.story import finding, queued, records, reported, started


def merged(found: Finding, agreement: int = 1, *, is_disputed: bool = False) -> MergedFinding:
    return MergedFinding(
        *(found, ("security", "tests")[:agreement], agreement, 2, {"security": found.severity}),
        is_disputed,
    )


LOW = merged(finding("low", 1, "low", rule="D100"))
HIGH = merged(finding("high", 9, "high"))
AGREED = merged(finding("agreed", 20, "high"), 2, is_disputed=True)
DOUBTFUL = merged(finding("doubtful", 2, "high", "unverified"))
CHANGED = merged(finding("changed", 30, "high", is_changed=True))
CRITICAL = merged(finding("critical", 40, "critical", "unverified", rule="S105"))
ALL = [LOW, HIGH, AGREED, DOUBTFUL, CHANGED, CRITICAL]
DISPOSITIONS = {
    "high": Disposition("high", "dismissed", "false positive", 1.0, 1.0),
    "low": Disposition("low", "reopened", "", 2.0, 1.0),
    "agreed": Disposition("agreed", "accepted", "", 2.0, 1.0),
}


def rows() -> list[FindingRow]:
    return finding_rows(ALL, DISPOSITIONS)


def names(found: list[FindingRow]) -> list[str]:
    return [row.finding.fingerprint for row in found]


def test_changed_lines_come_first_then_the_worst_and_proven() -> None:
    assert names(rows()) == ["changed", "agreed", "high", "critical", "doubtful", "low"]
    assert names(rank(reversed(rows()))) == names(rows())


def test_the_newest_decision_shows() -> None:
    assert {row.finding.fingerprint: row.decision for row in rows()} == {
        "critical": "open",
        "changed": "open",
        "agreed": "accepted",
        "high": "dismissed",
        "doubtful": "open",
        "low": "open",
    }


def test_filters_narrow_together() -> None:
    assert names(filter_rows(rows())) == names(rows())
    assert names(filter_rows(rows(), severity="critical")) == ["critical"]
    assert "low" not in names(filter_rows(rows(), severity="high"))
    assert names(filter_rows(rows(), decision="dismissed")) == ["high"]
    assert names(filter_rows(rows(), decision="open", is_verified=True)) == ["changed", "low"]
    assert names(filter_rows(rows(), is_changed=True)) == ["changed"]
    assert len(filter_rows(rows(), is_changed=False)) == 5
    assert names(filter_rows(rows(), is_verified=False)) == ["critical", "doubtful"]
    assert names(filter_rows(rows(), is_disputed=True)) == ["agreed"]
    assert filter_rows(rows(), lens="tests") == []
    assert names(filter_rows(rows(), text="D10")) == ["low"]
    assert names(filter_rows(rows(), text="MESSAGE 20")) == ["agreed"]
    assert names(filter_rows(rows(), text="tests")) == ["agreed"]


def test_rules_are_grouped_worst_and_largest_first() -> None:
    groups = group_by_rule(rows())
    assert [(g.rule, g.severity, len(g.rows)) for g in groups] == [
        ("S105", "critical", 1),
        ("S608", "high", 4),
        ("D100", "low", 1),
    ]
    assert count_by_severity(rows()) == {"critical": 1, "high": 4, "medium": 0, "low": 1}


@pytest.mark.parametrize("is_merged", [False, True])
def test_findings_are_those_of_agents_until_they_are_merged(is_merged: bool) -> None:
    view = fold(records(queued(), started(), reported(finding())))
    if is_merged:
        merge = FindingsMerged(StepId("merge"), "union-dedup", 2, 2, (), (AGREED, LOW), 3)
        view.apply_all(records(merge, start=4))
    found = merged_findings(view)
    if is_merged:
        assert found == [AGREED, LOW]
    else:
        assert [(m.finding, m.reporters, m.agents_total) for m in found] == [
            (finding(), ("security",), 1)
        ]
