"""What every model client promises."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.message import Message, ToolResultBlock, user_text
from ladder_tui.domain.model import CallSite, ModelReply, ModelRequest, ToolSpec
from ladder_tui.domain.usage import Usage
from ladder_tui.errors import ModelError
from ladder_tui.models.client import DeltaKind, ModelClient, ignore_delta
from tests.contract.model_clients import (
    FACTORIES,
    SCHEMA,
    STRUCTURED,
    TEXT,
    TOOL,
    TOOL_INPUT,
    Factory,
)

GREP = ToolSpec(TOOL, "Search files.", {"type": "object", "properties": {}})

every_client = pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES.keys())


def request(
    *messages: Message, tools: tuple[ToolSpec, ...] = (), schema: dict[str, object] | None = None
) -> ModelRequest:
    return ModelRequest(
        model="loopback",
        system="You review code.",
        messages=messages or (user_text("Review this."),),
        max_tokens=1000,
        call=CallSite(AgentId("review/1"), "security", 1),
        tools=tools,
        output_schema=schema,
    )


async def ask(client: ModelClient, asked: ModelRequest) -> tuple[ModelReply, list[tuple[str, str]]]:
    heard: list[tuple[str, str]] = []

    def listen(kind: DeltaKind, text: str) -> None:
        heard.append((kind, text))

    return await client.complete(asked, listen), heard


@every_client
async def test_says_what_it_is(factory: Factory, tmp_path: Path) -> None:
    async with factory("text", tmp_path) as client:
        assert "/" in client.label
        assert client.capabilities.context_window > 0
        assert client.capabilities.max_output_tokens > 0


@every_client
async def test_answers_text_and_tells_it_as_it_comes(factory: Factory, tmp_path: Path) -> None:
    async with factory("text", tmp_path) as client:
        reply, heard = await ask(client, request())
    assert reply.message.role == "assistant"
    assert reply.message.text == TEXT
    assert reply.stop_reason == "end_turn"
    assert heard[0] == ("start", "")
    assert [kind for kind, _ in heard].count("start") == 1
    assert "".join(text for kind, text in heard if kind == "text") == TEXT
    assert 0 <= reply.ttft_s <= reply.elapsed_s


@every_client
async def test_reports_usage(factory: Factory, tmp_path: Path) -> None:
    async with factory("text", tmp_path) as client:
        reply, _ = await ask(client, request())
    assert reply.usage.context_tokens > 0
    assert reply.usage.output_tokens > 0


@every_client
async def test_calls_a_tool_and_takes_its_result(factory: Factory, tmp_path: Path) -> None:
    async with factory("tool", tmp_path) as client:
        if not client.capabilities.has_tools:
            pytest.skip("has no tools")
        first = request(tools=(GREP,))
        reply, _ = await ask(client, first)
        assert reply.stop_reason == "tool_use"
        (use,) = reply.message.tool_uses
        assert (use.name, use.input) == (TOOL, TOOL_INPUT)
        assert use.id
        result = Message("user", (ToolResultBlock(use.id, "no match"),))
        second = request(*first.messages, reply.message, result, tools=(GREP,))
        again, _ = await ask(client, second)
    assert again.message.content


@every_client
async def test_gives_structured_output(factory: Factory, tmp_path: Path) -> None:
    async with factory("structured", tmp_path) as client:
        if client.capabilities.structured_output == "none":
            pytest.skip("has no structured output")
        reply, _ = await ask(client, request(schema=SCHEMA))
    assert json.loads(reply.message.text) == STRUCTURED


@every_client
async def test_failure_is_a_model_error(factory: Factory, tmp_path: Path) -> None:
    async with factory("failure", tmp_path) as client:
        with pytest.raises(ModelError) as caught:
            await ask(client, request())
    assert caught.value.kind == "overloaded"
    assert caught.value.is_retryable
    assert isinstance(caught.value.usage, Usage)
    assert client.label in str(caught.value)


@every_client
async def test_refused_key_is_not_tried_again(factory: Factory, tmp_path: Path) -> None:
    async with factory("auth", tmp_path) as client:
        with pytest.raises(ModelError) as caught:
            await ask(client, request())
    assert caught.value.kind == "auth"
    assert not caught.value.is_retryable


@every_client
async def test_can_be_cancelled(factory: Factory, tmp_path: Path) -> None:
    async with factory("slow", tmp_path) as client:
        begun = asyncio.Event()

        def listen(kind: DeltaKind, text: str) -> None:
            begun.set()

        task = asyncio.create_task(client.complete(request(), listen))
        await asyncio.wait_for(begun.wait(), 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 10)


@every_client
async def test_many_calls_at_once_do_not_mix(factory: Factory, tmp_path: Path) -> None:
    async with factory("text", tmp_path) as client:
        calls = [client.complete(request(), ignore_delta) for _ in range(20)]
        replies = await asyncio.gather(*calls)
    assert {reply.message.text for reply in replies} == {TEXT}


@every_client
async def test_can_be_closed_twice(factory: Factory, tmp_path: Path) -> None:
    async with factory("text", tmp_path) as client:
        await ask(client, request())
        await client.aclose()
        await client.aclose()
