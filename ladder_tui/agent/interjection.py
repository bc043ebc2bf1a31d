"""A person's words in an agent's conversation: kept, so that a resume holds the same one."""

from __future__ import annotations

import msgspec

from ladder_tui.agent.ledger_key import interjection_key
from ladder_tui.agent.port import AgentPorts
from ladder_tui.domain.event import Interjected
from ladder_tui.domain.message import Message, TextBlock, user_text
from ladder_tui.domain.model import CallSite

_decode = msgspec.json.Decoder(list[str]).decode


def heard_before(call: CallSite, ports: AgentPorts) -> list[str]:
    """What was said to the agent before this turn, when the turn was taken first."""
    stored = ports.ledger.get(interjection_key(call.agent_id, call.attempt, call.turn))
    return [] if stored is None else _decode(stored)


async def hear(call: CallSite, ports: AgentPorts) -> list[str]:
    """What is said to the agent now; durable when this returns. Not for a turn of the ledger."""
    words = ports.steering.of(call.agent_id).take_words()
    if not words:
        return []
    texts = [each.text for each in words]
    key = interjection_key(call.agent_id, call.attempt, call.turn)
    events = [Interjected(call.agent_id, call.turn, text) for text in texts]
    try:
        await ports.ledger.keep(key, "interjection", msgspec.json.encode(texts), events)
    finally:
        # A stop meanwhile does not take it out of the journal's queue again.
        for each in words:
            each.settle("applied")
    return texts


def add_words(messages: list[Message], texts: list[str]) -> None:
    """Put what was said at the end of the conversation."""
    if texts:
        said = (f"A person who follows your work says:\n{text}" for text in texts)
        add_text(messages, "\n\n".join(said))


def add_text(messages: list[Message], text: str) -> None:
    """Put a text at the end of the conversation.

    A message of the user that stands there is gone on with: providers want roles to alternate.
    """
    if messages and messages[-1].role == "user":
        messages[-1] = Message("user", (*messages[-1].content, TextBlock(text)))
    else:
        messages.append(user_text(text))
