"""A request made to fit what its budget leaves, and the agent told when it is its last."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from ladder_tui.agent.budget import Reservation
from ladder_tui.agent.interjection import add_text
from ladder_tui.domain.event import CallClipped, Event
from ladder_tui.domain.model import ModelRequest


def within_reservation(
    request: ModelRequest, held: Reservation, emit: Callable[[Event], None]
) -> ModelRequest:
    """The request as it is sent. Its ledger key stays that of the request as it was wanted.

    Where the budget leaves no other call there are no tools: the model answers with what it has.
    """
    call = request.call
    if held.clipped_by:
        wanted = request.max_tokens
        emit(CallClipped(call.agent_id, call.turn, held.max_tokens, wanted, held.clipped_by))
    if not held.is_last:
        return msgspec.structs.replace(request, max_tokens=held.max_tokens)
    messages = list(request.messages)
    if request.tools:
        text = (
            "The budget leaves one more reply, of at most"
            f" {held.max_tokens} tokens: finish now with what you have."
        )
        add_text(messages, text)
    return msgspec.structs.replace(
        request, max_tokens=held.max_tokens, messages=tuple(messages), tools=()
    )
