"""What a run would do and need, and what speaks against it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ladder_tui.config import user_config_path
from ladder_tui.errors import UsageError
from ladder_tui.process.sandbox import probe_sandbox_now
from ladder_tui.workbench import RunOptions, Workbench
from tests.conftest import QUIET, SCENARIOS
from tests.workflow.build import write_workflow

FREE = f"scripted/{QUIET}"


def problems(wb: Workbench, workflow: str = "review", **options: Any) -> dict[str, str]:
    plan = wb.runs.preflight(workflow, {}, RunOptions(**{"model": FREE, **options}))
    return {p.path: p.rule for p in plan.problems}


def test_a_plan_of_the_review(wb: Workbench) -> None:
    plan = wb.runs.preflight("review", {}, RunOptions(model=FREE))
    assert [a.name for a in plan.agents] == [
        "security",
        "performance",
        "architecture",
        "tests",
        "documentation",
    ]
    assert plan.files == 6
    assert not plan.needs_confirm
    assert plan.problems == ()
    assert len(plan.skills) == 5


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"budget_usd": -1.0}, "--budget-usd"),
        ({"budget_usd": float("nan")}, "--budget-usd"),
        ({"budget_usd": float("inf")}, "--budget-usd"),
        ({"budget_tokens": 0}, "--budget-tokens"),
        ({"max_parallel": 0}, "--max-parallel"),
        ({"replay": "/nowhere.jsonl"}, "--replay"),
    ],
)
def test_limits_that_limit_nothing(wb: Workbench, options: dict[str, Any], path: str) -> None:
    assert set(problems(wb, **options)) == {path}


@pytest.fixture
def unpriced(repo: Path) -> Workbench:
    path = user_config_path()
    path.write_text('[providers.lab]\nkind = "openai_chat"\nbase_url = "http://127.0.0.1:9"\n')
    return Workbench.open(repo)


def test_dollars_cannot_limit_a_model_without_a_price(unpriced: Workbench) -> None:
    wb = unpriced
    write_workflow(
        wb.root, "dear", [{"id": "a", "skill": "review-security", "limits": {"usd": 1.0}}]
    )
    assert problems(wb, model="lab/m", budget_usd=1.0) == {"--budget-usd": "R002"}
    assert problems(wb, model="lab/m", budget_usd=1.0, budget_tokens=9_000) == {}
    assert problems(wb, "dear", model="lab/m") == {"steps.a.limits.usd": "R002"}
    assert problems(wb, "dear") == {}
    assert wb.runs.preflight("review", {}, RunOptions(model="lab/m")).needs_confirm
    wb.close()


def test_a_dear_run_asks(wb: Workbench) -> None:
    dear = wb.root / "dear.yaml"
    dear.write_text("prices: {input: 300.0, output: 1500.0}\n")
    assert wb.runs.preflight("review", {}, RunOptions(model=f"scripted/{dear}")).needs_confirm


def test_inputs_without_a_value_are_no_path(wb: Workbench) -> None:
    write_workflow(
        wb.root,
        "any",
        [{"id": "a", "skill": "review-security"}],
        inputs={"where": {"type": "directory"}, "which": {"type": "file"}},
    )
    assert wb.runs.preflight("any", {}, RunOptions(model=FREE)).files == 6
    one = wb.runs.preflight("any", {"which": "shop/cart.py"}, RunOptions(model=FREE))
    assert one.files == 1


def test_a_name_that_is_not_utf8_is_in_scope(wb: Workbench) -> None:
    before = wb.runs.preflight("review", {}, RunOptions(model=FREE)).files
    with open(os.fsencode(wb.root) + b"/shop/caf\xe9.py", "wb") as file:  # noqa: PTH123 (bytes)
        file.write(b"x = 1\n")
    assert wb.runs.preflight("review", {}, RunOptions(model=FREE)).files == before + 1


def test_the_scenario_of_the_samples_is_free(wb: Workbench) -> None:
    plan = wb.runs.preflight("review", {}, RunOptions(model=f"scripted/{SCENARIOS}/defect.yaml"))
    assert plan.estimate.is_priced
    assert plan.estimate.nano_usd.p90 > plan.estimate.nano_usd.p10 > 0


def test_a_run_of_more_steps_than_any_can_have_is_not_planned(wb: Workbench) -> None:
    for depth in range(5):
        steps = [{"id": f"s{n}", "workflow": f"w{depth + 1}"} for n in range(8)]
        write_workflow(wb.root, f"w{depth}", steps)
    write_workflow(wb.root, "w5", [{"id": "a", "skill": "review-security"}])
    assert wb.runs.preflight("w3", {}, RunOptions(model=FREE)).problems == ()
    with pytest.raises(UsageError, match="more than 20,000 steps"):
        wb.runs.preflight("w0", {}, RunOptions(model=FREE))


def test_what_the_sandbox_of_this_machine_does_not_hold_is_said(wb: Workbench) -> None:
    write_workflow(wb.root, "one", [{"id": "a", "run": ["ls"], "effect": "none"}])
    plan = wb.runs.preflight("one", {}, RunOptions(model=FREE))
    is_held = probe_sandbox_now().level == "bwrap"
    assert plan.inside == ("a: ls",)
    assert any("could write and reach the network" in note for note in plan.notes) != is_held
    write_workflow(wb.root, "two", [{"id": "a", "run": ["ls"]}])
    notes = wb.runs.preflight("two", {}, RunOptions(model=FREE)).notes
    assert not any("could write" in note for note in notes)
