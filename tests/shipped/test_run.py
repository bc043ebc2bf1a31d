"""Each shipped workflow runs end to end on the scripted model, and says what it did not do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ladder_tui.domain.ids import RunId
from ladder_tui.domain.question import Answer
from ladder_tui.workbench import Workbench
from tests.conftest import SCENARIOS, until, wait_for_end
from tests.shipped.drive import (
    answer_all,
    next_question,
    output_of,
    prepare,
    run_shipped,
    start,
)
from tests.shipped.launch import LAUNCHES

PLANNERS = [name for name in LAUNCHES if name != "audit-large"]
"""Those that propose edits."""


@pytest.mark.parametrize("name", LAUNCHES)
def test_it_runs_to_its_end_and_edits_nothing(wb: Workbench, name: str) -> None:
    """One run proves it all: what it asks, what it gives, what it leaves alone."""
    launch = LAUNCHES[name]
    prepare(wb.root)
    before = files(wb.root)
    run_id = start(wb, name)
    asked = answer_all(wb, run_id, launch.answers)
    summary = wait_for_end(wb, run_id)

    assert (summary.state, summary.verdict) == ("done", launch.verdict), summary.reason
    assert summary.agents_done == summary.agents_total == launch.agents
    assert {str(question.step_id) for question in asked} == set(launch.answers)
    for question in asked:
        assert question.shown_kind == "json"
        assert len(question.shown) > 100
        assert "nothing is edited" in question.next_step
    output = output_of(wb, run_id)
    if name in PLANNERS:
        assert output["edited"] is False
        assert output["note"].startswith("Nothing was edited")
    assert files(wb.root) == before


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {".git", ".ladder"} & set(path.parts)
    }


def test_a_rejected_plan_is_made_again_with_the_reason(wb: Workbench) -> None:
    run_id = start(wb, "api-endpoint")
    first = next_question(wb, run_id)
    assert first is not None
    assert (first.round, first.rounds_left) == (1, 3)
    wb.runs.answer(run_id, first.question_id, Answer(decision="reject", reason="Page the list."))
    until(lambda: first not in [q.question for q in wb.runs.questions()])
    asked = answer_all(wb, run_id, {"approval": Answer()})
    assert [question.round for question in asked] == [2]
    summary = wait_for_end(wb, run_id)
    assert summary.state == "done"
    plans = [step for step in wb.runs.steps(run_id) if step.step_id == "plan"]
    assert plans[-1].inputs["feedback"] == "Page the list."


def test_without_anybody_to_ask_a_security_review_ends_with_its_findings(wb: Workbench) -> None:
    summary = run_shipped(wb, "security-review", inputs={"path": "shop", "ask": False})
    output = output_of(wb, summary.run_id)
    assert (summary.state, summary.verdict) == ("done", "fail")
    assert (output["decision"], output["repairs"]) == (None, None)
    assert len(output["merged"]["findings"]) >= 2


def test_a_report_only_proposes_no_repairs(wb: Workbench) -> None:
    answers = {"look": Answer(choice="report only")}
    output = output_of(wb, run_shipped(wb, "security-review", answers=answers).run_id)
    assert (output["decision"], output["repairs"]) == ("report only", None)


def test_a_review_without_a_map_still_looks_everywhere(wb: Workbench, tmp_path: Path) -> None:
    broken = changed("security_review.yaml", tmp_path, agent="threats/*", fault="crash")
    summary = run_shipped(wb, "security-review", scenario=broken)
    output = output_of(wb, summary.run_id)
    assert summary.state == "done", summary.reason
    assert output["threats"]["summary"] == "There is no map."
    assert output["merged"]["slots_total"] == 1


def test_a_task_that_fails_leaves_its_slot_empty(wb: Workbench, tmp_path: Path) -> None:
    broken = changed(
        "prd_to_code.yaml", tmp_path, agent="changes/implement-requirement-2", fault="garbage"
    )
    summary = run_shipped(wb, "prd-to-code", scenario=broken)
    changes = output_of(wb, summary.run_id)["changes"]
    assert [change is None for change in changes] == [False, True]
    assert (summary.state, summary.verdict) == ("done", "fail")


def test_a_suite_without_gaps_asks_nothing(wb: Workbench, tmp_path: Path) -> None:
    quiet = changed(
        "test_suite.yaml", tmp_path, agent="search/*", json={"summary": "All held.", "gaps": []}
    )
    summary = run_shipped(wb, "test-suite", scenario=quiet)
    output = output_of(wb, summary.run_id)
    assert (summary.state, summary.verdict) == ("done", "pass")
    assert (output["gaps"], output["tests"]) == ([], None)


def changed(scenario: str, folder: Path, **reply: Any) -> str:
    """The scenario with one more reply before its own; gives its path."""
    document = yaml.safe_load((SCENARIOS / scenario).read_text(encoding="utf-8"))
    document["replies"] = [
        reply, *(r for r in document["replies"] if r["agent"] != reply["agent"])
    ]  # fmt: skip
    path = folder / scenario
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return str(path)


PROSE_ENDS = {
    "security-review": ("map-threats", ("done", "fail")),
    "api-endpoint": ("api-endpoint", ("error", "none")),
    "refactor-legacy": ("characterise-code", ("error", "none")),
    "prd-to-code": ("split-prd", ("error", "none")),
    "test-suite": ("find-test-gaps", ("error", "none")),
    "same-task": ("implement-requirement", ("done", "fail")),
    "audit-large": ("audit-shard", ("done", "fail")),
}
"""The first skill that a model for prose cannot do, and how the run ends."""


def said_of(wb: Workbench, run_id: RunId) -> str:
    """Why steps ended, line by line."""
    return "\n".join(step.reason for step in wb.runs.steps(run_id))


@pytest.mark.parametrize("name", LAUNCHES)
def test_a_model_that_only_writes_prose_is_told_apart_from_a_failure(
    wb: Workbench, tmp_path: Path, name: str
) -> None:
    scenario = tmp_path / "prose.yaml"
    scenario.write_text("capabilities: {structured_output: none, has_tools: false}\n")
    summary = run_shipped(wb, name, scenario=str(scenario))
    agent, step = PROSE_ENDS[name]
    assert f"{agent} needs a model that fills a schema" in said_of(wb, summary.run_id)
    assert (summary.state, summary.verdict) == step
    # The review passes on what its tools found, and a sentence about it.
    assert (summary.usage.total_tokens > 0) == (name == "security-review")


@pytest.mark.parametrize("name", PLANNERS)
def test_the_edits_of_the_examples_could_be_applied(repo: Path, name: str) -> None:
    """The scenarios are what the documentation shows: they must not lie."""
    document = yaml.safe_load((SCENARIOS / LAUNCHES[name].scenario).read_text(encoding="utf-8"))
    for reply in document["replies"]:
        now: dict[str, str] = {}
        for edit in reply.get("json", {}).get("edits", ()):
            path = repo / edit["path"]
            text = now.get(edit["path"]) or (path.read_text() if path.exists() else "")
            if edit["action"] == "create":
                assert not text
                now[edit["path"]] = edit["after"]
            elif "implement-requirement-2" not in reply["agent"]:  # it stands on the first
                assert text.count(edit["before"]) == 1, edit
                now[edit["path"]] = text.replace(edit["before"], edit["after"])
