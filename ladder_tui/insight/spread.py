"""Quantiles of what comes next, from what was: few values, with heavy tails.

With nine values or more the next one falls between two of them with a probability that no shape
of the distribution changes, so the quantiles are order statistics. With fewer the ends of the
range lie outside of what was seen; a lognormal distribution is fitted then, widened as Student's t
is, and its spread leans on what runs of agents usually show.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ladder_tui.domain.estimate import Quantiles

ENOUGH = 9
"""Values from which the tenth and the ninetieth percentile lie among them."""
USUAL_SD = 0.6
"""Standard deviation of the logarithm of the costs of like runs, before they have told theirs."""
_USUAL_WEIGHT = 2
"""How many values that counts as."""
_Z90 = 1.2815515655446004
SHARED = 0.5
"""Correlation between the costs of two agents of a run: they look at the same repository."""


class Spread(NamedTuple):
    """A lognormal distribution: mean and standard deviation of the logarithm."""

    mu: float
    sd: float
    is_guess: bool = False
    """True where no history stands behind it: guesses are wrong together, not by chance."""

    @property
    def mean(self) -> float:
        """The mean of the value itself."""
        return math.exp(self.mu + self.sd**2 / 2)

    @property
    def deviation(self) -> float:
        """The standard deviation of the value itself."""
        return self.mean * math.sqrt(math.expm1(self.sd**2))

    def scaled(self, factor: float) -> Spread:
        """The same, ``factor`` times as large."""
        return self._replace(mu=self.mu + math.log(factor))

    @property
    def quantiles(self) -> Quantiles:
        """Its percentiles."""
        reach = _Z90 * self.sd
        return _quantiles(self.mu - reach, self.mu, self.mu + reach)


def of_range(low: float, high: float) -> Spread:
    """A guess whose tenth and ninetieth percentile are ``low`` and ``high``."""
    a, b = _log(low), _log(high)
    return Spread((a + b) / 2, (b - a) / (2 * _Z90), is_guess=True)


def of_past(values: Sequence[float]) -> Spread:
    """What comes after ``values``, of which there is at least one."""
    logs = sorted(map(_log, values))
    degrees = len(logs) - 1 + _USUAL_WEIGHT
    mean = sum(logs) / len(logs)
    squares = sum((x - mean) ** 2 for x in logs) + _USUAL_WEIGHT * USUAL_SD**2
    sd = math.sqrt(squares / degrees * (1 + 1 / len(logs)))
    return Spread(_median(logs), sd * _t90(degrees) / _Z90)


def predict(values: Sequence[float]) -> Quantiles:
    """Percentiles of the value after ``values``, of which there is at least one."""
    if len(values) < ENOUGH:
        return of_past(values).quantiles
    logs = sorted(map(_log, values))
    return _quantiles(_at(logs, 0.1), _median(logs), _at(logs, 0.9))


def add_up(parts: Iterable[tuple[Spread, int]]) -> Quantiles:
    """Percentiles of a sum of agents, each with how many there are of its kind.

    The sum of lognormal values is taken as lognormal, with its mean and variance (Fenton and
    Wilkinson); agents of one run are correlated, and guesses are wholly so.
    """
    mean = together = apart = guessed = 0.0
    for spread, count in parts:
        mean += spread.mean * count
        if spread.is_guess:
            guessed += spread.deviation * count
        else:
            together += spread.deviation * count
            apart += spread.deviation**2 * count
    if not mean:
        return Quantiles()
    variance = SHARED * together**2 + (1 - SHARED) * apart + guessed**2
    sd = math.sqrt(math.log1p(variance / mean**2))
    return Spread(math.log(mean) - sd**2 / 2, sd).quantiles


def _log(value: float) -> float:
    return math.log(max(value, 1e-3))


def _median(logs: Sequence[float]) -> float:
    middle = len(logs) // 2
    return logs[middle] if len(logs) % 2 else (logs[middle - 1] + logs[middle]) / 2


def _at(logs: Sequence[float], share: float) -> float:
    """The value that the next one is below with the probability ``share``."""
    place = share * (len(logs) + 1) - 1
    below = math.floor(place)
    above = min(below + 1, len(logs) - 1)
    return logs[below] + (place - below) * (logs[above] - logs[below])


def _t90(degrees: int) -> float:
    """The ninetieth percentile of Student's t (an expansion, within 0.1 from 2 degrees on)."""
    first = (_Z90**3 + _Z90) / (4 * degrees)
    second = (5 * _Z90**5 + 16 * _Z90**3 + 3 * _Z90) / (96 * degrees**2)
    return _Z90 + first + second


def _quantiles(low: float, middle: float, high: float) -> Quantiles:
    return Quantiles(*(round(math.exp(x)) for x in (low, middle, high)))
