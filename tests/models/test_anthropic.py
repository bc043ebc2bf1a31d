"""The Messages client against a loopback server: requests, replies, connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ladder_tui.domain.message import (
    Message,
    RedactedThinkingBlock,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    user_text,
)
from ladder_tui.domain.model import Capabilities
from ladder_tui.domain.usage import Usage
from ladder_tui.errors import ModelError
from ladder_tui.models.anthropic import BASE_URL, AnthropicClient, default_capabilities
from ladder_tui.models.client import ignore_delta
from ladder_tui.models.endpoint import find_proxy
from tests.models.requests import GREP, SCHEMA, Heard, a_request, failure
from tests.servers.messages import MessagesServer
from tests.servers.reply import Reply, Script, Seen, Tool

ENFORCES = Capabilities(True, "schema", 200_000, 32_000)
CACHE = {"type": "ephemeral"}


@asynccontextmanager
async def connected(
    script: Script | Reply, capabilities: Capabilities | None = None
) -> AsyncIterator[tuple[AnthropicClient, MessagesServer]]:
    async with MessagesServer(script) as server:
        client = AnthropicClient(
            "loopback", "sk-secret", base_url=server.base_url, capabilities=capabilities
        )
        try:
            yield client, server
        finally:
            await client.aclose()


async def test_folds_every_kind_of_block() -> None:
    reply = Reply(
        thinking="let me see",
        redacted="b64",
        text="I look.",
        tools=(Tool("Grep", {"pattern": "a b"}), Tool("Glob")),
        cache_read=7,
        cache_creation=5,
        output_tokens=40,
    )
    heard = Heard()
    async with connected(reply) as (client, _):
        answer = await client.complete(a_request(tools=(GREP,)), heard)
    assert answer.message.content == (
        ThinkingBlock("let me see", "c2lnbmVk"),
        RedactedThinkingBlock("b64"),
        TextBlock("I look."),
        ToolUseBlock("toolu_3", "Grep", {"pattern": "a b"}),
        ToolUseBlock("toolu_4", "Glob", {}),
    )
    assert answer.stop_reason == "tool_use"
    assert answer.usage == Usage(100, 40, 7, 5)
    assert (answer.model, answer.request_id) == ("loopback", "req_1")
    assert heard.pieces[0] == ("start", "")
    assert heard.text("thinking") == "let me see"
    assert heard.text("text") == "I look."
    assert heard.text("tool") == '{"pattern":"a b"}'


async def test_tells_each_chunk_once() -> None:
    reply = Reply(text="one two three four", token_delay_s=0.02)
    heard = Heard()
    async with connected(reply) as (client, _):
        await client.complete(a_request(), heard)
    assert len(heard.pieces) > 2
    assert heard.text("text") == "one two three four"


async def test_request_asks_for_caching_and_a_stream() -> None:
    async with connected(Reply(text="ok")) as (client, server):
        await client.complete(a_request(tools=(GREP, GREP)), ignore_delta)
    body = server.requests[0].body
    assert body["stream"] is True
    assert body["max_tokens"] == 1000
    assert body["system"] == [{"type": "text", "text": "You review code.", "cache_control": CACHE}]
    assert [tool.get("cache_control") for tool in body["tools"]] == [None, CACHE]
    assert set(body["tools"][0]) == {"name", "description", "input_schema"}
    assert body["messages"][-1]["content"][-1]["cache_control"] == CACHE
    assert "output_config" not in body


async def test_conversation_goes_back_as_it_came() -> None:
    turn = Message(
        "assistant",
        (
            ThinkingBlock("signed", "sig"),
            ThinkingBlock("unsigned"),
            RedactedThinkingBlock("b64"),
            TextBlock("  "),
            ToolUseBlock("t1", "Grep", {"pattern": "x"}),
        ),
    )
    results = Message("user", (ToolResultBlock("t1", "no such file", is_error=True),))
    asked = a_request(user_text("go"), turn, results, Message("assistant", ()), system=" ")
    async with connected(Reply(text="ok")) as (client, server):
        await client.complete(asked, ignore_delta)
    body = server.requests[0].body
    assert "system" not in body
    assert body["messages"][1]["content"] == [
        {"type": "thinking", "thinking": "signed", "signature": "sig"},
        {"type": "redacted_thinking", "data": "b64"},
        {"type": "tool_use", "id": "t1", "name": "Grep", "input": {"pattern": "x"}},
    ]
    assert body["messages"][2]["content"] == [
        {"type": "tool_result", "tool_use_id": "t1", "content": "no such file", "is_error": True}
    ]
    assert body["messages"][3]["content"][0]["text"] == "(empty)"


async def test_schema_is_enforced_where_the_server_can() -> None:
    async with connected(Reply(text="{}"), ENFORCES) as (client, server):
        await client.complete(a_request(output_schema=SCHEMA), ignore_delta)
        await client.complete(a_request(output_schema=dict(SCHEMA)), ignore_delta)
    sent = server.requests[1].body["output_config"]["format"]
    assert sent["type"] == "json_schema"
    assert sent["schema"]["additionalProperties"] is False
    assert "maxLength" not in sent["schema"]["properties"]["summary"]


async def test_schema_that_the_sdk_cannot_read_goes_out_as_it_is() -> None:
    schema: dict[str, Any] = {"properties": {"x": {}}}
    async with connected(Reply(text="{}"), ENFORCES) as (client, server):
        await client.complete(a_request(output_schema=schema), ignore_delta)
    assert server.requests[0].body["output_config"]["format"]["schema"] == schema


async def test_other_servers_get_old_headers_and_no_schema() -> None:
    async with connected(Reply(text="{}")) as (client, server):
        await client.complete(a_request(output_schema=SCHEMA), ignore_delta)
    headers = server.requests[0].headers
    assert headers["x-api-key"] == "sk-secret"
    assert headers["authorization"] == "Bearer sk-secret"
    assert headers["anthropic-version"] == "2023-06-01"
    assert "output_config" not in server.requests[0].body
    assert client.capabilities.structured_output == "prompt"


def test_anthropic_enforces_schemas() -> None:
    assert default_capabilities(BASE_URL).structured_output == "schema"
    assert default_capabilities("", 1_000_000).context_window == 1_000_000
    assert default_capabilities("https://anthropic.com.evil.test").structured_output == "prompt"


async def test_base_url_may_end_in_a_version() -> None:
    async with MessagesServer(Reply(text="ok")) as server:
        client = AnthropicClient("m", "key", base_url=f"{server.base_url}/v1/")
        answer = await client.complete(a_request(), ignore_delta)
        await client.aclose()
    assert answer.message.text == "ok"


async def test_one_connection_serves_call_after_call() -> None:
    async with connected(Reply(text="ok")) as (client, server):
        for _ in range(5):
            await client.complete(a_request(), ignore_delta)
    assert (server.count, server.connections) == (5, 1)


async def test_400_streams_run_at_once() -> None:
    everyone = asyncio.Event()

    def script(seen: Seen) -> Reply:
        if seen.number == 400:
            everyone.set()
        return Reply(text="one two three", fault="stall")

    async with connected(script) as (client, server):
        calls = [
            asyncio.create_task(client.complete(a_request(), ignore_delta)) for _ in range(400)
        ]
        await asyncio.wait_for(everyone.wait(), 60)
        assert server.active == 400
        for call in calls:
            call.cancel()
        ends = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(end) for end in ends} == {asyncio.CancelledError}


async def test_cancelling_closes_the_connection() -> None:
    async with connected(Reply(text="one two three", fault="stall")) as (client, server):
        begun = asyncio.Event()
        task = asyncio.create_task(client.complete(a_request(), lambda kind, text: begun.set()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.has_aborted.wait(), 5)


async def test_cancelling_before_an_answer_closes_the_connection() -> None:
    async with connected(Reply(fault="hang")) as (client, server):
        task = asyncio.create_task(client.complete(a_request(), ignore_delta))
        await asyncio.wait_for(server.has_request.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.has_aborted.wait(), 5)


@pytest.fixture
def no_proxy_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.usefixtures("no_proxy_settings")
async def test_proxy_of_the_environment_is_used_with_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with MessagesServer(Reply(text="ok")) as server:
        address = server.base_url.replace("//", "//me:pass%20word@")
        monkeypatch.setenv("http_proxy", address)
        client = AnthropicClient("m", "key", base_url="http://models.invalid")
        answer = await client.complete(a_request(), ignore_delta)
        await client.aclose()
    assert answer.message.text == "ok"
    assert server.requests[0].headers["host"] == "models.invalid"
    assert server.requests[0].headers["proxy-authorization"] == "Basic bWU6cGFzcyB3b3Jk"


@pytest.mark.usefixtures("no_proxy_settings")
def test_addresses_that_need_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", "inside.invalid")
    assert find_proxy("https://models.invalid/v1") == ("http://proxy.invalid:3128", {})
    assert find_proxy("https://inside.invalid/v1") is None
    assert find_proxy("http://models.invalid/v1") is None
    monkeypatch.setenv("all_proxy", "socks5://proxy.invalid")
    assert find_proxy("http://models.invalid/v1") is None


async def test_proxy_of_the_environment_is_not_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with connected(Reply(text="ok")) as (client, _):
        answer = await client.complete(a_request(), ignore_delta)
    assert answer.message.text == "ok"


async def test_key_does_not_follow_a_redirect() -> None:
    async with MessagesServer(Reply(text="stolen")) as elsewhere:
        away = Reply(status=307, headers={"location": f"{elsewhere.base_url}/v1/messages"})
        async with connected(away) as (client, _):
            error = await failure(client)
    assert (error.kind, error.http_status, error.is_retryable) == ("server", 307, True)
    assert elsewhere.count == 0


async def test_key_that_a_server_repeats_is_not_shown() -> None:
    reply = Reply(status=401, error_message="invalid key sk-secret")
    async with connected(reply) as (client, _):
        error = await failure(client)
    assert error.kind == "auth"
    assert "sk-secret" not in str(error)


@pytest.mark.parametrize("url", ["localhost:80", "ftp://x", "http://", "http://a:b", "http://a b"])
def test_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ModelError) as caught:
        AnthropicClient("m", "key", base_url=url)
    assert caught.value.kind == "setup"


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "schlüssel"])
def test_key_that_is_none_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ModelError) as caught:
        AnthropicClient("m", key)
    assert caught.value.kind == "setup"
    assert not key or key not in str(caught.value)
