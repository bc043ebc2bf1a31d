"""A loopback Chat Completions server: ``POST /v1/chat/completions`` with server-sent events.

Used like ``messages.MessagesServer``, with the same replies, scripts and faults::

    async with ChatServer(Reply(text="hello")) as server:
        client = OpenAIChatClient("m", "key", base_url=server.base_url)

    python -m tests.servers.chat --port 0 --script FILE
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from tests.servers.loopback import GIGANTIC, LoopbackServer, serve_forever
from tests.servers.reply import Reply, ScriptFile, Tool, words

FINISH_REASONS = {"end_turn": "stop", "tool_use": "tool_calls", "max_tokens": "length"}
DONE = b"data: [DONE]\n\n"


def chunk_event(choice: dict[str, Any] | None, usage: dict[str, Any] | None = None) -> bytes:
    """One chunk of a reply as an event."""
    body = {
        "id": "chatcmpl-loopback",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "loopback",
        "choices": [] if choice is None else [{"index": 0, "finish_reason": None, **choice}],
        "usage": usage,
    }
    return b"data: %b\n\n" % msgspec.json.encode(body)


class ChatServer(LoopbackServer):
    """See the module's docstring and ``LoopbackServer``. ``base_url`` includes ``/v1``."""

    path: ClassVar[str] = "/v1/chat/completions"

    @property
    def base_url(self) -> str:
        """The address for a client's ``base_url``."""
        return f"{super().base_url}/v1"

    def events(self, reply: Reply) -> list[bytes]:
        """The reply as events."""
        deltas: list[dict[str, Any]] = [
            {"reasoning_content": word} for word in words(reply.thinking)
        ]
        deltas += [{"content": word} for word in words(reply.text)]
        is_bad = reply.fault == "bad_tool_json"
        for index, tool in enumerate(reply.tools):
            deltas += _tool_deltas(index, tool, is_bad=is_bad)
        reason = FINISH_REASONS.get(reply.reason, reply.reason)
        events = [chunk_event({"delta": {"role": "assistant", "content": ""}})]
        events += [chunk_event({"delta": delta}) for delta in deltas]
        last = b""
        if reply.fault != "no_stop_reason":
            last += chunk_event({"delta": {}, "finish_reason": reason})
        if reply.fault != "no_usage":
            last += chunk_event(None, _usage(reply, len(deltas)))
        return _with_fault(reply, [*events, last + DONE])

    def error_body(self, reply: Reply) -> bytes:
        """The error in the protocol's envelope."""
        return msgspec.json.encode({"error": _error(reply)})


def _error(reply: Reply) -> dict[str, Any]:
    return {
        "message": reply.error_message,
        "type": reply.error_type or None,
        "param": None,
        "code": reply.error_code or None,
    }


def _usage(reply: Reply, deltas: int) -> dict[str, Any]:
    return {
        "prompt_tokens": reply.input_tokens + reply.cache_read,
        "completion_tokens": reply.output_tokens or deltas,
        "total_tokens": reply.input_tokens + reply.cache_read + (reply.output_tokens or deltas),
        "prompt_tokens_details": {"cached_tokens": reply.cache_read},
    }


def _tool_deltas(index: int, tool: Tool, *, is_bad: bool) -> list[dict[str, Any]]:
    text = '{"pattern": "cut o' if is_bad else msgspec.json.encode(tool.input).decode()
    first = {
        "index": index,
        "id": tool.id or f"call_{index}",
        "type": "function",
        "function": {"name": tool.name, "arguments": ""},
    }
    pieces = [
        {"index": index, "function": {"arguments": text[at : at + 12]}}
        for at in range(0, len(text), 12)
    ]
    return [{"tool_calls": [piece]} for piece in (first, *pieces)]


def _with_fault(reply: Reply, events: list[bytes]) -> list[bytes]:
    before = events[: reply.fault_after]
    match reply.fault:
        case "empty":
            return []
        case "end_early" | "cut" | "stall":
            return before
        case "error_event":
            return [*before, b"data: %b\n\n" % msgspec.json.encode({"error": _error(reply)})]
        case "bad_json":
            return [*before, b'data: {"choices": [{\n\n', *events]
        case "bad_utf8":
            return [*before, b'data: {"choices":[{"delta":{"content":"\xff\xfe"}}]}\n\n', *events]
        case "gigantic_line":
            return [*before, b"data: " + b"x" * GIGANTIC]
        case "unknown_events":
            news = b': a comment\n\ndata: {"object":"weather.report","wind":[1,2]}\n\n'
            return [events[0], news, *events[1:]]
    return events


def main() -> None:
    """Serve in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", type=Path, help="JSON, see tests/servers/reply.py")
    options = parser.parse_args()
    file = ScriptFile()
    if options.script:
        file = msgspec.json.decode(options.script.read_bytes(), type=ScriptFile)
    import uvloop

    server = ChatServer(file.script(), keep_requests=False)
    uvloop.run(serve_forever(server, options.port))


if __name__ == "__main__":
    main()
