"""When a failed model call is tried again, and after how long."""

from __future__ import annotations

from ladder_tui.errors import ModelError

MAX_ATTEMPTS = 5
"""Network attempts of one turn."""
BASE_DELAY_S = 0.5
MAX_DELAY_S = 30.0
MAX_RETRY_AFTER_S = 120.0
"""A server that asks for more is not waited for: the turn fails and says so."""


def retry_delay_s(error: ModelError, attempt: int, random: float) -> float | None:
    """Return seconds to wait before attempt ``attempt + 1``, or None for no further attempt.

    Exponential backoff with full jitter (Brooker, "Exponential Backoff And Jitter", AWS
    Architecture Blog, 2015), never below what the server asked for. ``random`` is in [0, 1).
    """
    if not error.is_retryable or attempt >= MAX_ATTEMPTS:
        return None
    backoff = min(MAX_DELAY_S, BASE_DELAY_S * 2.0 ** (attempt - 1)) * (0.5 + random / 2)
    if error.retry_after_s is None:
        return backoff
    if error.retry_after_s > MAX_RETRY_AFTER_S:
        return None
    return max(backoff, error.retry_after_s)
