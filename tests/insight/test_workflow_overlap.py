from __future__ import annotations

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.run import RunState, RunSummary
from ladder_tui.domain.workflow import Ask, Step, Workflow
from ladder_tui.insight.workflow_overlap import WorkflowPast, overlaps, shape


def _workflow(name: str, *skills: str) -> Workflow:
    steps = tuple(Step(id=f"{name}{n}", skill=skill) for n, skill in enumerate(skills))
    return Workflow(name=name, steps=steps)


def _runs(name: str, *states: RunState) -> list[RunSummary]:
    """Newest first; created at 100, 99, …"""
    return [
        RunSummary(RunId(f"r{n}"), n, name, state, "none", "m", 100.0 - n, reason="it broke")
        for n, state in enumerate(states)
    ]


def test_workflows_with_the_same_steps_are_near_duplicates_whatever_their_ids_are() -> None:
    one, other = _workflow("one", "a", "b", "c", "d"), _workflow("two", "a", "b", "x", "c", "d")
    found = overlaps([WorkflowPast(one, True, runs=_runs("one", "done")),
                      WorkflowPast(other, False)])  # fmt: skip
    assert [(o.kind, o.workflows) for o in found] == [("near duplicate", ("one", "two"))]
    assert found[0].steps == ("skill a", "skill b", "skill c", "skill d")
    assert found[0].places == (
        ("one0", "one1", "one2", "one3"),
        ("two0", "two1", "two3", "two4"),
    )
    assert found[0].reason == "4 of 5 steps are the same, in the same order"
    assert round(found[0].similarity, 3) == 0.889


def test_three_steps_in_a_row_are_shared_two_are_not() -> None:
    one = _workflow("one", "a", "b", "c", "d", "e", "f")
    three = _workflow("three", "x", "b", "c", "d", "y", "z")
    two = _workflow("two", "p", "b", "c", "q", "r", "s")
    found = overlaps([WorkflowPast(w, True, runs=_runs(w.name, "done")) for w in (one, three, two)])
    assert [(o.kind, o.workflows, o.steps) for o in found] == [
        ("shared steps", ("one", "three"), ("skill b", "skill c", "skill d"))
    ]


def test_what_ships_is_not_compared_with_itself_nor_blamed() -> None:
    pasts = [WorkflowPast(_workflow("one", "a"), False), WorkflowPast(_workflow("two", "a"), False)]
    assert overlaps(pasts) == []


def test_a_workflow_that_never_ran_is_named_unless_another_one_runs_it() -> None:
    outer = Workflow(name="outer", steps=(Step(id="in", workflow="inner"),))
    pasts = [WorkflowPast(outer, True), WorkflowPast(_workflow("inner", "a"), True)]
    assert [(o.kind, o.workflows) for o in overlaps(pasts)] == [("never run", ("outer",))]


def test_three_failures_since_the_last_change_are_named_two_are_not() -> None:
    def kinds(changed_at: float, *states: RunState) -> list[str]:
        past = WorkflowPast(_workflow("one", "a"), True, changed_at, _runs("one", *states))
        return [found.kind for found in overlaps([past])]

    assert kinds(0, "error", "budget", "error", "done") == ["fails untouched"]
    assert kinds(0, "error", "error", "done", "error") == []
    assert kinds(98.5, "error", "error", "error") == []
    assert kinds(0, "running", "error", "error", "error") == ["fails untouched"]


def test_the_shape_of_every_kind() -> None:
    steps = (
        Step(id="a", skill="${item.skill}", for_each=({"skill": "y", "n": 1}, {"skill": "x"})),
        Step(id="b", run=("git", "log", "${inputs.x}")),
        Step(id="c", ask=Ask(question="Which?", answer="choose", options=("a",))),
        Step(id="d", workflow="w", for_each="${inputs.x}"),
        Step(id="e", gate="pytest"),
        Step(id="f", aggregate="concat", over="a"),
    )
    assert shape(Workflow(name="w", steps=steps)) == (
        "skill ${item.skill} for each of x, y",
        "run git log ${inputs.x}",
        "ask choose",
        "workflow w for each",
        "gate pytest",
        "aggregate concat",
    )
