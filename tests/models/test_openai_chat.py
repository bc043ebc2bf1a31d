"""The Chat Completions client against a loopback server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ladder_tui.domain.message import (
    Message,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    user_text,
)
from ladder_tui.domain.model import Capabilities
from ladder_tui.domain.usage import Usage
from ladder_tui.models.client import ignore_delta
from ladder_tui.models.openai_chat import BASE_URL, OpenAIChatClient, default_capabilities
from tests.models.requests import GREP, SCHEMA, Heard, a_request, failure
from tests.servers.chat import ChatServer
from tests.servers.reply import FaultName, Reply, Script, Tool

NOTHING = Usage()


@asynccontextmanager
async def connected(
    script: Script | Reply, **options: Any
) -> AsyncIterator[tuple[OpenAIChatClient, ChatServer]]:
    async with ChatServer(script) as server:
        client = OpenAIChatClient("loopback", "sk-secret", base_url=server.base_url, **options)
        try:
            yield client, server
        finally:
            await client.aclose()


async def test_folds_thinking_text_and_tools() -> None:
    reply = Reply(
        thinking="let me see",
        text="I look.",
        tools=(Tool("Grep", {"pattern": "a long pattern"}), Tool("Glob")),
        cache_read=7,
        output_tokens=40,
    )
    heard = Heard()
    async with connected(reply) as (client, _):
        answer = await client.complete(a_request(tools=(GREP,)), heard)
    assert answer.message.content == (
        ThinkingBlock("let me see"),
        TextBlock("I look."),
        ToolUseBlock("call_0", "Grep", {"pattern": "a long pattern"}),
        ToolUseBlock("call_1", "Glob", {}),
    )
    assert answer.stop_reason == "tool_use"
    assert answer.usage == Usage(100, 40, 7)
    assert heard.pieces[0] == ("start", "")
    assert heard.text("text") == "I look."
    assert heard.text("thinking") == "let me see"


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ("end_turn", "end_turn"),
        ("max_tokens", "max_tokens"),
        ("content_filter", "refusal"),
        ("something_new", "something_new"),
    ],
)
async def test_stop_reasons(sent: str, reason: str) -> None:
    async with connected(Reply(text="ok", stop_reason=sent)) as (client, _):
        answer = await client.complete(a_request(), ignore_delta)
    assert answer.stop_reason == reason


async def test_stop_with_tool_calls_is_tool_use() -> None:
    reply = Reply(tools=(Tool("Grep", {"pattern": "x"}),), stop_reason="end_turn")
    async with connected(reply) as (client, _):
        answer = await client.complete(a_request(tools=(GREP,)), ignore_delta)
    assert answer.stop_reason == "tool_use"


async def test_request_in_the_protocols_words() -> None:
    conversation = (
        user_text("go"),
        Message(
            "assistant",
            (ThinkingBlock("hm"), TextBlock("ok"), ToolUseBlock("c1", "Grep", {"pattern": "x"})),
        ),
        Message("user", (ToolResultBlock("c1", "gone", is_error=True), TextBlock("and now?"))),
    )
    asked = a_request(*conversation, tools=(GREP,), output_schema=SCHEMA)
    async with connected(Reply(text="{}"), extra_body={"temperature": 0}) as (client, server):
        await client.complete(asked, ignore_delta)
    body = server.requests[0].body
    assert body["messages"] == [
        {"role": "system", "content": "You review code."},
        {"role": "user", "content": "go"},
        {
            "role": "assistant",
            "content": "ok",
            "tool_calls": [
                {
                    "id": "c1",
                    "type": "function",
                    "function": {"name": "Grep", "arguments": '{"pattern":"x"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "Error: gone"},
        {"role": "user", "content": "and now?"},
    ]
    assert body["stream_options"] == {"include_usage": True}
    assert (body["max_tokens"], body["temperature"]) == (1000, 0)
    assert body["tools"][0]["function"]["parameters"] == GREP.input_schema
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert server.requests[0].headers["authorization"] == "Bearer sk-secret"


async def test_schema_is_sent_only_where_it_is_enforced() -> None:
    weak = Capabilities(False, "prompt", 8192, 1024)
    async with connected(Reply(text="{}"), capabilities=weak) as (client, server):
        await client.complete(a_request(output_schema=SCHEMA), ignore_delta)
    assert "response_format" not in server.requests[0].body


def test_capabilities_by_address() -> None:
    assert default_capabilities(BASE_URL).structured_output == "schema"
    assert not default_capabilities(BASE_URL).is_local
    assert default_capabilities("http://127.0.0.1:8080/v1").is_local
    assert default_capabilities("https://models.example/v1").structured_output == "prompt"
    assert default_capabilities("http://localhost/v1", 2048).max_output_tokens == 2048


@pytest.mark.parametrize(
    ("fault", "kind", "is_retryable", "is_charged"),
    [
        ("hang", "timeout", True, False),
        ("reset", "connection", True, False),
        ("empty", "truncated", True, False),
        ("end_early", "truncated", True, True),
        ("cut", "cut", True, True),
        ("stall", "timeout", True, True),
        ("error_event", "server", True, True),
        ("no_stop_reason", "truncated", True, True),
        ("bad_json", "garbage", True, True),
        ("bad_utf8", "garbage", True, True),
        ("gigantic_line", "garbage", True, True),
        ("bad_tool_json", "garbage", True, True),
        ("html", "garbage", False, False),
    ],
)
async def test_broken_streams(
    fault: FaultName, kind: str, is_retryable: bool, is_charged: bool
) -> None:
    reply = Reply(
        text="one two three four five", tools=(Tool("Grep", {"pattern": "x"}),), fault=fault
    )
    async with connected(reply, read_timeout_s=0.3) as (client, server):
        error = await failure(client)
    assert (error.kind, error.is_retryable) == (kind, is_retryable)
    assert (error.usage != NOTHING) == is_charged
    assert server.count == 1


@pytest.mark.parametrize("fault", ["unknown_events", "late_end", "gzip"])
async def test_odd_but_whole_streams(fault: FaultName) -> None:
    async with connected(Reply(text="one two", fault=fault)) as (client, _):
        answer = await client.complete(a_request(), ignore_delta)
    assert answer.message.text == "one two"


async def test_usage_that_nobody_reports_is_estimated() -> None:
    reply = Reply(text="one two three", fault="no_usage")
    async with connected(reply) as (client, _):
        answer = await client.complete(a_request(), ignore_delta)
    assert answer.usage.is_estimated
    assert answer.usage.input_tokens > 20
    assert answer.usage.output_tokens == 4


@pytest.mark.parametrize(
    ("status", "error_type", "code", "kind"),
    [
        (401, "invalid_request_error", "invalid_api_key", "auth"),
        (404, "", "model_not_found", "not_found"),
        (400, "invalid_request_error", "context_length_exceeded", "too_large"),
        (429, "requests", "rate_limit_exceeded", "rate_limit"),
        (429, "insufficient_quota", "insufficient_quota", "permission"),
        (503, "server_error", "", "server"),
    ],
)
async def test_error_answers(status: int, error_type: str, code: str, kind: str) -> None:
    reply = Reply(status=status, error_type=error_type, error_code=code)
    async with connected(reply) as (client, _):
        error = await failure(client)
    assert (error.kind, error.http_status) == (kind, status)
