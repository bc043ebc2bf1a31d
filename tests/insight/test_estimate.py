"""What an estimate makes of a run's past: which runs count, and what is done without any."""

from __future__ import annotations

import pytest

from ladder_tui.domain.estimate import Estimate, PastRun, PastUse
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.insight.estimate import Basis, estimate_run
from ladder_tui.insight.prompt_guess import guess_usage

MODEL = ModelChoice("scripted", "m")
OTHER = ModelChoice("scripted", "other")


def skill(name: str, body: str = "Look for holes.") -> Skill:
    return Skill(name, "Reviews.", body, "hash", "shipped", "SKILL.md")


def use(name: str, tokens: int, agents: int = 1, model: ModelChoice = MODEL) -> PastUse:
    return PastUse(name, model.label, agents, Usage(tokens, 10), tokens * 2, 5.0 * agents)


def run(
    number: int,
    *uses: PastUse,
    workflow: str = "review",
    seconds: float = 10.0,
    files: int = 0,
    model: ModelChoice = MODEL,
) -> PastRun:
    expected = Estimate(1, 1, 1, files=files) if files else None
    return PastRun(number, workflow, model.label, seconds, uses, expected)


def estimate(
    names: list[str], *history: PastRun, choice: ModelChoice = MODEL, files: int = 0
) -> Estimate:
    basis = Basis(
        choice,
        is_prose_only=False,
        is_priced=True,
        tokens_of=len,
        price=lambda usage: Cost(usage.total_tokens * 3),
        workflow="review",
        files=files,
        history=history,
        known={"a": skill("a")},
    )
    return estimate_run([skill(name) for name in names], basis)


def test_without_a_past_the_prompt_is_what_there_is() -> None:
    found = estimate(["a", "b"])
    low, high = guess_usage(skill("a"), is_prose_only=False, tokens_of=len)
    assert found.basis == "token estimate, no history yet"
    assert not found.is_from_history
    assert found.nano_usd.p10 == pytest.approx(2 * low.total_tokens * 3, rel=0.01)
    assert found.nano_usd.p90 == pytest.approx(2 * high.total_tokens * 3, rel=0.01)
    assert found.seconds is found.sequential_seconds is None


def test_three_like_runs_are_history() -> None:
    found = estimate(
        ["a", "b"],
        *(run(n, use("a", 100 * n), use("b", 50 * n), seconds=7.0 + n) for n in (3, 2, 1)),
    )
    assert found.basis == "3 runs of history"
    assert found.is_from_history
    assert found.nano_usd.p50 == 600
    assert found.tokens.p50 == 2 * 150 + 20
    assert (found.seconds, found.sequential_seconds) == (9.0, 10.0)


def test_runs_with_other_agents_workflows_or_models_are_not_like() -> None:
    found = estimate(
        ["a"],
        run(5, use("a", 100), use("b", 100)),
        run(4, use("a", 100, agents=2)),
        run(3, use("a", 100), workflow="audit"),
        run(2, use("a", 100), model=OTHER),
    )
    assert found.basis == "history of its skills in other runs"
    assert found.nano_usd.p50 == 200


def test_runs_of_about_the_size_count_where_there_are_enough() -> None:
    small = [run(n, use("a", 100), files=10) for n in (9, 8, 7)]
    large = [run(n, use("a", 9_000), files=900) for n in (6, 5, 4)]
    assert estimate(["a"], *small, *large, files=12).nano_usd.p50 == 200
    assert estimate(["a"], *small, *large, files=700).nano_usd.p50 == 18_000
    assert estimate(["a"], *small, *large, files=100_000).basis == "6 runs of history"


def test_the_past_on_another_model_gets_the_prices_of_this_one() -> None:
    found = estimate(["a"], run(1, use("a", 990, model=OTHER), model=OTHER))
    own = estimate(["a"], run(1, use("a", 990)))
    assert found.basis.startswith("history of 1 of 1 skills, other models among them")
    assert found.nano_usd.p50 == 3_000
    assert found.nano_usd.p90 / found.nano_usd.p50 > own.nano_usd.p90 / own.nano_usd.p50


def test_guesses_are_corrected_by_how_far_others_were_off() -> None:
    low, high = guess_usage(skill("a"), is_prose_only=False, tokens_of=len)
    middle = round((low.total_tokens * high.total_tokens) ** 0.5)
    past = [run(n, use("a", middle * 8)) for n in (3, 2, 1)]
    plain, corrected = estimate(["new"]), estimate(["new"], *past)
    # One skill took eight times its guess; as if two more had been right, guesses are doubled.
    assert corrected.nano_usd.p50 == pytest.approx(2 * plain.nano_usd.p50, rel=0.01)
    both = estimate(["a", "new"], *past)
    assert both.basis == "history of 1 of 2 skills; token estimate"


def test_an_estimate_is_the_same_each_time() -> None:
    past = [run(n, use("a", 37 * n % 11 + 1)) for n in range(20, 0, -1)]
    assert estimate(["a"], *past) == estimate(["a"], *past)
