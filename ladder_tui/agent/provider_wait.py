"""A call waits for its provider together with the calls of all other agents, and says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from ladder_tui.agent.port import AgentPorts
from ladder_tui.agent.retry import MAX_RETRY_AFTER_S
from ladder_tui.domain.event import ProviderPaused
from ladder_tui.domain.model import ModelRequest
from ladder_tui.errors import ModelError
from ladder_tui.models.admission import Admission, Ticket
from ladder_tui.models.client import DeltaKind, OnDelta

LOOK_S = 1.0
"""The longest sleep before a call looks again: a provider may be back earlier than was thought."""


@asynccontextmanager
async def admitted(
    request: ModelRequest, ports: AgentPorts, hold: Callable[[], Awaitable[object]]
) -> AsyncIterator[OnDelta]:
    """Hold a place at the provider for one call; how it ends is told to all that wait.

    Gives where the call reports what streams. Raises ModelError, not to be tried again, when the
    provider keeps calls waiting longer than a run waits.
    """
    admission = ports.admission
    ticket = await _ticket(request, ports, hold)
    try:
        yield _listener(ports.meter(request.call.agent_id).delta, admission, ticket)
    except ModelError as error:
        pause = admission.failed(ticket, error)
        if pause is not None:
            ports.emit(ProviderPaused(*pause))
        raise
    except BaseException:
        admission.abandoned(ticket)
        raise
    admission.answered(ticket)


async def _ticket(
    request: ModelRequest, ports: AgentPorts, hold: Callable[[], Awaitable[object]]
) -> Ticket:
    began = ports.clock()
    while True:
        entered = ports.admission.enter()
        if isinstance(entered, Ticket):
            return entered
        if max(entered, ports.clock() - began) > MAX_RETRY_AFTER_S:
            raise _given_up(ports.admission, max(entered, ports.clock() - began))
        text = f"waits for {ports.admission.provider}, {max(1.0, entered):.0f} s"
        ports.meter(request.call.agent_id).activity(text)
        await asyncio.sleep(min(entered, LOOK_S))
        await hold()


def _listener(delta: OnDelta, admission: Admission, ticket: Ticket) -> OnDelta:
    """Only a probe is listened to: the others need not wait for the end of its reply."""
    if not ticket.is_probe:
        return delta

    def listen(kind: DeltaKind, text: str) -> None:
        if kind == "start":
            admission.answered(ticket)
        delta(kind, text)

    return listen


def _given_up(admission: Admission, waited_s: float) -> ModelError:
    last = admission.last_failure
    return ModelError(
        f"{admission.provider} keeps calls waiting for {waited_s:.0f} s, more than the"
        f" {MAX_RETRY_AFTER_S:.0f} s this run waits; this one was not sent",
        kind=last.kind if last is not None else "overloaded",
        why=last.what if last is not None else "",
        next_step="resume the run when the provider is back",
    )
