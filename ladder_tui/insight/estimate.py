"""What a run is likely to need, from history where there is some, else from token counts."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

import msgspec

from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import Estimate, RunSummary
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.usage import Cost, Usage

HISTORY = 20
"""Finished runs of the same workflow and model that an estimate looks back on."""

# Without history. A reviewing agent reads its prompt (skill, evidence) again in every turn, with
# what its tools returned; these bounds are wide on purpose and marked as an estimate.
_PROSE_TOKENS = (350, 120)
_TURNS = (3, 10)
_TURN_GROWTH_TOKENS = 1_500
_EVIDENCE_TOKENS = 2_000
_OUTPUT_TOKENS = (600, 3_000)


class Basis(msgspec.Struct, frozen=True):
    """What an estimate stands on."""

    choice: ModelChoice
    is_prose_only: bool
    is_priced: bool
    history: tuple[RunSummary, ...] = ()


def estimate_run(
    skills: Sequence[Skill],
    basis: Basis,
    tokens_of: Callable[[str], int],
    price: Callable[[Usage], Cost],
) -> Estimate:
    """Estimate a run with one agent for each of ``skills``.

    With at least three finished runs of history, in which no agent failed, the middle is their
    median and the range their extremes; before that the range comes from token counts of the
    prompts.
    """
    past = [r for r in basis.history if r.agents_total == len(skills) and not r.agents_failed][
        :HISTORY
    ]
    if len(past) >= 3:
        return _from_history(past, basis)
    low = high = Usage()
    for skill in skills:
        small, big = _agent_range(skill, basis.is_prose_only, tokens_of)
        low, high = low + small, high + big
    return Estimate(
        agents=len(skills),
        input_tokens=(low.context_tokens + high.context_tokens) // 2,
        output_tokens=(low.output_tokens + high.output_tokens) // 2,
        nano_usd_low=price(low).nano_usd,
        nano_usd_high=price(high).nano_usd,
        is_priced=basis.is_priced,
        seconds=None,
        basis="token estimate, no history yet",
    )


def _agent_range(
    skill: Skill, is_prose_only: bool, tokens_of: Callable[[str], int]
) -> tuple[Usage, Usage]:
    if is_prose_only:
        usage = Usage(_PROSE_TOKENS[0], _PROSE_TOKENS[1], is_estimated=True)
        return usage, usage
    first = tokens_of(skill.body) + _EVIDENCE_TOKENS
    ends = []
    for turns, output in zip(_TURNS, _OUTPUT_TOKENS, strict=True):
        read = turns * first + _TURN_GROWTH_TOKENS * turns * (turns - 1) // 2
        ends.append(Usage(read, output, is_estimated=True))
    return ends[0], ends[1]


def _from_history(past: Sequence[RunSummary], basis: Basis) -> Estimate:
    costs = sorted(r.cost.nano_usd for r in past)
    times = [
        r.finished_at - r.started_at
        for r in past
        if r.finished_at is not None and r.started_at is not None
    ]
    return Estimate(
        agents=past[0].agents_total,
        input_tokens=round(statistics.median(r.usage.context_tokens for r in past)),
        output_tokens=round(statistics.median(r.usage.output_tokens for r in past)),
        nano_usd_low=costs[0],
        nano_usd_high=costs[-1],
        is_priced=basis.is_priced,
        seconds=statistics.median(times) if times else None,
        basis=f"{len(past)} runs of history",
    )
