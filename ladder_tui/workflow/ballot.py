"""Votes: how many agents gave each value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from ladder_tui.library.expression import evaluate
from ladder_tui.workflow.aggregate import Decision, Given
from ladder_tui.workflow.candidate import Candidate, label

_encode = msgspec.json.Encoder(order="deterministic").encode


class Ballot(msgspec.Struct, frozen=True):
    """A value, and all who gave it."""

    value: Any
    names: tuple[str, ...]

    @property
    def votes(self) -> int:
        """How many gave it."""
        return len(self.names)


def count(answers: Sequence[Candidate], value_of: Callable[[Candidate], Any]) -> list[Ballot]:
    """The votes, most first; what has equally many is in the order of its content."""
    found: dict[bytes, tuple[Any, list[str]]] = {}
    for answer in answers:
        value = value_of(answer)
        found.setdefault(_encode(value), (value, []))[1].append(answer.name)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1][1]), item[0]))
    return [Ballot(value, tuple(sorted(names))) for _, (value, names) in ordered]


def vote(given: Given, needed: int) -> Decision:
    """The value that at least ``needed`` agents gave, and more than gave any other.

    ``by`` is an expression over ``item``, the answer. An answer whose value is null abstains: it
    is no vote, and no dissent. Raises UsageError where the expression fails.
    """

    def value_of(candidate: Candidate) -> Any:
        return evaluate(given.by, {"item": candidate.output})

    cast = [answer for answer in given.answers if value_of(answer) is not None]
    ballots = count(cast, value_of)
    total = len(given.candidates)
    first = ballots[0] if ballots else Ballot(None, ())
    tied = [b for b in ballots if b.votes == first.votes] if first.votes >= needed else []
    is_decided = len(tied) == 1
    if is_decided:
        reason = f"{first.votes} of {total} say {label(first.value)}; {needed} were needed"
    elif tied:
        names = " and ".join(label(ballot.value) for ballot in tied)
        reason = f"a tie: {names} have {first.votes} votes each"
    else:
        most = f"{label(first.value)} has {first.votes} of {total}" if ballots else "nobody voted"
        reason = f"{most}; {needed} were needed"
    return Decision(
        outcome=first.value if is_decided else None,
        is_decided=is_decided,
        votes=_votes(ballots),
        tied=tuple(label(ballot.value) for ballot in tied) if len(tied) > 1 else (),
        dissent=tuple(sorted(n for b in ballots[1:] for n in b.names)) if is_decided else (),
        missing=given.missing,
        reason=reason,
    )


def _votes(ballots: Sequence[Ballot]) -> dict[str, int]:
    """By label; long values that begin alike are told apart by a number."""
    votes: dict[str, int] = {}
    for ballot in ballots:
        name = label(ballot.value)
        number = 2
        while name in votes:
            name, number = f"{label(ballot.value)} ({number})", number + 1
        votes[name] = ballot.votes
    return votes
