"""Choices become clients."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ladder_tui.domain.model import ModelChoice
from ladder_tui.errors import ModelError
from ladder_tui.models.client import ModelClient, ignore_delta
from ladder_tui.models.registry import open_model
from tests.models.requests import a_request
from tests.servers.chat import ChatServer
from tests.servers.messages import MessagesServer
from tests.servers.reply import Reply


async def opened(choice: ModelChoice, tmp_path: Path, **environ: str) -> ModelClient:
    return await open_model(choice, environ=environ, cache=tmp_path, state=tmp_path)


async def test_messages_server_with_a_key(tmp_path: Path) -> None:
    async with MessagesServer(Reply(text="ok")) as server:
        choice = ModelChoice(
            "anthropic", "m", server.base_url, api_key_env="MY_KEY", context_window=5000
        )
        client = await opened(choice, tmp_path, MY_KEY=" sk-mine\n")
        reply = await client.complete(a_request(), ignore_delta)
        await client.aclose()
    assert reply.message.text == "ok"
    assert server.requests[0].headers["x-api-key"] == "sk-mine"
    assert client.label == "anthropic/m"
    assert client.capabilities.context_window == 5000


async def test_user_knows_better_what_a_server_can(tmp_path: Path) -> None:
    choice = ModelChoice("anthropic", "m", "http://127.0.0.1:9", structured_output="schema")
    client = await opened(choice, tmp_path)
    await client.aclose()
    assert client.capabilities.structured_output == "schema"


async def test_scenario(tmp_path: Path) -> None:
    path = tmp_path / "hello.yaml"
    path.write_text("replies:\n  - text: hello\n")
    client = await opened(ModelChoice("scripted", "hello", script=str(path)), tmp_path)
    reply = await client.complete(a_request(), ignore_delta)
    await client.aclose()
    assert reply.message.text == "hello"


async def test_chat_server_without_a_key(tmp_path: Path) -> None:
    async with ChatServer(Reply(text="ok")) as server:
        choice = ModelChoice("openai_chat", "m", server.base_url)
        client = await opened(choice, tmp_path)
        reply = await client.complete(a_request(), ignore_delta)
        await client.aclose()
    assert reply.message.text == "ok"


@pytest.mark.parametrize("provider", ["anthropic", "openai_chat"])
async def test_missing_key_is_said_before_anything_is_sent(provider: str, tmp_path: Path) -> None:
    choice = ModelChoice(provider, "m", api_key_env="MY_KEY")  # type: ignore[arg-type]
    with pytest.raises(ModelError) as caught:
        await opened(choice, tmp_path)
    assert caught.value.kind == "setup"
    assert "MY_KEY" in str(caught.value)


async def test_window_of_a_known_model(tmp_path: Path) -> None:
    choice = ModelChoice("anthropic", "claude-3-5-sonnet-latest", api_key_env="K")
    client = await opened(choice, tmp_path, K="key")
    await client.aclose()
    assert client.capabilities.context_window == 200_000
    assert client.capabilities.structured_output == "schema"


def test_importing_loads_no_sdk() -> None:
    code = (
        "import sys, ladder_tui.models.registry;"
        "heavy = {'anthropic', 'openai', 'httpx2', 'aiohttp', 'pydantic', 'genai_prices',"
        " 'tiktoken', 'xllamacpp'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
