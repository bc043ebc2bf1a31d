"""A ``ModelRequest`` as the body of ``POST /chat/completions``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ladder_tui.domain.message import Message, TextBlock, ToolResultBlock
from ladder_tui.domain.model import ModelRequest, ToolSpec

_encoder = msgspec.json.Encoder()


def encode_request(
    request: ModelRequest,
    *,
    max_tokens_field: str,
    is_schema_enforced: bool,
    extra_body: Mapping[str, Any],
) -> bytes:
    """Return the JSON of a streamed request.

    ``max_tokens_field`` is ``max_tokens``, or ``max_completion_tokens`` where the server has moved
    on. ``extra_body`` is what only one server understands; it wins over the rest. Thinking is not
    sent back: the protocol has no place for it.
    """
    messages: list[dict[str, Any]] = []
    if request.system.strip():
        messages.append({"role": "system", "content": request.system})
    for message in request.messages:
        messages += _assistant(message) if message.role == "assistant" else _user(message)
    body: dict[str, Any] = {
        "model": request.model,
        max_tokens_field: request.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": messages,
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if request.output_schema is not None and is_schema_enforced:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "output", "schema": request.output_schema},
        }
    return _encoder.encode({**body, **extra_body})


def _tool(tool: ToolSpec) -> dict[str, Any]:
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.input_schema,
    }
    return {"type": "function", "function": function}


def _assistant(message: Message) -> list[dict[str, Any]]:
    sent: dict[str, Any] = {"role": "assistant", "content": message.text or None}
    if message.tool_uses:
        sent["tool_calls"] = [
            {
                "id": use.id,
                "type": "function",
                "function": {"name": use.name, "arguments": _encoder.encode(use.input).decode()},
            }
            for use in message.tool_uses
        ]
    elif not message.text:
        sent["content"] = ""
    return [sent]


def _user(message: Message) -> list[dict[str, Any]]:
    """Tool results are messages of their own and must follow the calls directly."""
    sent: list[dict[str, Any]] = []
    texts = []
    for block in message.content:
        if isinstance(block, ToolResultBlock):
            content = f"Error: {block.content}" if block.is_error else block.content
            sent.append({"role": "tool", "tool_call_id": block.tool_use_id, "content": content})
        elif isinstance(block, TextBlock):
            texts.append(block.text)
    if texts or not sent:
        sent.append({"role": "user", "content": "\n\n".join(texts)})
    return sent
