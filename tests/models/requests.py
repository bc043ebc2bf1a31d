"""Requests and listeners for tests of the network clients."""

from __future__ import annotations

from typing import Any

from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.message import Message, user_text
from ladder_tui.domain.model import CallSite, ModelRequest, ToolSpec
from ladder_tui.errors import ModelError
from ladder_tui.models.client import DeltaKind, ModelClient, ignore_delta

GREP = ToolSpec(
    "Grep", "Search files.", {"type": "object", "properties": {"pattern": {"type": "string"}}}
)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"summary": {"type": "string", "maxLength": 80}},
    "required": ["summary"],
}


def a_request(*messages: Message, **fields: Any) -> ModelRequest:
    """A small request; keyword arguments are those of ``ModelRequest``."""
    defaults: dict[str, Any] = {
        "model": "loopback",
        "system": "You review code.",
        "messages": messages or (user_text("Review this."),),
        "max_tokens": 1000,
        "call": CallSite(AgentId("review/1"), "security", 1),
    }
    return ModelRequest(**{**defaults, **fields})


class Heard:
    """Keeps what a client tells while it streams."""

    def __init__(self) -> None:
        self.pieces: list[tuple[DeltaKind, str]] = []

    def __call__(self, kind: DeltaKind, text: str) -> None:
        self.pieces.append((kind, text))

    def text(self, kind: DeltaKind) -> str:
        """All of one kind, joined."""
        return "".join(text for k, text in self.pieces if k == kind)


async def failure(client: ModelClient, request: ModelRequest | None = None) -> ModelError:
    """The error that a call ends with."""
    try:
        await client.complete(request or a_request(), ignore_delta)
    except ModelError as error:
        return error
    raise AssertionError("the call did not fail")
