"""One turn: from the ledger if it was bought before, else bought, with visible retries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from ladder_tui.agent.budget import Reservation
from ladder_tui.agent.clip import within_reservation
from ladder_tui.agent.ledger_key import CallKeys, call_keys
from ladder_tui.agent.need import Need
from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.provider_wait import admitted
from ladder_tui.agent.retry import MAX_RETRY_AFTER_S, retry_delay_s
from ladder_tui.domain.event import (
    WAITS_FOR_BUDGET,
    AttemptLost,
    TurnFinished,
    TurnReused,
    TurnStarted,
)
from ladder_tui.domain.model import ModelReply, ModelRequest
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.errors import ModelError
from ladder_tui.gates.printable import clean
from ladder_tui.models.client import OnDelta
from ladder_tui.models.price import worst_case
from ladder_tui.models.token import estimate_request

MESSAGE_LIMIT = 600
"""Characters kept of what a server says about a failure."""

_decode_turn = msgspec.json.Decoder(TurnFinished).decode


class Turn(msgspec.Struct, frozen=True):
    """A finished turn and what it cost, lost attempts included."""

    reply: ModelReply
    usage: Usage
    cost: Cost
    is_reused: bool


async def take_turn(
    request: ModelRequest,
    ports: AgentPorts,
    hold: Callable[[], Awaitable[object]],
    prepare: Callable[[ModelRequest], Awaitable[ModelRequest]],
) -> Turn:
    """Answer ``request`` from the ledger or from the model.

    ``hold`` returns when the agent may go on. What is not in the ledger is asked as ``prepare``
    gives it, with what a person said meanwhile. Raises ModelError when the model gives up,
    BudgetError when the budget refuses the call.
    """
    keys = call_keys(ports.choice.label, request)
    stored = ports.ledger.get(keys.turn)
    if stored is not None:
        turn = _decode_turn(stored)
        ports.emit(TurnReused(request.call.agent_id, request.call.turn, keys.turn))
        ports.budget.recall(turn.usage, turn.cost)
        return Turn(_reply_of(turn), turn.usage, turn.cost, is_reused=True)
    await hold()
    prepared = await prepare(request)
    if prepared is not request:
        request, keys = prepared, call_keys(ports.choice.label, prepared)
    estimate = estimate_request(request)
    need = _need(request, ports, estimate)
    lost = (Usage(), Cost())
    attempt = 0
    while True:
        attempt += 1
        ports.meter(request.call.agent_id).activity(WAITS_FOR_BUDGET)
        async with ports.budget.reserve(need) as reservation:
            sent = within_reservation(request, reservation, ports.emit)
            try:
                finished = await _attempt(sent, ports, hold, attempt, keys, estimate, reservation)
            except ModelError as error:
                delay = retry_delay_s(error, attempt, ports.random())
                event = _failed(request, ports, attempt, error, delay)
                reservation.settle(event.usage, event.cost)
                lost = (lost[0] + event.usage, lost[1] + event.cost)
                ports.emit(event)
                if delay is None:
                    raise
            else:
                usage, cost = finished.usage + lost[0], finished.cost + lost[1]
                return Turn(_reply_of(finished), usage, cost, is_reused=False)
        ports.meter(request.call.agent_id).activity(f"retry in {delay:.1f} s")
        await asyncio.sleep(delay)
        await hold()


def _need(request: ModelRequest, ports: AgentPorts, estimate: int) -> Need:
    whole = worst_case(ports.choice, estimate, request.max_tokens).nano_usd
    prompt = worst_case(ports.choice, estimate, 0).nano_usd
    return Need(estimate, request.max_tokens, prompt, whole - prompt)


async def _attempt(
    request: ModelRequest,
    ports: AgentPorts,
    hold: Callable[[], Awaitable[object]],
    attempt: int,
    keys: CallKeys,
    estimate: int,
    reservation: Reservation,
) -> TurnFinished:
    async with admitted(request, ports, hold) as on_delta:
        return await _bought(request, ports, on_delta, attempt, keys, estimate, reservation)


async def _bought(
    request: ModelRequest,
    ports: AgentPorts,
    on_delta: OnDelta,
    attempt: int,
    keys: CallKeys,
    estimate: int,
    reservation: Reservation,
) -> TurnFinished:
    meter = ports.meter(request.call.agent_id)
    meter.activity("waiting for model" if attempt == 1 else f"waiting, attempt {attempt}")
    await _announce(request, ports, attempt, estimate, keys.prompt)
    try:
        # A task of its own: each chunk of the stream then wakes the client alone, and not the
        # whole chain of callers down to it. Cancelling this call cancels the task.
        reply = await asyncio.create_task(ports.client.complete(request, on_delta))
    except ModelError:
        raise
    except (asyncio.CancelledError, Exception) as error:
        # Stopped, or a bug in a client: the provider bills what it has read and written by now,
        # so the meter must hold it.
        usage = Usage(estimate, meter.output_tokens, is_estimated=True)
        reservation.settle(usage, ports.price(ports.choice, usage, request.model))
        ports.emit(_broken_off(request, attempt, error, usage, reservation.cost))
        raise
    turn = TurnFinished(
        agent_id=request.call.agent_id,
        turn=request.call.turn,
        attempt=attempt,
        message=reply.message,
        stop_reason=reply.stop_reason,
        usage=reply.usage,
        cost=ports.price(ports.choice, reply.usage, reply.model),
        model=reply.model,
        elapsed_s=reply.elapsed_s,
        ttft_s=reply.ttft_s,
        request_id=reply.request_id,
        ledger_key=keys.turn,
    )
    # A reply that arrived is paid for: it counts, and its row is written, even when this task is
    # cancelled while it waits for the disk.
    reservation.settle(turn.usage, turn.cost)
    await ports.ledger.buy(
        keys.turn, turn.agent_id, msgspec.json.encode(turn), turn.usage, turn.cost, (turn,)
    )
    return turn


async def _announce(
    request: ModelRequest, ports: AgentPorts, attempt: int, estimate: int, prompt: str
) -> None:
    """Write that a call is about to be sent.

    After a kill, a call that may have been made must be known, to be shown and charged.
    """
    call = request.call
    started = TurnStarted(call.agent_id, call.turn, attempt, prompt, estimate, request.max_tokens)
    try:
        await ports.ledger.announce(started)
    except asyncio.CancelledError:
        # It is on its way into the journal, where every start has an end. Nothing was sent.
        ports.emit(_lost(request, attempt, "cancelled", "stopped before it was sent"))
        raise


def _broken_off(
    request: ModelRequest, attempt: int, error: BaseException, usage: Usage, cost: Cost
) -> AttemptLost:
    is_stop = isinstance(error, asyncio.CancelledError)
    why = "stopped in mid-call" if is_stop else f"{type(error).__name__}: {error}"
    kind = "cancelled" if is_stop else "crash"
    return _lost(request, attempt, kind, f"{why}; its usage is an estimate", usage, cost)


def _lost(
    request: ModelRequest,
    attempt: int,
    kind: str,
    message: str,
    usage: Usage | None = None,
    cost: Cost | None = None,
) -> AttemptLost:
    return AttemptLost(
        agent_id=request.call.agent_id,
        turn=request.call.turn,
        attempt=attempt,
        kind=kind,
        message=clean(message, MESSAGE_LIMIT),
        usage=usage or Usage(),
        cost=cost or Cost(),
    )


def _failed(
    request: ModelRequest, ports: AgentPorts, attempt: int, error: ModelError, delay: float | None
) -> AttemptLost:
    message = error.what if not error.why else f"{error.what}: {error.why}"
    if error.retry_after_s is not None and error.retry_after_s > MAX_RETRY_AFTER_S:
        message += (
            f" (the server asks to wait {error.retry_after_s:.0f} s, more than the"
            f" {MAX_RETRY_AFTER_S:.0f} s this run waits)"
        )
    has_usage = error.usage != Usage()
    return AttemptLost(
        agent_id=request.call.agent_id,
        turn=request.call.turn,
        attempt=attempt,
        kind=error.kind,
        message=clean(message, MESSAGE_LIMIT),
        usage=error.usage,
        cost=ports.price(ports.choice, error.usage, request.model) if has_usage else Cost(),
        retry_in_s=delay,
        http_status=error.http_status,
    )


def _reply_of(turn: TurnFinished) -> ModelReply:
    return ModelReply(
        message=turn.message,
        stop_reason=turn.stop_reason,
        usage=turn.usage,
        model=turn.model,
        request_id=turn.request_id,
        ttft_s=turn.ttft_s,
        elapsed_s=turn.elapsed_s,
    )
