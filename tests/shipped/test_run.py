"""Each shipped workflow runs end to end on the scripted model, and says what it did not do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ladder_tui.domain.question import Answer
from ladder_tui.workbench import Workbench
from tests.conftest import SCENARIOS, wait_for_end
from tests.shipped.launch import (
    LAUNCHES,
    answer_all,
    next_question,
    output_of,
    prepare,
    run_shipped,
    start,
)

PLANNERS = [name for name in LAUNCHES if name != "audit-large"]
"""Those that propose edits."""


@pytest.mark.parametrize("name", LAUNCHES)
def test_it_runs_to_its_end(wb: Workbench, name: str) -> None:
    launch = LAUNCHES[name]
    summary = run_shipped(wb, name)
    assert (summary.state, summary.verdict) == ("done", launch.verdict), summary.reason
    assert summary.agents_done == summary.agents_total == launch.agents
    assert output_of(wb, summary.run_id) is not None


@pytest.mark.parametrize("name", PLANNERS)
def test_it_edits_nothing_and_says_so(wb: Workbench, name: str) -> None:
    prepare(wb.root)
    before = files(wb.root)
    output = output_of(wb, run_shipped(wb, name).run_id)
    assert output["edited"] is False
    assert output["note"].startswith("Nothing was edited")
    assert files(wb.root) == before


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not {".git", ".ladder"} & set(path.parts)
    }


@pytest.mark.parametrize("name", PLANNERS)
def test_a_question_shows_what_it_is_about_and_what_comes_next(wb: Workbench, name: str) -> None:
    prepare(wb.root)
    run_id = start(wb, name)
    question = next_question(wb, run_id)
    assert question is not None
    assert question.shown_kind == "json"
    assert len(question.shown) > 100
    assert "nothing is edited" in question.next_step
    answer_all(wb, run_id, LAUNCHES[name].answers)
    wait_for_end(wb, run_id)


def test_a_rejected_plan_is_made_again_with_the_reason(wb: Workbench) -> None:
    run_id = start(wb, "api-endpoint")
    first = next_question(wb, run_id)
    assert first is not None
    assert (first.round, first.rounds_left) == (1, 3)
    wb.runs.answer(run_id, first.question_id, Answer(decision="reject", reason="Page the list."))
    asked = answer_all(wb, run_id, {"approval": Answer()})
    assert [question.round for question in asked] == [2]
    summary = wait_for_end(wb, run_id)
    assert summary.state == "done"
    assert any("Page the list." in request for request in requests_of(wb, run_id, "plan/"))


def requests_of(wb: Workbench, run_id: Any, agent: str) -> list[str]:
    """Everything in the journal about one agent, as text."""
    records = wb.runs.events(run_id, limit=10_000)
    return [str(r.event) for r in records if str(getattr(r.event, "step_id", "")) in agent]


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


@pytest.mark.parametrize("name", LAUNCHES)
def test_a_model_that_only_writes_prose_is_told_apart_from_a_failure(
    wb: Workbench, tmp_path: Path, name: str
) -> None:
    scenario = tmp_path / "prose.yaml"
    scenario.write_text("capabilities: {structured_output: none, has_tools: false}\n")
    summary = run_shipped(wb, name, scenario=str(scenario))
    assert "cannot fill the output of" in summary.reason
    assert "--model" in summary.reason
    assert summary.usage.total_tokens == 0


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
