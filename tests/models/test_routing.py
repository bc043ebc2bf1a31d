"""Which rule chooses the model of an agent."""

from __future__ import annotations

import pytest

from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.routing import AgentKind, RouteRule, Routing
from ladder_tui.domain.skill import Skill, Tier
from ladder_tui.domain.workflow import Step
from ladder_tui.models.routing import Task, route

RUN = ModelChoice("anthropic", "run")
FAST = ModelChoice("anthropic", "fast")
BEST = ModelChoice("anthropic", "best")
OTHER = ModelChoice("openai_chat", "other")
RULES = (
    RouteRule(kind="edit", tier="best"),
    RouteRule(step="scan*", max_files=5, tier="fast"),
    RouteRule(skill="audit", min_files=100, model="gate/other"),
)
ROUTING = Routing(
    tiers={"fast": FAST, "best": BEST}, models={"gate/other": OTHER, "gate/x": OTHER}, rules=RULES
)


def task(
    step: Step | None = None,
    *,
    name: str = "look",
    tier: Tier = "",
    model: str = "",
    kind: AgentKind = "review",
    files: int = 20,
) -> Task:
    skill = Skill(name, "", "", "h", "project", "x.md", tier=tier, model=model)
    return Task(step or Step(id="s", skill=name), skill, kind, files)


@pytest.mark.parametrize(
    ("asked", "choice", "rule"),
    [
        (task(), RUN, "model of the run"),
        (task(Step(id="s", skill="a", model="gate/x")), OTHER, "model of the step"),
        (task(Step(id="s", skill="a", tier="fast"), kind="edit"), FAST, "tier of the step"),
        (task(Step(id="s", skill="a", tier="balanced")), RUN, "tier of the step"),
        (task(kind="edit", tier="fast"), BEST, "rule: kind edit"),
        (task(Step(id="scan_a", skill="a"), files=5), FAST, "rule: step scan*, at most 5 files"),
        (task(Step(id="scan_a", skill="a"), files=6), RUN, "model of the run"),
        (task(name="audit", files=100), OTHER, "rule: skill audit, at least 100 files"),
        (task(name="audit", files=99, tier="fast"), FAST, "tier of audit"),
        (task(tier="best", model="opus"), BEST, "model opus of look"),
        (task(model="inherit"), RUN, "model of the run"),
        (task(model="claude-x-1"), ModelChoice("anthropic", "claude-x-1"), "model of look"),
    ],
)
def test_the_first_that_says_something_chooses(asked: Task, choice: ModelChoice, rule: str) -> None:
    found = route(asked, ROUTING, RUN)
    assert (found.choice, found.rule) == (choice, rule)


def test_a_model_that_a_person_names_overrides_everything() -> None:
    asked = task(Step(id="s", skill="a", tier="fast"), tier="fast", model="opus")
    assert route(asked, Routing(is_fixed=True), RUN).choice == RUN


def test_a_full_id_means_nothing_to_another_provider() -> None:
    assert route(task(model="claude-x-1"), Routing(), OTHER).choice == OTHER


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "either a tier or a model"),
        ({"tier": "fast", "model": "local"}, "either a tier or a model"),
        ({"tier": "fast", "min_files": 5, "max_files": 4}, "max_files 4 is below"),
    ],
)
def test_rules_that_cannot_be(fields: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        RouteRule(**fields)  # type: ignore[arg-type]
