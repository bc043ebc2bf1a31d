"""The verdict on the agents of a real run, and its estimate against what it took."""

from __future__ import annotations

import json

from ladder_tui.insight.estimate_outcome import run_outcome
from ladder_tui.insight.report_json import render_json
from ladder_tui.insight.report_markdown import render_markdown
from ladder_tui.workbench import RunOptions, Workbench
from tests.cli.console import console
from tests.conftest import SCENARIOS, run_review

MODEL = f"scripted/{SCENARIOS / 'defect.yaml'}"


def test_a_review_is_judged_and_becomes_history(wb: Workbench) -> None:
    before = wb.runs.preflight("review", {}, RunOptions(model=MODEL)).estimate
    run = run_review(wb, SCENARIOS / "defect.yaml")
    found = wb.runs.verdict(run.run_id)
    assert found is not None
    by_name = {agent.name: agent for agent in found.agents}
    assert by_name["security"].found == by_name["security"].only == 4
    assert by_name["architecture"].found == 0
    assert found.agents[-1].total == found.findings == run.findings
    assert {a.name for a in found.agents if a.agent_id in found.smallest} == set(by_name) - {
        "architecture"
    }
    assert found.smallest_method == "exact"
    assert found.read_twice.prompt_tokens > 0
    assert found.speed_up is not None
    assert sum(agent.cost.nano_usd for agent in found.agents) == run.cost.nano_usd
    after = wb.runs.preflight("review", {}, RunOptions(model=MODEL)).estimate
    assert before.basis.startswith("token estimate")
    assert after.basis == "history of its skills in other runs"
    assert after.nano_usd.p10 <= run.cost.nano_usd <= after.nano_usd.p90
    assert after.nano_usd.p90 < before.nano_usd.p90

    feed = wb.runs.feed(run.run_id)
    while feed.poll():
        pass
    outcome = run_outcome(feed.view, feed.spec)
    assert outcome is not None
    assert (outcome.estimate, outcome.nano_usd) == (before, run.cost.nano_usd)
    assert outcome.place == "below p10"
    text = render_markdown(feed.view, feed.spec, {}, found)
    assert "## Was it worth it" in text
    assert "4 of 5 agents would have found the same" in text
    assert json.loads(render_json(feed.view, feed.spec, {}, found))["parallel"]["findings"] == 10


def test_the_show_command_and_the_plan_say_it(wb: Workbench) -> None:
    run_review(wb, SCENARIOS / "defect.yaml")
    shown = console(wb.root, "runs", "show", "1")
    assert "agents together  " in shown.stdout
    assert "4 of 5 would have found the same for" in shown.stdout
    assert "took $0.05: below p10" in shown.stdout
    document = json.loads(console(wb.root, "runs", "show", "1", "--json").stdout)
    assert document["parallel"]["smallest_method"] == "exact"
    assert document["estimate"]["place"] == "below p10"
    planned = console(wb.root, "run", "review", "--plan", "--json", "--model", MODEL)
    plan = json.loads(planned.stdout)["preflight"]
    assert planned.returncode == 0
    assert plan["agents"][0]["name"] == "security"
    assert plan["estimate"]["nano_usd"]["p10"] < plan["estimate"]["nano_usd"]["p90"]
    assert len(wb.runs.list()) == 1  # --plan starts nothing
