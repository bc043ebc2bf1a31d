"""What a planned run is likely to need, and how it could be had for less."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.estimate import Estimate, PastRun, Variant
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Workflow
from ladder_tui.insight.estimate import LEAST, Basis, estimate_run, like_runs
from ladder_tui.models.price import is_priced, price
from ladder_tui.models.token import estimate_tokens_fast
from ladder_tui.workbench.narrowing import listed_names


class Planned(msgspec.Struct, frozen=True):
    """What a plan knows that its estimate depends on."""

    workflow: str
    agents: tuple[tuple[str, Skill], ...]
    """The name and the skill of each agent."""
    choice: ModelChoice
    files: int
    history: tuple[PastRun, ...]
    """Newest first."""


def estimate_plan(planned: Planned) -> Estimate:
    """Estimate a run, from its history where it has some."""
    return estimate_run([skill for _, skill in planned.agents], _basis(planned))


def cheaper_plans(planned: Planned, workflow: Workflow) -> tuple[Variant, ...]:
    """How the same could be had for less, each with its own figures.

    Without the agents that found nothing in all of the last like runs, where there are enough of
    these to say so.
    """
    like = like_runs([skill.name for _, skill in planned.agents], _basis(planned))
    if len(like) < LEAST:
        return ()
    useful = {use.skill for run in like for use in run.uses if use.findings}
    kept = tuple(agent for agent in planned.agents if agent[1].name in useful)
    names = tuple(name for name, _ in kept)
    is_offered = 0 < len(kept) < len(planned.agents)
    if not is_offered or set(names) - set(listed_names(workflow)):
        return ()
    fewer = msgspec.structs.replace(planned, agents=kept)
    estimate = estimate_plan(fewer)
    told = f"the others found nothing in {len(like)} runs"
    how = f"--only {','.join(names)} ({told})"
    return (Variant(f"{len(kept)} of {len(planned.agents)} agents", estimate, how),)


def _basis(planned: Planned) -> Basis:
    choice = planned.choice
    return Basis(
        choice,
        is_prose_only=choice.provider == "local",
        is_priced=is_priced(choice),
        tokens_of=estimate_tokens_fast,
        price=lambda usage: price(choice, usage),
        workflow=planned.workflow,
        files=planned.files,
        history=planned.history,
        known={skill.name: skill for _, skill in planned.agents},
    )
