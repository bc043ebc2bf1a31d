"""The loopback servers themselves: in a thread, in a process, by script."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from ladder_tui.domain.message import Message, TextBlock, user_text
from ladder_tui.models.anthropic import AnthropicClient
from ladder_tui.models.client import ignore_delta
from ladder_tui.models.openai_chat import OpenAIChatClient
from tests.models.requests import a_request, failure
from tests.servers.loopback import in_process, in_thread
from tests.servers.messages import MessagesServer
from tests.servers.reply import Reply, always, by_match, by_turn, in_order

SECOND_TURN = (user_text("go"), Message("assistant", (TextBlock("hm"),)), user_text("and?"))


def test_serves_from_a_thread() -> None:
    async def ask(url: str) -> str:
        client = AnthropicClient("m", "key", base_url=url)
        reply = await client.complete(a_request(), ignore_delta)
        await client.aclose()
        return reply.message.text

    with in_thread(lambda: MessagesServer(Reply(text="ok"))) as server:
        assert asyncio.run(ask(server.base_url)) == "ok"
    assert server.count == 1


@pytest.mark.parametrize(
    ("module", "suffix"), [("tests.servers.messages", ""), ("tests.servers.chat", "/v1")]
)
async def test_serves_a_script_from_a_process(module: str, suffix: str, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(
        json.dumps(
            {
                "rules": [{"match": "security", "turns": [{"status": 529}]}],
                "turns": [{"text": "first"}, {"text": "second"}],
            }
        )
    )
    async with in_process(module, "--script", str(script)) as url:
        client: AnthropicClient | OpenAIChatClient
        if suffix:
            client = OpenAIChatClient("m", base_url=url + suffix)
        else:
            client = AnthropicClient("m", "key", base_url=url)
        first = await client.complete(a_request(), ignore_delta)
        second = await client.complete(a_request(*SECOND_TURN), ignore_delta)
        error = await failure(client, a_request(user_text("look at security")))
        await client.aclose()
    assert (first.message.text, second.message.text) == ("first", "second")
    assert error.kind == "overloaded"


async def test_scripts_choose_by_turn_arrival_and_text() -> None:
    script = by_match(
        {"retry": in_order(Reply(text="1"), Reply(text="2"), Reply(text="3"))},
        by_match({"turns": by_turn(Reply(text="a"), Reply(text="b"))}, always(Reply(text="z"))),
    )
    asked = [("retry", "1"), ("retry", "2"), ("turns", "a"), ("other", "z"), ("retry", "3")]
    async with MessagesServer(script) as server:
        client = AnthropicClient("m", "key", base_url=server.base_url)
        for text, answer in asked:
            reply = await client.complete(a_request(user_text(text)), ignore_delta)
            assert reply.message.text == answer
        await client.aclose()
    assert [seen.turn for seen in server.requests] == [0] * 5
