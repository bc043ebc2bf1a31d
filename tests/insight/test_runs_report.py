"""The report over runs: what belongs in it, what counts as new, what to do next."""

from __future__ import annotations

from typing import Any

from ladder_tui.domain.finding import Disposition, Finding, MergedFinding
from ladder_tui.domain.ids import QuestionId, RunId, StepId
from ladder_tui.domain.question import OpenQuestion, Question
from ladder_tui.domain.run import RunSummary
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.insight.runs_report import RunFacts, RunsReport, build_runs_report, is_reported
from ladder_tui.insight.runs_report_markdown import render_runs_markdown

SINCE, UNTIL = 1_000.0, 2_000.0


def summary(number: int, created_at: float = 1_500.0, **more: Any) -> RunSummary:
    fields: dict[str, Any] = {
        "state": "done", "verdict": "pass", "started_at": created_at,
        "finished_at": created_at + 60, "usage": Usage(100, 10), "cost": Cost(5_000_000),
    }  # fmt: skip
    return RunSummary(
        RunId(f"r-{number}"), number, "review", model="m", created_at=created_at, **fields | more
    )


def finding(fingerprint: str, severity: Any = "high", message: str = "bad") -> MergedFinding:
    found = Finding(
        rule="S602", lens="security", path="a.py", line=3, severity=severity, message=message,
        reporter="security", source="agent", quote_state="verified", fingerprint=fingerprint,
    )  # fmt: skip
    return MergedFinding(found, ("security",), 1, 5, {"security": severity})


def report(*facts: RunFacts, **decided: str) -> RunsReport:
    dispositions = {
        f: Disposition(f, made, "", 0.0, 0.0)  # type: ignore[arg-type]
        for f, made in decided.items()
    }
    return build_runs_report(facts, dispositions, since=SINCE, until=UNTIL)


def test_what_belongs_into_a_report() -> None:
    assert is_reported(summary(1), SINCE)
    assert is_reported(summary(1, 900, finished_at=1_100), SINCE), "it ended since"
    assert not is_reported(summary(1, 900, finished_at=950), SINCE)
    assert is_reported(summary(1, 100, finished_at=None, state="interrupted", questions=1), SINCE)
    assert is_reported(summary(1, 100, finished_at=None, state="running"), SINCE)
    assert not is_reported(summary(1, 100, finished_at=None, state="interrupted"), SINCE)


def test_new_is_what_no_run_before_had_and_each_counts_once() -> None:
    first_seen = {"old": 3, "new": 8, "gone": 8}
    findings = [finding("old"), finding("new"), finding("gone")]
    made = report(
        RunFacts(summary(9), findings, first_seen),
        RunFacts(summary(8), findings, first_seen),
        gone="dismissed",
    )
    assert (made.new_total, made.known_total, made.dismissed_total) == (1, 1, 1)
    assert [run.summary.number for run in made.runs] == [8, 9]
    assert [(run.new, run.known, run.dismissed) for run in made.runs] == [(1, 1, 1)] * 2
    assert [(n.number, n.merged.finding.fingerprint) for n in made.new] == [(8, "new")]


def test_a_run_that_only_ended_since_makes_nothing_new_again() -> None:
    fact = RunFacts(summary(4, 900, finished_at=1_100), [finding("x")], {"x": 4})
    assert report(fact).new_total == 0


def test_sums_are_those_of_the_runs_and_say_what_is_unpriced() -> None:
    made = report(RunFacts(summary(1, trigger="schedule")), RunFacts(summary(2, cost=Cost(0, 3))))
    assert made.usage.total_tokens == 220
    assert made.cost == Cost(5_000_000, 3)
    assert made.triggers == {"schedule": 1, "": 1}
    assert "$0.0050 and 3 calls unpriced" in render_runs_markdown(made)


def test_next_steps_come_in_the_order_of_their_urgency() -> None:
    made = report(
        RunFacts(summary(1, verdict="fail"), [finding("a")], {"a": 1}),
        RunFacts(summary(2, state="interrupted", verdict="none", questions=2)),
        RunFacts(summary(3, state="budget", verdict="none")),
        RunFacts(summary(4, verdict="degraded")),
        RunFacts(summary(5)),
        RunFacts(summary(6), [finding("b")], {"b": 6}),
        RunFacts(summary(7, state="interrupted", verdict="none")),
        RunFacts(summary(8, state="error", verdict="none")),
    )
    assert [step.command for step in made.next_steps] == [
        "ladder runs answer 2",
        "ladder runs show 8",
        "ladder runs resume 7",
        "ladder runs resume 3 --budget-usd X",
        "ladder findings list 1",
        "ladder runs show 4",
        "ladder findings list 6",
    ]
    assert made.verdicts == {"fail": 1, "interrupted": 2, "budget": 1, "degraded": 1, "pass": 2,
                             "error": 1}  # fmt: skip


def test_a_question_that_waits_is_told_with_its_text() -> None:
    question = Question(
        question_id=QuestionId("a#1"), step_id=StepId("a"), kind="approve", text="Ship <it>?"
    )
    waiting = RunFacts(summary(2, state="interrupted", verdict="none", questions=1))
    asked = OpenQuestion(RunId("r-2"), 2, "review", 1_200.0, question)
    made = build_runs_report([waiting], {}, [asked], since=SINCE, until=UNTIL)
    assert made.questions == (asked,)
    assert "review #2: Ship &lt;it&gt;?" in render_runs_markdown(made)


def test_a_quiet_night_says_so() -> None:
    assert "Nothing ran." in render_runs_markdown(report())
    assert "Nothing: no question waits" in render_runs_markdown(report(RunFacts(summary(1))))


def test_untrusted_text_stays_text_in_markdown() -> None:
    odd = finding("a", message="<img src=x> | @team ![x](http://x)")
    text = render_runs_markdown(
        report(RunFacts(summary(1, reason="a | b", trigger="<b>"), [odd], {"a": 1}))
    )
    assert "<img" not in text
    assert "a \\| b" in text
    assert "&lt;b&gt;" in text
    assert "![x](http" not in text


def test_many_new_findings_are_cut_and_counted() -> None:
    found = [finding(f"f{n}", "low" if n else "critical") for n in range(30)]
    made = report(RunFacts(summary(1), found, {}))
    assert made.new_total == 30
    assert len(made.new) == 20
    assert made.new[0].merged.finding.severity == "critical"
    assert "10 more findings not shown." in render_runs_markdown(made)
