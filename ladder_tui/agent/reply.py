"""How a question reaches a person, and what comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from ladder_tui.domain.question import Answer, Question


class Reply(NamedTuple):
    """A person's answer."""

    answer: Answer
    waited_s: float
    kept: Callable[[], None]
    """To be called once the answer is safe: until then it is asked for again."""


Ask = Callable[[Question], Awaitable[Reply]]
"""Put a question to a person and wait."""
