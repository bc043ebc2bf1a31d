"""A ``ModelRequest`` as the body of ``POST /v1/messages``.

The body is encoded once, by msgspec: the SDK's walk over its typed parameters costs more than the
rest of building a request.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.domain.message import (
    ContentBlock,
    Message,
    RedactedThinkingBlock,
    TextBlock,
    ThinkingBlock,
)
from ladder_tui.domain.model import ModelRequest

_CACHE = {"type": "ephemeral"}
_EMPTY = TextBlock("(empty)")

_encoder = msgspec.json.Encoder()


def encode_request(request: ModelRequest, schema: dict[str, Any] | None) -> bytes:
    """Return the JSON of a streamed request.

    Prompt caching is asked for at the end of the tools, of the system prompt and of the last
    message: the next turn repeats all of that. ``schema`` is the JSON Schema to enforce, if any.
    """
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "stream": True,
    }
    if request.tools:
        tools = [msgspec.to_builtins(tool) for tool in request.tools]
        tools[-1]["cache_control"] = _CACHE
        body["tools"] = tools
    if request.system.strip():
        body["system"] = [{"type": "text", "text": request.system, "cache_control": _CACHE}]
    body["messages"] = _messages(request.messages)
    if schema is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
    return _encoder.encode(body)


def _messages(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = [
        {"role": message.role, "content": _content(message)} for message in messages
    ]
    if sent:
        _mark_cached(sent[-1]["content"])
    return sent


def _content(message: Message) -> list[Any]:
    blocks: list[Any] = [block for block in message.content if _is_accepted(block)]
    return blocks or [_EMPTY]


def _is_accepted(block: ContentBlock) -> bool:
    """Tell whether the API takes the block back: blank text and unsigned thinking are refused."""
    if isinstance(block, TextBlock):
        return bool(block.text.strip())
    if isinstance(block, ThinkingBlock):
        return bool(block.signature)
    return True


def _mark_cached(content: list[Any]) -> None:
    last = content[-1]
    if isinstance(last, ThinkingBlock | RedactedThinkingBlock):
        return
    content[-1] = {**msgspec.to_builtins(last), "cache_control": _CACHE}
