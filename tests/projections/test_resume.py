from __future__ import annotations

from ladder_tui.domain.event import (
    Event,
    FindingsMerged,
    RunResumed,
    StepFinished,
    TurnReused,
)
from ladder_tui.domain.finding import MergedFinding
from ladder_tui.domain.ids import StepId
from ladder_tui.projections.agent_card import Segment
from ladder_tui.projections.run_view import (
    RunView,
    fold,
)
from tests.projections.story import (
    COST,
    STEP,
    USAGE,
    A,
    B,
    asked,
    finding,
    finished,
    gate_finished,
    gate_started,
    queued,
    records,
    replied,
    reported,
    run_started,
    started,
    step_started,
)


def view_of(*events: Event) -> RunView:
    return fold(records(*events))


def test_a_resume_puts_unfinished_agents_back_and_keeps_what_they_spent() -> None:
    view = view_of(
        *(run_started(), step_started(), queued(A), queued(B), started(A), started(B)),
        *(asked(1, B), replied(1, B), finished(B), asked(), replied(), asked(2), RunResumed(2)),
    )
    a, b = view.agents[A], view.agents[B]
    assert (a.state, a.turns_done, a.usage, a.cost) == ("queued", 1, USAGE, COST)
    assert (b.state, b.turns_done) == ("done", 1)
    assert a.open_segments == {}
    # The killed turn ends with the last thing that is known of the old runner.
    assert a.segments[-1] == Segment("model", 1_012.0, 1_012.0)
    assert (view.state, view.resumes, view.usage) == ("running", 1, USAGE + USAGE)


def test_what_a_resumed_run_announces_again_is_not_there_twice() -> None:
    merged = MergedFinding(finding(), ("security",), 1, 2, {"security": "high"})
    merge = FindingsMerged(StepId("merge"), "union-dedup", 2, 2, (), (merged,), 1)
    once: list[Event] = [
        *(run_started(), step_started(), queued(A), queued(B), started(A)),
        *(gate_started(), gate_finished(), asked(), replied(), reported(finding())),
        *(finished(A, 1), StepFinished(STEP, "done", "", 1.0, 2, 2), merge),
    ]
    view = view_of(*once, RunResumed(2))
    again: list[Event] = [
        *(step_started(), queued(A), queued(B), started(A), gate_started(), gate_finished("pass")),
        *(TurnReused(A, 1, "key"), reported(finding()), finished(A, 1), merge),
    ]
    view.apply_all(records(*again, start=len(once) + 2))
    assert list(view.agents) == [A, B]
    assert list(view.steps) == [STEP]
    assert [(agent, result.verdict) for agent, result in view.gates] == [(A, "pass")]
    assert view.findings == [finding()]
    assert (view.merged, len(view.merged_by_step)) == (merge, 1)
    card = view.agents[A]
    assert (card.state, card.turns_done, card.turns_reused, card.findings) == ("done", 1, 1, 1)
    assert (view.usage, view.cost) == (USAGE, COST)
    assert view.started_at == 1_001.0
    assert card.started_at == 1_005.0


def test_one_start_may_report_a_fingerprint_twice_and_a_resume_keeps_both() -> None:
    pair = [reported(finding(line=1)), reported(finding(line=9))]
    view = view_of(queued(), started(), *pair)
    assert [f.line for f in view.findings] == [1, 9]
    view.apply_all(records(RunResumed(2), queued(), started(), start=5))
    assert [f.line for f in view.findings] == [1, 9]  # nothing vanishes meanwhile
    view.apply_all(records(reported(finding(line=2)), start=8))
    assert [f.line for f in view.findings] == [2, 9]
    view.apply_all(records(finished(findings=1), start=9))
    assert [f.line for f in view.findings] == [2]  # the second start stands behind one only


def test_findings_without_a_fingerprint_are_told_apart_by_place() -> None:
    one, two = finding("", 1), finding("", 2)
    view = view_of(queued(), started(), reported(one), reported(two), RunResumed(2))
    view.apply_all(records(queued(), started(), reported(two), start=6))
    assert view.findings == [one, two]
    assert view.findings_of(A) == [one, two]
    assert view.findings_of(B) == []
