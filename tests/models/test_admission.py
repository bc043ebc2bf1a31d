"""The shared door to a provider: a refusal slows all calls, an outage lets one call probe."""

from __future__ import annotations

from itertools import pairwise

from ladder_tui.errors import ModelError
from ladder_tui.models.admission import Admission, Ticket
from ladder_tui.models.breaker import FIRST_WAIT_S, LONGEST_WAIT_S, OPENS_AFTER


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def door() -> tuple[Admission, Clock]:
    clock = Clock()
    return Admission("anthropic", clock, lambda: 0.5), clock


def failure(kind: str, retry_after_s: float | None = None) -> ModelError:
    return ModelError(f"it is {kind}", kind=kind, is_retryable=True, retry_after_s=retry_after_s)


def enter(admission: Admission) -> Ticket:
    entered = admission.enter()
    assert isinstance(entered, Ticket)
    return entered


def test_twenty_refused_together_are_one_pause_and_do_not_start_together_again() -> None:
    admission, clock = door()
    tickets = [enter(admission) for _ in range(20)]
    clock.now += 0.2
    pauses = [admission.failed(t, failure("rate_limit", 2.0)) for t in tickets]

    assert [p.wait_s for p in pauses if p is not None] == [2.0]
    assert admission.enter() == 2.0
    clock.now += 2.0
    starts = []
    for _ in range(20):
        while not isinstance(entered := admission.enter(), Ticket):
            clock.now += entered
        starts.append(clock.now)
        admission.answered(entered)
    gaps = [b - a for a, b in pairwise(starts)]
    assert gaps[0] > 0
    assert gaps == sorted(gaps, reverse=True)  # faster and faster
    assert gaps[-1] == 0.0  # and at last as before


def test_without_a_time_from_the_server_each_further_refusal_waits_longer() -> None:
    admission, clock = door()
    waits = []
    for _ in range(4):
        ticket = enter(admission)
        clock.now += 0.1
        pause = admission.failed(ticket, failure("rate_limit"))
        assert pause is not None
        waits.append(pause.wait_s)
        clock.now += 60
    assert waits == sorted(set(waits))


def test_the_longest_time_the_server_asks_for_holds() -> None:
    admission, clock = door()
    early, late = enter(admission), enter(admission)
    clock.now += 0.1
    admission.failed(early, failure("rate_limit", 1.0))
    assert admission.failed(late, failure("rate_limit", 9.0)) is None
    assert admission.enter() == 9.0


def test_a_time_that_nobody_waits_for_does_not_stop_the_others() -> None:
    admission, clock = door()
    pause = admission.failed(enter(admission), failure("rate_limit", 3600.0))
    assert pause is not None
    assert pause.wait_s < 1
    clock.now += pause.wait_s
    enter(admission)


def test_an_outage_lets_one_call_probe_and_an_answer_lets_all_in() -> None:
    admission, clock = door()
    tickets = [enter(admission) for _ in range(20)]
    clock.now += 0.1
    pauses = [admission.failed(t, failure("connection")) for t in tickets]
    assert [p is not None for p in pauses].index(True) == OPENS_AFTER - 1
    assert sum(p is not None for p in pauses) == 1
    assert admission.enter() == FIRST_WAIT_S

    clock.now += FIRST_WAIT_S
    probe = enter(admission)
    assert probe.is_probe
    assert admission.enter() == FIRST_WAIT_S  # all others wait for what it finds
    again = admission.failed(probe, failure("connection"))
    assert again is not None
    assert again.wait_s == 2 * FIRST_WAIT_S

    clock.now += again.wait_s
    probe = enter(admission)
    admission.answered(probe)
    assert not any(enter(admission).is_probe for _ in range(20))


def test_the_waits_of_a_long_outage_are_bounded() -> None:
    admission, clock = door()
    for ticket in [enter(admission) for _ in range(OPENS_AFTER)]:
        admission.failed(ticket, failure("overloaded"))
    for _ in range(10):
        while not isinstance(entered := admission.enter(), Ticket):
            clock.now += entered
        admission.failed(entered, failure("server"))
    assert admission.breaker.wait_s(clock.now) == LONGEST_WAIT_S


def test_a_probe_that_is_stopped_or_cut_passes_its_task_on() -> None:
    admission, clock = door()
    for ticket in [enter(admission) for _ in range(OPENS_AFTER)]:
        admission.failed(ticket, failure("server"))
    clock.now += FIRST_WAIT_S
    admission.abandoned(enter(admission))
    probe = enter(admission)
    assert probe.is_probe
    assert admission.failed(probe, failure("cut")) is None
    assert enter(admission).is_probe


def test_failures_of_single_requests_and_single_agents_open_nothing() -> None:
    admission, _ = door()
    for _ in range(3 * OPENS_AFTER):
        assert admission.failed(enter(admission), failure("invalid_request")) is None
    for number in range(3 * OPENS_AFTER):
        ticket = enter(admission)
        if number % 2:
            admission.answered(ticket)
        else:
            assert admission.failed(ticket, failure("server")) is None
    assert admission.breaker.state == "closed"


def test_a_late_failure_does_not_close_or_lengthen_what_is_open() -> None:
    admission, clock = door()
    late = enter(admission)
    for ticket in [enter(admission) for _ in range(OPENS_AFTER)]:
        admission.failed(ticket, failure("server"))
    wait = admission.enter()
    assert admission.failed(late, failure("server")) is None
    assert admission.enter() == wait
    clock.now += FIRST_WAIT_S
    probe = enter(admission)
    assert admission.failed(late, failure("server")) is None
    admission.answered(probe)
    assert admission.breaker.state == "closed"
