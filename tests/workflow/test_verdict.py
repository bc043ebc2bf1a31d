"""A run fails only on what its workflow's ``fail_on`` names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.finding import Finding
from ladder_tui.domain.workflow import FailOn
from ladder_tui.workflow.union_dedup import CAP
from ladder_tui.workflow.verdict import output_digest, run_verdict
from tests.workflow.build import finding, gate, slot, state
from tests.workflow.world import run_workflow

HIGH = FailOn(severity="high")


@pytest.mark.parametrize(
    ("fail_on", "found", "base", "verdict"),
    [
        (FailOn(), finding(severity="critical"), "", "pass"),
        (HIGH, finding(severity="critical"), "", "fail"),
        (HIGH, finding(severity="high"), "", "fail"),
        (HIGH, finding(severity="medium"), "", "pass"),
        (HIGH, finding(quote_state="unverified"), "", "pass"),
        (FailOn(severity="high", verified=False), finding(quote_state="unverified"), "", "fail"),
        (HIGH, finding(), "abc", "pass"),
        (HIGH, finding(is_changed=True), "abc", "fail"),
        (FailOn(severity="high", changed=False), finding(), "abc", "fail"),
        (HIGH, finding(fingerprint="dismissed"), "", "pass"),
    ],
)
@pytest.mark.parametrize("is_merged", [True, False])
def test_findings(
    fail_on: FailOn, found: Finding, base: str, verdict: str, *, is_merged: bool
) -> None:
    data = state([slot("one", found)], fail_on=fail_on, base=base, is_merged=is_merged)
    assert run_verdict(data, frozenset({"dismissed"}))[0] == verdict


FAILED = slot("two", state="failed", failure="crash")


@pytest.mark.parametrize(
    ("slots", "fail_on", "verdict"),
    [
        ([slot("one"), FAILED], FailOn(), "degraded"),
        ([slot("one"), FAILED], FailOn(agents=True), "fail"),
        ([slot("one", evidence=[gate("pass")])], FailOn(), "pass"),
        ([slot("one", evidence=[gate("fail")])], FailOn(gates=("fail",)), "pass"),
        ([slot("one", evidence=[gate("degraded")])], FailOn(gates=("degraded",)), "degraded"),
        ([slot("one", evidence=[gate("error")])], FailOn(), "degraded"),
        ([], FailOn(), "degraded"),
    ],
)
def test_slots(slots: Sequence[AgentOutcome], fail_on: FailOn, verdict: str) -> None:
    assert run_verdict(state(slots, fail_on=fail_on), frozenset())[0] == verdict


def test_gate_steps() -> None:
    def verdict(result: str, fail_on: FailOn) -> str:
        gates = [gate(result)]  # type: ignore[arg-type]
        return run_verdict(state([slot("one")], fail_on=fail_on, gates=gates), frozenset())[0]

    assert verdict("fail", FailOn(gates=("fail",))) == "fail"
    assert verdict("fail", FailOn()) == "pass"
    assert verdict("degraded", FailOn(gates=("fail",))) == "degraded"
    assert verdict("error", FailOn(gates=("fail", "error"))) == "fail"


def test_a_bad_finding_under_the_cap_of_dismissed_ones_still_fails() -> None:
    hidden = [finding(line=n, fingerprint="dismissed") for n in range(1, CAP + 5)]
    bad = finding(path="zz.py", severity="high", fingerprint="bad")
    data = state([slot("one", *hidden, bad)], fail_on=HIGH)
    assert run_verdict(data, frozenset({"dismissed"}))[0] == "fail"


def test_the_digest_knows_results_only() -> None:
    one, same = state([slot("one", finding())]), state([slot("one", finding())])
    other = state([slot("one", finding(line=4))])
    assert output_digest(one) == output_digest(same) != output_digest(other)


async def test_an_expression_over_what_steps_gave_fails_a_run(tmp_path: Path) -> None:
    check = {"id": "check", "run": ["false"], "effect": "none", "on_error": "continue"}
    flow: dict[str, Any] = {
        "steps": [check],
        "fail_on": {"when": "${steps.check.exit_code != `0`}"},
    }
    told = await run_workflow(tmp_path, flow)
    assert (told.end.state, told.end.verdict) == ("done", "fail")
    assert told.end.reason == "fail_on: ${steps.check.exit_code != `0`}"
    flow["fail_on"] = {"when": "${steps.check.exit_code == `0`}"}
    told = await run_workflow(tmp_path, flow)
    assert told.end.verdict != "fail"
