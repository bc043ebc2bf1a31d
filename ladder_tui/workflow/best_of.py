"""The ``best-of`` aggregate: the answer that does best at the gates.

The gates count in the order they are named: the first one that tells two answers apart decides.
Only an answer that no gate turns down can be the best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from ladder_tui.domain.verdict import GateResult, GateVerdict
from ladder_tui.workflow.aggregate import Decision, Desk, Given, Joined, Laws, decided
from ladder_tui.workflow.ballot import Ballot, count
from ladder_tui.workflow.candidate import Candidate
from ladder_tui.workflow.executor import run_slots

_RANK: Mapping[GateVerdict, int] = {"pass": 0, "degraded": 1, "fail": 2, "error": 3}
_TURNED_DOWN = ("fail", "error")

Score = tuple[tuple[int, int], ...]
"""For each gate the rank of its verdict and the number of its findings; less is better."""


class BestOf:
    """Lets the gates in ``by`` look at each answer."""

    laws = Laws(ignores_order=True, counts_votes=True)

    async def join(self, given: Given, desk: Desk) -> Joined:
        """Look at every answer and take the best; equally good ones are named."""
        gates = [given.by] if isinstance(given.by, str) else list(given.by or ())
        answers = sorted(given.answers, key=lambda answer: answer.name)
        seen = await run_slots(answers, partial(_look, desk, gates), max(1, len(answers)))
        return decided(_best(given, answers, seen))


async def _look(desk: Desk, gates: Sequence[str], answer: Candidate) -> list[GateResult]:
    return [await desk.check(gate, answer) for gate in gates]


def _best(
    given: Given, answers: Sequence[Candidate], seen: Sequence[Sequence[GateResult]]
) -> Decision:
    scores = {a.name: _score(results) for a, results in zip(answers, seen, strict=True)}
    down = {
        answer.name: _why(results)
        for answer, results in zip(answers, seen, strict=True)
        if any(result.verdict in _TURNED_DOWN for result in results)
    }
    votes = {ballot.names[0]: ballot.votes for ballot in _equal(answers)}
    standing = [ballot for ballot in _equal(answers) if ballot.names[0] not in down]
    if not standing:
        reason = "; ".join(f"{name}: {why}" for name, why in down.items()) or "there is no answer"
        return Decision(
            votes=votes,
            dissent=tuple(down),
            missing=given.missing,
            reason=f"none is good: {reason}",
        )
    best = min(standing, key=lambda ballot: (scores[ballot.names[0]], -ballot.votes, ballot.names))
    name = best.names[0]
    tied = [b.names[0] for b in standing if scores[b.names[0]] == scores[name]]
    return Decision(
        outcome=best.value,
        winner=name,
        is_decided=True,
        votes=votes,
        tied=tuple(tied) if len(tied) > 1 else (),
        dissent=tuple(down),
        missing=given.missing,
        reason=_reason(best, tied, len(answers)),
    )


def _equal(answers: Sequence[Candidate]) -> list[Ballot]:
    """Equal answers together, by the name that comes first."""
    return sorted(count(answers, lambda answer: answer.output), key=lambda ballot: ballot.names)


def _score(results: Sequence[GateResult]) -> Score:
    return tuple((_RANK[result.verdict], result.findings_count) for result in results)


def _why(results: Sequence[GateResult]) -> str:
    result = next(result for result in results if result.verdict in _TURNED_DOWN)
    return f"{result.gate} {result.verdict}" + (f" ({result.reason})" if result.reason else "")


def _reason(best: Ballot, tied: Sequence[str], total: int) -> str:
    name = best.names[0]
    if len(tied) == 1:
        return f"{name} is the best of {total}"
    if best.votes > 1:
        return f"{', '.join(tied)} are equally good; {best.votes} agents gave that of {name}"
    return f"{', '.join(tied)} are equally good; {name} is the first by name"
