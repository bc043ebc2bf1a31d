"""What a planned run is likely to need, and how it could be had for less."""

from __future__ import annotations

import msgspec

from ladder_tui.domain.estimate import Estimate, PastRun
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.skill import Skill
from ladder_tui.insight.estimate import Basis, estimate_run
from ladder_tui.models.price import is_priced, price
from ladder_tui.models.token import estimate_tokens_fast


class Planned(msgspec.Struct, frozen=True):
    """What a plan knows that its estimate depends on."""

    workflow: str
    skills: tuple[Skill, ...]
    """One for each agent."""
    choice: ModelChoice
    files: int
    history: tuple[PastRun, ...]
    """Newest first."""


def estimate_plan(planned: Planned) -> Estimate:
    """Estimate a run, from its history where it has some."""
    choice = planned.choice
    basis = Basis(
        choice,
        is_prose_only=choice.provider == "local",
        is_priced=is_priced(choice),
        tokens_of=estimate_tokens_fast,
        price=lambda usage: price(choice, usage),
        workflow=planned.workflow,
        files=planned.files,
        history=planned.history,
        known={skill.name: skill for skill in planned.skills},
    )
    return estimate_run(planned.skills, basis)
