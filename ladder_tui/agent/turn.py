"""One turn: from the ledger if it was bought before, else bought, with visible retries."""

from __future__ import annotations

import asyncio

import msgspec

from ladder_tui.agent.budget import Reservation
from ladder_tui.agent.ledger_key import prompt_hash, turn_key
from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.retry import MAX_RETRY_AFTER_S, retry_delay_s
from ladder_tui.domain.event import AttemptLost, TurnFinished, TurnReused, TurnStarted
from ladder_tui.domain.model import ModelReply, ModelRequest
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.errors import ModelError
from ladder_tui.models.price import worst_case
from ladder_tui.models.token import estimate_request

_decode_turn = msgspec.json.Decoder(TurnFinished).decode


class Turn(msgspec.Struct, frozen=True):
    """A finished turn and what it cost, lost attempts included."""

    reply: ModelReply
    usage: Usage
    cost: Cost
    is_reused: bool


async def take_turn(request: ModelRequest, ports: AgentPorts) -> Turn:
    """Answer ``request`` from the ledger or from the model.

    Raises ModelError when the model gives up, BudgetError when the budget refuses the call.
    """
    key = turn_key(ports.choice.label, request)
    call = request.call
    stored = ports.ledger.get(key)
    if stored is not None:
        turn = _decode_turn(stored)
        ports.emit(TurnReused(call.agent_id, call.turn, key))
        return Turn(_reply_of(turn), turn.usage, turn.cost, is_reused=True)
    await ports.gate.wait()
    estimate = estimate_request(request)
    ceiling = worst_case(ports.choice, estimate, request.max_tokens)
    lost = (Usage(), Cost())
    attempt = 0
    while True:
        attempt += 1
        async with ports.budget.reserve(
            estimate + request.max_tokens, ceiling.nano_usd
        ) as reservation:
            # Written before the request is sent: after a kill, a call that may have been made
            # must be known, to be shown and charged.
            await ports.ledger.announce(
                TurnStarted(
                    call.agent_id, call.turn, attempt, prompt_hash(request), estimate,
                    request.max_tokens,
                )
            )  # fmt: skip
            try:
                finished = await _attempt(request, ports, attempt, key, estimate, reservation)
            except ModelError as error:
                delay = retry_delay_s(error, attempt, ports.random())
                event = _lost(request, ports, attempt, error, delay)
                reservation.settle(event.usage, event.cost)
                lost = (lost[0] + event.usage, lost[1] + event.cost)
                ports.emit(event)
                if delay is None:
                    raise
            else:
                return Turn(
                    _reply_of(finished),
                    finished.usage + lost[0],
                    finished.cost + lost[1],
                    is_reused=False,
                )
        ports.meter(call.agent_id).activity(f"retry in {delay:.1f} s")
        await asyncio.sleep(delay)
        await ports.gate.wait()


async def _attempt(
    request: ModelRequest,
    ports: AgentPorts,
    attempt: int,
    key: str,
    estimate: int,
    reservation: Reservation,
) -> TurnFinished:
    meter = ports.meter(request.call.agent_id)
    meter.activity("waiting for model" if attempt == 1 else f"waiting, attempt {attempt}")
    try:
        reply = await ports.client.complete(request, meter.delta)
    except asyncio.CancelledError:
        # The provider bills what it has read and written by now, so the meter must hold it.
        usage = Usage(estimate, meter.output_tokens, is_estimated=True)
        cost = ports.price(ports.choice, usage, request.model)
        lost = AttemptLost(
            request.call.agent_id, request.call.turn, attempt, "cancelled",
            "stopped in mid-call; its usage is an estimate", usage, cost,
        )  # fmt: skip
        reservation.settle(usage, cost)
        ports.emit(lost)
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
        ledger_key=key,
    )
    # A reply that arrived is paid for: it counts, and its row is written, even when this task is
    # cancelled while it waits for the disk.
    reservation.settle(turn.usage, turn.cost)
    await ports.ledger.buy(
        key, turn.agent_id, msgspec.json.encode(turn), turn.usage, turn.cost, (turn,)
    )
    return turn


def _lost(
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
        message=message,
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
