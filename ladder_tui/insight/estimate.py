"""What a run is likely to need, from history where there is some, else from token counts.

Three sources, the best that there is: like runs (the same workflow, skills and model, of about the
same size); what each skill took in other runs, on this model or, with its prices, on another; and
the sizes of the prompts. A skill without a past is guessed from its prompt, corrected by how far
such guesses were off for the skills that have one.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec

from ladder_tui.domain.estimate import Estimate, PastRun, PastUse, Quantiles
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.insight import spread
from ladder_tui.insight.prompt_guess import guess_usage
from ladder_tui.insight.spread import Spread

HISTORY = 20
"""Newest like runs that an estimate looks back on."""
LEAST = 3
"""Like runs below which the skills one by one say more."""
SAME_SIZE = 4.0
"""Factor in files up to which two inputs are of about the same size."""
OTHER_MODEL_SD = 0.5
"""Added where the past of a skill is that of another model: it may talk more, or less."""


class Basis(msgspec.Struct, frozen=True):
    """What an estimate stands on."""

    choice: ModelChoice
    is_prose_only: bool
    is_priced: bool
    tokens_of: Callable[[str], int]
    price: Callable[[Usage], Cost]
    workflow: str = ""
    files: int = 0
    history: tuple[PastRun, ...] = ()
    """Newest first."""
    known: Mapping[str, Skill] = {}
    """Skills by name, to learn how far guesses are off."""


class _Need(msgspec.Struct, frozen=True):
    """What one agent of a skill takes."""

    input: Spread
    output: Spread
    nano_usd: Spread
    seconds: float | None
    source: str
    """``own``, ``other model`` or ``guess``."""


def estimate_run(skills: Sequence[Skill], basis: Basis) -> Estimate:
    """Estimate a run with one agent for each of ``skills``. Deterministic."""
    like = like_runs([skill.name for skill in skills], basis)
    if len(like) >= LEAST:
        return _from_runs(len(skills), like, basis)
    counts = Counter(skill.name for skill in skills)
    by_name = {skill.name: skill for skill in skills}
    past = _by_skill(basis.history)
    factor = _off_by({**basis.known, **by_name}, past, basis)
    needs = [(_need(by_name[name], past, basis, factor), count) for name, count in counts.items()]
    return _from_needs(len(skills), needs, basis)


def like_runs(names: Sequence[str], basis: Basis) -> list[PastRun]:
    """The newest runs of the same workflow and model with the same agents, of about this size
    where there are enough of them."""
    wanted = dict(Counter(names))
    like = [
        run
        for run in basis.history
        if run.workflow == basis.workflow
        and run.model == basis.choice.label
        and _agents(run) == wanted
    ]
    near = [run for run in like if _is_near(run, basis.files)]
    return (near if len(near) >= LEAST else like)[:HISTORY]


def _agents(run: PastRun) -> dict[str, int]:
    counts: dict[str, int] = {}
    for use in run.uses:
        counts[use.skill] = counts.get(use.skill, 0) + use.agents
    return counts


def _is_near(run: PastRun, files: int) -> bool:
    before = run.estimate.files if run.estimate is not None else 0
    if not before or not files:
        return True
    return max(before, files) <= SAME_SIZE * min(before, files)


def _from_runs(agents: int, like: Sequence[PastRun], basis: Basis) -> Estimate:
    sent = [sum(use.usage.context_tokens for use in run.uses) for run in like]
    received = [sum(use.usage.output_tokens for use in run.uses) for run in like]
    costs = [sum(use.nano_usd for use in run.uses) for run in like]
    wall = statistics.median(run.seconds for run in like)
    in_turn = statistics.median(sum(use.seconds for use in run.uses) for run in like)
    return Estimate(
        agents=agents,
        input_tokens=round(statistics.median(sent)),
        output_tokens=round(statistics.median(received)),
        tokens=spread.predict([a + b for a, b in zip(sent, received, strict=True)]),
        nano_usd=spread.predict(costs),
        is_priced=basis.is_priced,
        seconds=wall,
        sequential_seconds=in_turn,
        basis=f"{len(like)} runs of history",
        is_from_history=True,
        files=basis.files,
    )


def _from_needs(agents: int, needs: Sequence[tuple[_Need, int]], basis: Basis) -> Estimate:
    sent = spread.add_up((need.input, count) for need, count in needs)
    received = spread.add_up((need.output, count) for need, count in needs)
    seconds = [need.seconds * count for need, count in needs if need.seconds is not None]
    is_timed = bool(needs) and len(seconds) == len(needs)
    return Estimate(
        agents=agents,
        input_tokens=sent.p50,
        output_tokens=received.p50,
        tokens=Quantiles(sent.p10 + received.p10, sent.p50 + received.p50, sent.p90 + received.p90),
        nano_usd=spread.add_up((need.nano_usd, count) for need, count in needs),
        is_priced=basis.is_priced,
        sequential_seconds=sum(seconds) if is_timed else None,
        basis=_said(needs),
        is_from_history=all(need.source == "own" for need, _ in needs) and bool(needs),
        files=basis.files,
    )


def _said(needs: Sequence[tuple[_Need, int]]) -> str:
    own = sum(need.source == "own" for need, _ in needs)
    other = sum(need.source == "other model" for need, _ in needs)
    if own and own == len(needs):
        return "history of its skills in other runs"
    if own or other:
        tail = ", other models among them" if other else ""
        return f"history of {own + other} of {len(needs)} skills{tail}; token estimate"
    return "token estimate, no history yet"


def _need(skill: Skill, past: _Past, basis: Basis, factor: float) -> _Need:
    uses = past.get(skill.name, ())
    label = basis.choice.label
    own = [use for use in uses if use.model == label][:HISTORY]
    if own:
        return _from_uses(own, basis, "own")
    if uses and not basis.is_prose_only:
        return _from_uses(uses[:HISTORY], basis, "other model")
    low, high = guess_usage(skill, basis.is_prose_only, basis.tokens_of)
    low_usd, high_usd = (basis.price(usage).nano_usd for usage in (low, high))
    return _Need(
        spread.of_range(low.context_tokens, high.context_tokens).scaled(factor),
        spread.of_range(low.output_tokens, high.output_tokens).scaled(factor),
        spread.of_range(low_usd, high_usd).scaled(factor if low_usd else 1.0),
        None,
        "guess",
    )


_Past = Mapping[str, Sequence[PastUse]]
"""The uses of each skill, newest first."""


def _by_skill(history: Sequence[PastRun]) -> _Past:
    found: dict[str, list[PastUse]] = {}
    for run in history:
        for use in run.uses:
            found.setdefault(use.skill, []).append(use)
    return found


def _from_uses(uses: Sequence[PastUse], basis: Basis, source: str) -> _Need:
    is_own = source == "own"
    costs = [use.nano_usd if is_own else basis.price(use.usage).nano_usd for use in uses]
    agents = [use.agents for use in uses]

    def each(values: Sequence[int]) -> Spread:
        found = spread.of_past([v / n for v, n in zip(values, agents, strict=True)])
        return found if is_own else found._replace(sd=math.hypot(found.sd, OTHER_MODEL_SD))

    return _Need(
        each([use.usage.context_tokens for use in uses]),
        each([use.usage.output_tokens for use in uses]),
        each(costs),
        statistics.median(use.seconds / use.agents for use in uses) if is_own else None,
        source,
    )


def _off_by(skills: Mapping[str, Skill], past: _Past, basis: Basis) -> float:
    """What guesses from prompts have to be multiplied with, from the skills with a past.

    Few of them count little: the factor is drawn to 1 as if two more had been right.
    """
    logs, label = [], basis.choice.label
    for name, skill in skills.items():
        own = [use for use in past.get(name, ()) if use.model == label][:HISTORY]
        if own and not basis.is_prose_only:
            took = statistics.median(use.usage.total_tokens / use.agents for use in own)
            low, high = guess_usage(skill, is_prose_only=False, tokens_of=basis.tokens_of)
            middle = math.sqrt(low.total_tokens * high.total_tokens)
            logs.append(math.log(max(took, 1.0) / middle))
    return math.exp(sum(logs) / (len(logs) + 2)) if logs else 1.0
