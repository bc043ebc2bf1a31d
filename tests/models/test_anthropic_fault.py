"""Everything that can go wrong with a Messages stream, and what is known of it afterwards."""

from __future__ import annotations

import asyncio
import socket

import msgspec
import pytest

from ladder_tui.domain.message import TextBlock, ToolUseBlock
from ladder_tui.domain.usage import Usage
from ladder_tui.models.anthropic import AnthropicClient
from ladder_tui.models.client import ignore_delta
from tests.models.requests import a_request, failure
from tests.servers.messages import MessagesServer
from tests.servers.reply import FaultName, Reply, Tool

NOTHING = Usage()
PART = Usage(100, 4, 7, is_estimated=True)
"""``message_start`` said 100 + 7 cached; three words of text had come, 13 characters."""


def broken(fault: FaultName) -> Reply:
    return Reply(
        text="one two three four five six",
        tools=(Tool("Grep", {"pattern": "a long pattern"}),),
        cache_read=7,
        output_tokens=30,
        fault=fault,
    )


@pytest.mark.parametrize(
    ("fault", "kind", "is_retryable", "usage"),
    [
        ("hang", "timeout", True, NOTHING),
        ("reset", "connection", True, NOTHING),
        ("no_http", "connection", True, NOTHING),
        ("bad_chunk", "connection", True, NOTHING),
        ("empty", "truncated", True, NOTHING),
        ("end_early", "truncated", True, PART),
        ("cut", "cut", True, PART),
        ("stall", "timeout", True, PART),
        ("error_event", "overloaded", True, PART),
        ("no_stop_reason", "truncated", True, Usage(100, 30, 7)),
        ("bad_json", "garbage", True, PART),
        ("bad_utf8", "garbage", True, PART),
        ("gigantic_line", "garbage", True, PART),
        ("bad_tool_json", "garbage", True, Usage(100, 30, 7)),
        ("html", "garbage", False, NOTHING),
    ],
)
async def test_broken_streams(
    fault: FaultName, kind: str, is_retryable: bool, usage: Usage
) -> None:
    async with MessagesServer(broken(fault)) as server:
        client = AnthropicClient("m", "key", base_url=server.base_url, read_timeout_s=0.3)
        error = await failure(client)
        await client.aclose()
    assert (error.kind, error.is_retryable) == (kind, is_retryable)
    assert error.usage == usage
    assert server.count == 1


async def test_transfer_encoding_that_breaks_in_mid_reply() -> None:
    # aiohttp does not tell: the reader would wait for ever.
    reply = msgspec.structs.replace(broken("bad_chunk"), token_delay_s=0.02)
    async with MessagesServer(reply) as server:
        client = AnthropicClient("m", "key", base_url=server.base_url, read_timeout_s=0.3)
        error = await asyncio.wait_for(failure(client), 30)
        await client.aclose()
    assert (error.kind, error.is_retryable, error.usage) == ("timeout", True, PART)


@pytest.mark.parametrize("fault", ["unknown_events", "late_end", "gzip"])
async def test_odd_but_whole_streams(fault: FaultName) -> None:
    async with MessagesServer(broken(fault)) as server:
        client = AnthropicClient("m", "key", base_url=server.base_url)
        reply = await client.complete(a_request(), ignore_delta)
        await client.aclose()
    assert reply.message.content == (
        TextBlock("one two three four five six"),
        ToolUseBlock("toolu_1", "Grep", {"pattern": "a long pattern"}),
    )
    assert reply.usage == Usage(100, 30, 7)


async def test_usage_that_nobody_reports_is_estimated() -> None:
    async with MessagesServer(broken("no_usage")) as server:
        client = AnthropicClient("m", "key", base_url=server.base_url)
        reply = await client.complete(a_request(), ignore_delta)
        await client.aclose()
    assert reply.usage.is_estimated
    assert reply.usage.input_tokens > 20
    assert reply.usage.output_tokens > 5


@pytest.mark.parametrize("reason", ["max_tokens", "refusal"])
async def test_tool_call_that_was_cut_short_is_left_out(reason: str) -> None:
    cut = Reply(text="I look.", tools=(Tool("Grep"),), stop_reason=reason, fault="bad_tool_json")
    bare = Reply(text="I look.", tools=(Tool("Grep"),), stop_reason=reason)
    for script in (cut, bare):
        async with MessagesServer(script) as server:
            client = AnthropicClient("m", "key", base_url=server.base_url)
            reply = await client.complete(a_request(), ignore_delta)
            await client.aclose()
        assert reply.stop_reason == reason
        assert reply.message.content == (TextBlock("I look."),)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request"),
        (401, "auth"),
        (403, "permission"),
        (404, "not_found"),
        (408, "timeout"),
        (409, "server"),
        (413, "too_large"),
        (429, "rate_limit"),
        (500, "server"),
        (529, "overloaded"),
    ],
)
async def test_error_answers(status: int, kind: str) -> None:
    refused = Reply(status=status, error_message="because", headers={"retry-after": "3600"})
    async with MessagesServer(refused) as server:
        client = AnthropicClient("m", "key", base_url=server.base_url)
        error = await failure(client)
        await client.aclose()
    assert (error.kind, error.http_status, error.why) == (kind, status, "because")
    # Told, neither capped nor waited for.
    assert error.retry_after_s == 3600.0
    assert server.count == 1


async def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = AnthropicClient("m", "key", base_url=f"http://127.0.0.1:{unused.getsockname()[1]}")
        error = await failure(client)
        await client.aclose()
    assert (error.kind, error.is_retryable, error.usage) == ("connection", True, NOTHING)
    assert error.next_step


async def test_name_that_does_not_resolve() -> None:
    client = AnthropicClient("m", "key", base_url="http://nowhere.invalid")
    error = await failure(client)
    await client.aclose()
    assert (error.kind, error.is_retryable) == ("connection", True)
