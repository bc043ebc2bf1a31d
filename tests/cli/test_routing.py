"""A run on three tiers, from the configuration to the lines at its end."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ladder_tui.workbench import RunOptions, Workbench
from tests.cli.console import invoke
from tests.conftest import trust, wait_for_end

WORKFLOW = """\
name: triage
inputs:
  path: {type: directory, default: "."}
steps:
  - id: look
    for_each: [sure, unsure, wild]
    name: ${item}
    skill: sure-look
    tier: fast
    escalate: {on: [schema, gate, confidence], confidence: 0.7}
  - id: merged
    aggregate: union-dedup
    over: look
  - id: deep
    skill: sure-look
"""
SKILL = "---\nname: sure-look\ndescription: Looks for holes in what is given.\n---\nLook.\n"
SIDECAR = """\
tier: best
outputs:
  type: object
  required: [summary, confidence, findings]
  properties:
    summary: {type: string}
    confidence: {type: number}
    findings: {type: array}
"""


def reply(agent: str, confidence: float) -> dict[str, object]:
    finding = {"rule": "r", "path": "shop/cart.py", "line": 1, "severity": "low",
               "message": agent, "quote": "def total", "suggestion": ""}  # fmt: skip
    found = {"summary": agent, "confidence": confidence, "findings": [finding]}
    return {"agent": agent, "json": found}


@pytest.fixture
def triage(repo: Path, tmp_path: Path) -> Iterator[Workbench]:
    (repo / "shop" / "cart.py").write_text("def total(items):\n    return sum(items)\n")
    ladder, skill = repo / ".ladder", repo / ".ladder" / "skills" / "sure-look"
    (ladder / "workflows").mkdir(parents=True)
    (ladder / "workflows" / "triage.yaml").write_text(WORKFLOW)
    skill.mkdir(parents=True)
    (skill / "SKILL.md").write_text(SKILL)
    (skill / "ladder.yaml").write_text(SIDECAR)
    cheap, dear = tmp_path / "cheap.yaml", tmp_path / "dear.yaml"
    wild = {"agent": "wild", "text": "no idea"}
    cheap.write_text(json.dumps({
        "prices": {"input": 1, "output": 5},
        "replies": [reply("sure", 0.9), reply("unsure", 0.2), wild],
    }))  # fmt: skip
    dear.write_text(json.dumps({
        "prices": {"input": 5, "output": 25}, "default": {"json": reply("any", 0.95)["json"]},
    }))  # fmt: skip
    (ladder / "config.toml").write_text(
        f'model = "scripted/{dear}"\n[tiers]\nfast = "scripted/{cheap}"\n'
    )
    with contextlib.chdir(repo):
        trust(repo)
        wb = Workbench.open(repo)
        yield wb
        wb.close()


def test_what_a_run_on_tiers_shows(triage: Workbench) -> None:
    plan = triage.runs.preflight("triage", {})
    assert [(a.model, a.rule) for a in plan.agents] == [
        *[("scripted/cheap", "tier of the step")] * 3,
        ("scripted/dear", "tier of sure-look"),
    ]
    shown = invoke("run", "triage", "--yes")
    assert shown.exit_code == 0, shown.stderr
    assert "scripted/cheap (3), scripted/dear (1)" in shown.stderr
    run = triage.runs.get("last")
    assert (run.state, run.agents_done) == ("done", 4)
    text = " ".join(invoke("runs", "show").stdout.split())
    said = "1 of 3 answers of scripted/cheap held; 2 went up to scripted/dear"
    assert f"look escalation {said} (1 confidence, 1 schema)" in text
    assert "in answers that did not hold" in text
    (summed,) = json.loads(invoke("runs", "show", "--json").stdout)["run"]["escalations"]
    assert summed["saved_nano_usd"] == summed["without"]["nano_usd"] - summed["cost"]["nano_usd"]


def test_an_answer_that_held_and_is_dismissed_is_a_miss(triage: Workbench) -> None:
    run_id = triage.runs.start("triage", {})
    wait_for_end(triage, run_id)
    found = next(m for m in triage.findings.of_run(run_id) if "sure" in m.reporters)
    done = invoke("findings", "dismiss", found.finding.fingerprint, "--reason", "it is fine")
    assert done.exit_code == 0, done.stderr
    assert "1 that held turned out wrong" in " ".join(invoke("runs", "show").stdout.split())


def test_a_model_that_is_named_is_that_of_all(triage: Workbench) -> None:
    model = triage.config.model
    plan = triage.runs.preflight("triage", {}, RunOptions(model=model))
    assert {a.model for a in plan.agents} == {"scripted/dear"}
    assert {a.rule for a in plan.agents} == {"--model"}
