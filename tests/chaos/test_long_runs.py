"""Long runs for ``make soak``: random budgets, and reviews of real packages."""

from __future__ import annotations

import importlib.util
import random
import shutil
from pathlib import Path

import pytest

from ladder_tui.domain.event import AttemptLost, TurnFinished
from ladder_tui.domain.usage import NANO, Cost
from ladder_tui.workbench import Workbench
from tests.conftest import QUIET, SCENARIOS, run_review

FAST = """\
prices: {input: 3.0, output: 15.0}
replies:
  - {turn: 1, tool_use: [{name: Read, input: {file_path: shop/cart.py}}]}
  - {turn: 2, tool_use: [{name: Read, input: {file_path: shop/db.py}}]}
default: {json: {summary: "Done.", findings: []}}
"""


@pytest.mark.soak
def test_thirty_random_budgets_are_never_exceeded(wb: Workbench, tmp_path: Path) -> None:
    scenario = tmp_path / "fast.yaml"
    scenario.write_text(FAST)
    choose = random.Random(11)
    states = set()
    for _ in range(30):
        budget = round(choose.uniform(0.01, 0.6), 4)
        run = run_review(wb, scenario, budget_usd=budget)
        cost = Cost()
        for record in wb.runs.events(run.run_id, limit=100_000):
            if isinstance(record.event, TurnFinished | AttemptLost):
                cost = cost + record.event.cost
        assert cost == run.cost
        # The reservation is an estimate of the input, so that much may be over it.
        assert cost.nano_usd <= budget * NANO * 1.05
        states.add(run.state)
    assert states == {"done", "budget"}


@pytest.mark.soak
@pytest.mark.parametrize("package", ["textual", "hypothesis", "anthropic"])
def test_every_finding_in_a_real_package_has_a_real_place(package: str, tmp_path: Path) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    root = tmp_path / "repo"
    source = Path(spec.origin).parent
    shutil.copytree(source, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    wb = Workbench.open(root)
    run = run_review(wb, QUIET, timeout_s=240)
    assert run.state == "done"
    found = wb.findings.of_run(run.run_id)
    assert len({m.finding.lens for m in found}) >= 3
    for merged in found:
        text = (root / merged.finding.path).read_text(encoding="utf-8")
        assert 1 <= merged.finding.line <= text.count("\n") + 1
    wb.close()


def test_the_scenarios_that_ship_with_the_tests_are_valid() -> None:
    from ladder_tui.models.scenario import load_scenario

    for path in SCENARIOS.glob("*.yaml"):
        scenario = load_scenario(path)
        assert scenario.replies or scenario.default
