"""The ``judge`` aggregate: a skill compares the answers, two at a time.

A model prefers what it reads first, or last. So each pair is put to it twice, the second time in
the other order, and only a preference that survives that counts: everything else is a tie, and is
called one. The judge sees the answers and not who gave them. Equal answers are compared once, as
one. The winner so far meets the next answer in the order of their content, so neither the order of
the agents nor that of their replies matters; n answers cost at most 2 · (n - 1) calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.workflow.aggregate import Decision, Desk, Given, Joined, Laws, decided
from ladder_tui.workflow.ballot import Ballot, count
from ladder_tui.workflow.executor import run_slots

FIRST, SECOND = "first", "second"
BETTER = "better"
"""The field of the skill's output that decides: ``first``, ``second`` or ``neither``."""


class _Match(NamedTuple):
    """One pair, and what the judge said of it in both orders."""

    winner: str
    """``first``, ``second``, or empty for a tie."""
    note: str
    asked: list[AgentOutcome]


class Judge:
    """Asks the skill in ``by`` about pairs of answers; the options are handed to it."""

    laws = Laws(ignores_order=True, counts_votes=True, asks_model=True)

    async def join(self, given: Given, desk: Desk) -> Joined:
        """Compare until one is left, or several that the judge cannot tell apart."""
        answers = count(given.answers, lambda answer: answer.output)
        # By content alone: the number of votes must not decide who meets whom.
        answers.sort(key=lambda ballot: _key(ballot, given))
        best = answers[:1]
        notes: list[str] = []
        asked: list[AgentOutcome] = []
        for challenger in answers[1:]:
            match = await _compare(desk, best[0], challenger, given.options)
            asked += match.asked
            notes.append(match.note)
            if match.winner == SECOND:
                best = [challenger]
            elif not match.winner:
                best.append(challenger)
        return decided(_decision(given, answers, best, notes), asked=tuple(asked))


def _key(ballot: Ballot, given: Given) -> bytes:
    return next(answer.content for answer in given.answers if answer.name == ballot.names[0])


async def _compare(desk: Desk, one: Ballot, other: Ballot, options: Mapping[str, Any]) -> _Match:
    a, b = one.names[0], other.names[0]
    calls = [
        (f"{a}-or-{b}", {**options, FIRST: one.value, SECOND: other.value}),
        (f"{b}-or-{a}", {**options, FIRST: other.value, SECOND: one.value}),
    ]
    asked = await run_slots(calls, lambda call: desk.ask(*call), len(calls))
    said = [str((outcome.output or {}).get(BETTER, "")) for outcome in asked]
    lost = next((outcome for outcome in asked if not outcome.is_ok), None)
    if lost is not None:
        return _Match("", f"{a} and {b}: not compared ({lost.reason or lost.failure})", asked)
    if said == [FIRST, SECOND]:
        return _Match(FIRST, f"{a} over {b}", asked)
    if said == [SECOND, FIRST]:
        return _Match(SECOND, f"{b} over {a}", asked)
    if said[0] == said[1] and said[0] in (FIRST, SECOND):
        note = f"{a} and {b}: a tie, the judge took the {said[0]} one in both orders"
        return _Match("", note, asked)
    return _Match("", f"{a} and {b}: a tie", asked)


def _decision(
    given: Given, answers: list[Ballot], best: list[Ballot], notes: list[str]
) -> Decision:
    is_decided = len(best) == 1
    votes = {ballot.names[0]: ballot.votes for ballot in answers}
    winner = best[0].names[0] if is_decided else ""
    if not answers:
        reason = "there is no answer"
    elif len(answers) == 1:
        reason = f"all {answers[0].votes} answers are the same" if answers[0].votes > 1 else (
            "there is one answer only")  # fmt: skip
    else:
        reason = "; ".join(notes)
    losers = [ballot for ballot in answers if is_decided and ballot is not best[0]]
    return Decision(
        outcome=best[0].value if is_decided else None,
        winner=winner,
        is_decided=is_decided,
        votes=votes,
        tied=tuple(ballot.names[0] for ballot in best) if len(best) > 1 else (),
        dissent=tuple(sorted(name for ballot in losers for name in ballot.names)),
        missing=given.missing,
        reason=reason,
    )
