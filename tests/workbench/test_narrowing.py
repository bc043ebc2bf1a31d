"""A run with some of its agents only, and the preflight that proposes it."""

from __future__ import annotations

import pytest

from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.errors import UsageError
from ladder_tui.workbench import RunOptions, Workbench
from ladder_tui.workbench.narrowing import narrow
from ladder_tui.workbench.revision import revise
from tests.conftest import QUIET, SCENARIOS, run_review

FAN = Step(id="s", skill="${item.skill}", for_each=({"name": "a"}, {"name": "b"}, {"name": "c"}))
OTHER = Step(id="t", skill="x", for_each=("d", "e"))
SHARDS = Step(id="u", skill="x", for_each="${inputs.list}")
WORKFLOW = Workflow(name="w", steps=(FAN, OTHER, SHARDS))


def test_fan_outs_keep_the_items_that_are_named() -> None:
    found = narrow(WORKFLOW, ("c", "a", "e"))
    assert [step.for_each for step in found.steps] == [
        ({"name": "a"}, {"name": "c"}), ("e",), "${inputs.list}",
    ]  # fmt: skip


def test_a_fan_out_of_which_none_is_named_stays_whole() -> None:
    assert narrow(WORKFLOW, ("b",)).steps[1] == OTHER
    assert narrow(WORKFLOW, ()) is WORKFLOW


def test_a_name_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError) as caught:
        narrow(WORKFLOW, ("a", "nobody"))
    assert "no agent nobody" in caught.value.what
    assert caught.value.why == "it has a, b, c, d, e"


def test_a_narrow_run_has_these_agents_and_a_resume_keeps_to_them(wb: Workbench) -> None:
    run = run_review(wb, QUIET, only=("security", "tests"))
    spec = wb.runs.spec(run.run_id)
    assert run.agents_total == 2
    assert spec.only == ("security", "tests")
    skills = {skill.name: skill for skill in wb.skills.list()}
    revised = revise(spec, lambda name: wb.workflows.get(name).workflow, skills, wb.root)
    assert revised.spec.workflow == spec.workflow
    assert revised.changed == ()


def test_agents_that_found_nothing_in_the_last_runs_are_named(wb: Workbench) -> None:
    options = RunOptions(model=f"scripted/{SCENARIOS / 'defect.yaml'}")
    for _ in range(3):
        assert wb.runs.preflight("review", {}, options).variants == ()
        run_review(wb, SCENARIOS / "defect.yaml")
    plan = wb.runs.preflight("review", {}, options)
    (variant,) = plan.variants
    assert plan.estimate.basis == "3 runs of history"
    assert variant.name == "4 of 5 agents"
    assert "--only security,performance,tests,documentation " in variant.how
    assert 0 < variant.estimate.nano_usd.p50 < plan.estimate.nano_usd.p50
