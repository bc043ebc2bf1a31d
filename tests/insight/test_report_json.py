"""The JSON form of a report."""

from __future__ import annotations

import msgspec

from ladder_tui.insight.report_document import Report
from ladder_tui.insight.report_json import render_json
from tests.insight.report_run import DISPOSITIONS, FINDINGS, events, spec, view


def read(text: str) -> Report:
    return msgspec.json.decode(text, type=Report)


def test_the_document_holds_everything_and_reads_back() -> None:
    text = render_json(view(), spec(), DISPOSITIONS)
    report = read(text)
    assert text.startswith('{\n  "version": 1,\n')
    assert (report.number, report.workflow, report.verdict) == (41, "review", "fail")
    assert (report.agents_ok, report.agents_total, report.missing) == (1, 2, ("tests",))
    assert (report.reported, report.merged, report.dropped, report.dismissed) == (9, 9, 3, 1)
    assert len(report.findings) == len(FINDINGS)
    assert report.cost.usd == 1.2345
    assert (report.cost.unpriced_calls, report.tokens.precision) == (1, "estimated")
    assert report.gates[0].agent == "security"
    assert report.counts == {"critical": 2, "high": 1, "medium": 1, "low": 1}


def test_findings_are_ranked_and_carry_decisions() -> None:
    report = read(render_json(view(), spec(), DISPOSITIONS))
    assert [(f.rule, f.decision) for f in report.findings] == [
        ("S608", "open"),
        ("evil", "open"),
        ("guess", "open"),
        ("S608b", "open"),
        ("gone", "dismissed"),
        ("old", "accepted"),
    ]
    without_base = read(render_json(view(), spec(base="")))
    assert [f.rule for f in without_base.findings][:2] == ["evil", "S608"]


def test_a_run_can_be_reported_at_every_moment() -> None:
    for count in range(len(events()) + 1):
        report = read(render_json(view(count), spec()))
        assert report.run_id == spec().run_id


def test_no_path_of_the_machine_is_told() -> None:
    assert "somebody" not in render_json(view(), spec(), DISPOSITIONS)
