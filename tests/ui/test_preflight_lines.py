"""The lines of a preflight that has a past: range, times, budget, the cheaper way."""

from __future__ import annotations

import msgspec
from rich.style import Style

from ladder_tui.domain.estimate import Estimate, Quantiles, Variant
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.ui.glyphs import UNICODE
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.preflight_lines import ROWS, PlanState, budget_share, preflight_lines
from ladder_tui.workbench.option import PlannedAgent, Preflight

CENT = 10_000_000
ESTIMATE = Estimate(
    5,
    60_000,
    1_000,
    tokens=Quantiles(52_000, 61_000, 88_000),
    nano_usd=Quantiles(35 * CENT, 46 * CENT, 62 * CENT),
    seconds=70.0,
    sequential_seconds=290.0,
    basis="12 runs of history",
    is_from_history=True,
)
FEWER = msgspec.structs.replace(ESTIMATE, nano_usd=Quantiles(28 * CENT, 36 * CENT, 50 * CENT))
PLAN = Preflight(
    workflow=Workflow(name="review", steps=(Step(id="s", skill="x"),)),
    inputs={},
    agents=tuple(PlannedAgent(name, "x", "") for name in "abcde"),
    model=ModelChoice("scripted", "m"),
    estimate=ESTIMATE,
    files=48,
    base_commit="",
    changed_files=0,
    needs_confirm=True,
    limits=RunLimits(usd=2.0),
    variants=(Variant("4 of 5 agents", FEWER, "--only a,b,c,d"),),
)


def lines(plan: Preflight) -> list[str]:
    look = Styles(**dict.fromkeys(Styles.__struct_fields__, Style()))
    found = preflight_lines(PlanState(plan=plan), 120, UNICODE, look)
    return [line.strip(120).text.rstrip() for line in found]


def test_a_plan_with_a_past_says_all_of_it() -> None:
    text = "\n".join(lines(PLAN))
    assert "12 runs of history" in text
    assert "~61.0k tokens   ~$0.35–0.62   ~1:10 (sequential ~4:50)   ~23% of $2.00" in text
    assert "cheaper   4 of 5 agents ~$0.28–0.50" in text


def test_how_to_start_is_always_there() -> None:
    busy = msgspec.structs.replace(PLAN, outside=("a: git push",), asks=("ok",), notes=("n",))
    for plan in (PLAN, busy):
        found = lines(plan)
        assert len(found) == ROWS + 1
        assert found[-1].startswith(" enter starts")
    assert "outside   the sandbox" in "\n".join(lines(busy))


def test_what_may_not_fit_its_budget_is_said() -> None:
    tight = msgspec.structs.replace(PLAN, limits=RunLimits(usd=0.5))
    assert budget_share(tight) == "may not fit $0.50 (~124%)"
    tokens = msgspec.structs.replace(PLAN, limits=RunLimits(tokens=610_000))
    assert budget_share(tokens) == "~10% of 610k tokens"
    assert budget_share(msgspec.structs.replace(PLAN, limits=RunLimits())) == ""
