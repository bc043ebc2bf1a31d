"""What a run is expected to need, and the past that says so."""

from __future__ import annotations

from typing import Literal

import msgspec

from ladder_tui.domain.usage import Usage


class Quantiles(msgspec.Struct, frozen=True, gc=False):
    """A figure that is not known yet: one time in ten it is below ``p10``, one in ten above
    ``p90``, and as often below ``p50`` as above."""

    p10: int = 0
    p50: int = 0
    p90: int = 0


class Estimate(msgspec.Struct, frozen=True):
    """What a run is expected to need. Every figure is an estimate."""

    agents: int
    input_tokens: int
    """The p50 of what is sent."""
    output_tokens: int
    """The p50 of what is received."""
    tokens: Quantiles = Quantiles()
    """Sent and received."""
    nano_usd: Quantiles = Quantiles()
    is_priced: bool = True
    seconds: float | None = None
    """Wall time with agents in parallel, a person's time left out; None where no history says."""
    sequential_seconds: float | None = None
    """The same work one agent after the other; None where no history says."""
    basis: str = ""
    """Where the figures come from, for example ``12 runs of history`` or ``token estimate``."""
    is_from_history: bool = False
    files: int = 0
    """Files in scope when it was made; 0 where that was not counted."""


class Variant(msgspec.Struct, frozen=True):
    """A cheaper way to do the same work."""

    name: str
    """``fast tier``, ``3 agents``, ``one agent``."""
    estimate: Estimate
    how: str
    """What to change, for people, for example ``--model local``."""


class PastUse(msgspec.Struct, frozen=True):
    """What the agents of one skill and one model took in one run, lost attempts included."""

    skill: str
    model: str
    agents: int
    usage: Usage
    nano_usd: int
    seconds: float
    """The sum over its agents."""
    findings: int = 0


class PastRun(msgspec.Struct, frozen=True):
    """A run that is done, in which no agent failed."""

    number: int
    workflow: str
    model: str
    seconds: float
    """Wall time without the time that a person took to answer."""
    uses: tuple[PastUse, ...]
    estimate: Estimate | None = None
    """What was expected of it."""


Place = Literal["below p10", "within", "above p90"]
"""Where an actual figure fell in the range of its estimate."""


class EstimateOutcome(msgspec.Struct, frozen=True):
    """What was expected of a run against what it took."""

    estimate: Estimate
    nano_usd: int
    tokens: int
    seconds: float | None
    """Wall time of the run."""
    place: Place
    """Of the cost; of the tokens where nothing is paid."""
    ratio: float | None
    """The same over the p50 of the estimate; None where that is 0."""
