"""When a failed call is tried again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder_tui.agent.retry import MAX_ATTEMPTS, MAX_DELAY_S, MAX_RETRY_AFTER_S, retry_delay_s
from ladder_tui.errors import ModelError


def error(*, is_retryable: bool = True, retry_after_s: float | None = None) -> ModelError:
    return ModelError("no", kind="server", is_retryable=is_retryable, retry_after_s=retry_after_s)


def test_a_fault_that_stays_is_not_retried() -> None:
    assert retry_delay_s(error(is_retryable=False), 1, 0.5) is None


def test_the_last_attempt_is_the_last() -> None:
    assert retry_delay_s(error(), MAX_ATTEMPTS, 0.5) is None
    assert retry_delay_s(error(), MAX_ATTEMPTS - 1, 0.5) is not None


@pytest.mark.parametrize(("asked", "waited"), [(7.0, 7.0), (MAX_RETRY_AFTER_S, MAX_RETRY_AFTER_S)])
def test_the_server_decides_how_long(asked: float, waited: float) -> None:
    assert retry_delay_s(error(retry_after_s=asked), 1, 0.0) == waited


def test_an_hour_is_not_waited_for() -> None:
    assert retry_delay_s(error(retry_after_s=3600.0), 1, 0.0) is None


@given(st.integers(1, MAX_ATTEMPTS - 1), st.floats(0, 1, exclude_max=True))
def test_delays_are_bounded(attempt: int, random: float) -> None:
    delay = retry_delay_s(error(), attempt, random)
    assert delay is not None
    assert 0 < delay <= MAX_DELAY_S
