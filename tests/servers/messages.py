"""A loopback Messages server: ``POST /v1/messages`` with server-sent events.

In a test::

    async with MessagesServer(by_turn(Reply(tools=(Tool("Grep", {"pattern": "x"}),)),
                                      Reply(text="done"))) as server:
        client = AnthropicClient("m", "key", base_url=server.base_url)
        ...
    assert server.count == 2 and server.requests[0].body["stream"] is True

From a synchronous test ``with in_thread(lambda: MessagesServer(...)) as server``; in a process of
its own (it ends with its standard input)::

    python -m tests.servers.messages --port 0 --tokens 60 --token-delay 0.02 --tool

What can go wrong on purpose is ``Reply.fault`` (see ``reply.FAULTS``) and ``Reply.status``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from tests.servers.loopback import GIGANTIC, LoopbackServer, serve_forever
from tests.servers.reply import Reply, Script, ScriptFile, Tool, by_turn, words

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}


def event(name: str, **fields: Any) -> bytes:
    """One server-sent event."""
    data = msgspec.json.encode({"type": name, **fields})
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)


class MessagesServer(LoopbackServer):
    """See the module's docstring and ``LoopbackServer``."""

    path: ClassVar[str] = "/v1/messages"

    def events(self, reply: Reply) -> list[bytes]:
        """The reply as events."""
        blocks = _blocks(reply)
        deltas = sum(len(block) - 2 for block in blocks)
        usage: dict[str, Any] | None = {
            "input_tokens": reply.input_tokens,
            "cache_read_input_tokens": reply.cache_read,
            "cache_creation_input_tokens": reply.cache_creation,
            "output_tokens": 1,
        }
        final: dict[str, Any] | None = {"output_tokens": reply.output_tokens or deltas}
        if reply.fault == "no_usage":
            usage = final = None
        message: dict[str, Any] = {
            "id": "msg_loopback",
            "type": "message",
            "role": "assistant",
            "model": "loopback",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage,
        }
        reason = None if reply.fault == "no_stop_reason" else reply.reason
        delta = {"stop_reason": reason, "stop_sequence": None}
        events = [event("message_start", message=message)]
        for block in blocks:
            # A block's opening travels with its first delta, its end with its last.
            events += (
                [block[0] + block[1], *block[2:-2], b"".join(block[-2:])]
                if len(block) > 3
                else [b"".join(block)]
            )
        events.append(event("message_delta", delta=delta, usage=final) + event("message_stop"))
        return _with_fault(reply, events)

    def error_body(self, reply: Reply) -> bytes:
        """The error in the API's envelope."""
        return msgspec.json.encode({"type": "error", "error": _error(reply, reply.status)})


def _error(reply: Reply, status: int) -> dict[str, Any]:
    error: dict[str, Any] = {
        "type": reply.error_type or ERROR_TYPES.get(status, "api_error"),
        "message": reply.error_message,
    }
    if reply.error_code:
        error["details"] = {"error_code": reply.error_code}
    return error


def _blocks(reply: Reply) -> list[list[bytes]]:
    blocks: list[list[bytes]] = []
    if reply.thinking:
        pieces: list[dict[str, Any]] = [
            {"type": "thinking_delta", "thinking": word} for word in words(reply.thinking)
        ]
        pieces.append({"type": "signature_delta", "signature": "c2lnbmVk"})
        blocks.append(_block(len(blocks), {"type": "thinking", "thinking": ""}, pieces))
    if reply.redacted:
        start = {"type": "redacted_thinking", "data": reply.redacted}
        blocks.append(_block(len(blocks), start, []))
    if reply.text:
        pieces = [{"type": "text_delta", "text": word} for word in words(reply.text)]
        blocks.append(_block(len(blocks), {"type": "text", "text": ""}, pieces))
    for tool in reply.tools:
        blocks.append(_tool_block(len(blocks), tool, is_bad=reply.fault == "bad_tool_json"))
    return blocks


def _tool_block(index: int, tool: Tool, *, is_bad: bool) -> list[bytes]:
    text = msgspec.json.encode(tool.input).decode() if tool.input else ""
    if is_bad:
        text = '{"pattern": "cut o'
    pieces = [
        {"type": "input_json_delta", "partial_json": text[at : at + 12]}
        for at in range(0, len(text), 12)
    ]
    start = {"type": "tool_use", "id": tool.id or f"toolu_{index}", "name": tool.name, "input": {}}
    return _block(index, start, [{"type": "input_json_delta", "partial_json": ""}, *pieces])


def _block(index: int, start: dict[str, Any], deltas: list[dict[str, Any]]) -> list[bytes]:
    return [
        event("content_block_start", index=index, content_block=start),
        *(event("content_block_delta", index=index, delta=delta) for delta in deltas),
        event("content_block_stop", index=index),
    ]


def _with_fault(reply: Reply, events: list[bytes]) -> list[bytes]:
    before = events[: reply.fault_after]
    match reply.fault:
        case "empty":
            return []
        case "end_early" | "cut" | "stall":
            return before
        case "error_event":
            return [*before, event("error", error=_error(reply, 529))]
        case "bad_json":
            return [*before, b'event: content_block_delta\ndata: {"type": "content_bl\n\n', *events]
        case "bad_utf8":
            data = b'{"type":"content_block_delta","delta":{"type":"text_delta","text":"\xff\xfe"}}'
            return [*before, b"event: content_block_delta\ndata: " + data + b"\n\n", *events]
        case "gigantic_line":
            return [*before, b"data: " + b"x" * GIGANTIC]
        case "unknown_events":
            return _with_unknown(events)
    return events


def _with_unknown(events: list[bytes]) -> list[bytes]:
    news = [
        b": a comment\n\n",
        event("ping"),
        event("weather_report", delta="sunny", message=[1, 2]),
        *_block(7, {"type": "hologram", "shape": 3}, [{"type": "hologram_delta", "shape": "x"}]),
    ]
    return [events[0], *news, *events[1:]]


def bench_script(tokens: int, token_delay_s: float, *, has_tool: bool) -> Script:
    """Two turns: text and (where wanted) one tool call, then text."""
    text = "token " * tokens
    last = Reply(text=text, token_delay_s=token_delay_s, output_tokens=tokens)
    if not has_tool:
        return by_turn(last)
    tool = Tool("Grep", {"pattern": "def main"})
    first = Reply(text=text, tools=(tool,), token_delay_s=token_delay_s, output_tokens=tokens)
    return by_turn(first, last)


def main() -> None:
    """Serve in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", type=Path, help="JSON, see tests/servers/reply.py")
    parser.add_argument("--tokens", type=int, default=60)
    parser.add_argument("--token-delay", type=float, default=0.0, help="seconds")
    parser.add_argument("--tool", action="store_true", help="first turn calls a tool")
    options = parser.parse_args()
    if options.script:
        script = msgspec.json.decode(options.script.read_bytes(), type=ScriptFile).script()
    else:
        script = bench_script(options.tokens, options.token_delay, has_tool=options.tool)
    import uvloop

    uvloop.run(serve_forever(MessagesServer(script, keep_requests=False), options.port))


if __name__ == "__main__":
    main()
