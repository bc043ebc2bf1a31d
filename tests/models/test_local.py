"""The embedded model for real: its weights, its shared server, its replies."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ladder_tui.config import user_cache
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.message import Message, TextBlock, user_text
from ladder_tui.domain.model import CallSite, ModelChoice, ModelRequest
from ladder_tui.errors import ModelError
from ladder_tui.models.client import ignore_delta
from ladder_tui.models.local import LocalClient, open_local
from ladder_tui.models.local_address import (
    ServerAddress,
    ServerFiles,
    ServerOptions,
    ensure_server,
    stop_servers,
)
from ladder_tui.models.openai_chat import OpenAIChatClient
from ladder_tui.models.weights import fetch_weights
from ladder_tui.process.leftover import is_alive

CHOICE = ModelChoice("local", "smollm2-135m", is_free=True)
SCHEMA = {
    "type": "object",
    "properties": {"is_ok": {"type": "boolean"}},
    "required": ["is_ok"],
    "additionalProperties": False,
}


@pytest.fixture(scope="session")
def cache() -> Path:
    """The user's cache, with the weights in it: fetched now where they are missing."""
    fetch_weights(user_cache())
    return user_cache()


def wait_for_end(address: ServerAddress) -> None:
    deadline = time.monotonic() + 15
    while is_alive(address.pid, address.start_ticks):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def end_servers(folder: Path) -> None:
    paths = folder.glob("server-*.json")
    addresses = [msgspec.json.decode(path.read_bytes(), type=ServerAddress) for path in paths]
    stop_servers(folder)
    for address in addresses:
        wait_for_end(address)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """State of one server for all tests that do not harm it."""
    folder = tmp_path_factory.mktemp("state")
    yield folder
    end_servers(folder / "local")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """State for the tests that end their servers."""
    yield tmp_path / "own"
    end_servers(tmp_path / "own" / "local")


def request(text: str = "Say hello.", **changes: Any) -> ModelRequest:
    call = CallSite(AgentId("step/a"), "a", 1)
    schema, begin = changes.pop("schema", None), changes.pop("begin", "")
    messages = [user_text(text)]
    if begin:
        messages.append(Message("assistant", (TextBlock(begin),)))
    tokens = changes.pop("max_tokens", 12)
    return ModelRequest("smollm2-135m", "Be brief.", tuple(messages), tokens, call, (), schema)


def files_of(cache: Path, state: Path) -> ServerFiles:
    weights = next((cache / "weights").glob("*.gguf"))
    return ServerFiles(state / "local", ServerOptions(weights, 8192))


def address_of(cache: Path, state: Path) -> ServerAddress:
    address = files_of(cache, state).read()
    assert address is not None
    return address


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_a_reply_streams_and_is_the_same_again(cache: Path, shared: Path) -> None:
    client = await open_local(CHOICE, cache=cache, state=shared)
    deltas: list[tuple[str, str]] = []
    reply = await client.complete(request(), lambda kind, text: deltas.append((kind, text)))
    assert client.label == "local/smollm2-135m"
    assert not client.capabilities.has_tools
    assert client.capabilities.structured_output == "none"
    assert client.capabilities.context_window == 8192
    assert client.capabilities.is_local
    assert deltas[0] == ("start", "")
    assert "".join(text for kind, text in deltas if kind == "text") == reply.message.text != ""
    assert 0 < reply.usage.output_tokens <= 12
    assert reply.usage.input_tokens > 5
    assert not reply.usage.is_estimated
    others = await asyncio.gather(*[client.complete(request(), ignore_delta) for _ in range(3)])
    assert {other.message.text for other in others} == {reply.message.text}
    await client.aclose()


async def test_the_token_limit_is_kept_and_a_begun_reply_goes_on(cache: Path, shared: Path) -> None:
    client = await open_local(CHOICE, cache=cache, state=shared)
    reply = await client.complete(
        request("Count to ten.", begin="1, 2, 3, 4,", max_tokens=3), ignore_delta
    )
    assert reply.stop_reason == "max_tokens"
    assert reply.usage.output_tokens == 3
    assert reply.message.text.strip().startswith("5")


async def test_a_prompt_over_the_window_is_too_large(cache: Path, shared: Path) -> None:
    client = await open_local(CHOICE, cache=cache, state=shared)
    with pytest.raises(ModelError) as raised:
        await client.complete(request("word " * 9000), ignore_delta)
    assert raised.value.kind == "too_large"


async def test_a_named_file_may_enforce_a_schema(cache: Path, shared: Path) -> None:
    weights = next((cache / "weights").glob("*.gguf"))
    choice = ModelChoice("local", "mine", weights=str(weights), structured_output="schema")
    client = await open_local(choice, cache=shared, state=shared)
    assert client.capabilities.structured_output == "schema"
    reply = await client.complete(request("Is 1 = 1?", schema=SCHEMA, max_tokens=40), ignore_delta)
    assert set(json.loads(reply.message.text)) == {"is_ok"}


async def test_the_address_is_private_and_the_key_is_asked_for(cache: Path, shared: Path) -> None:
    await open_local(CHOICE, cache=cache, state=shared)
    files = files_of(cache, shared)
    assert stat.S_IMODE(files.address.stat().st_mode) == 0o600
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700
    stranger = OpenAIChatClient("m", "guess", base_url=address_of(cache, shared).base_url)
    with pytest.raises(ModelError) as raised:
        await stranger.complete(request(), ignore_delta)
    assert raised.value.kind == "auth"
    await stranger.aclose()


async def test_a_cancelled_call_leaves_the_server_free(cache: Path, shared: Path) -> None:
    client = await open_local(CHOICE, cache=cache, state=shared)
    started = asyncio.Event()
    long = asyncio.create_task(
        client.complete(request("Tell a story.", max_tokens=1000), lambda *_: started.set())
    )
    await started.wait()
    long.cancel()
    with pytest.raises(asyncio.CancelledError):
        await long
    assert (await client.complete(request(), ignore_delta)).message.text


async def test_runs_that_start_together_share_one_server_without_keys(
    cache: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-not-for-others")
    opened = [open_local(CHOICE, cache=cache, state=own) for _ in range(3)]
    clients = await asyncio.gather(*opened)
    pids = {(await client.start()).pid for client in clients}
    assert pids == {address_of(cache, own).pid}
    assert b"sk-not-for-others" not in environment_of(pids.pop())
    # A crash: the next call finds another server.
    dead = address_of(cache, own)
    os.kill(dead.pid, signal.SIGKILL)
    reply = await clients[0].complete(request(), ignore_delta)
    assert reply.message.text
    assert address_of(cache, own).pid != dead.pid


async def test_a_server_that_nobody_uses_ends(cache: Path, own: Path) -> None:
    weights = next((cache / "weights").glob("*.gguf"))
    options = ServerOptions(weights, 512, idle_s=2.0)
    client = LocalClient(CHOICE, weights, own / "local", options)
    address = await client.start()
    reply = await client.complete(request("Tell a story.", max_tokens=30), ignore_delta)
    assert reply.message.text
    files = ServerFiles(own / "local", options)
    wait_for_end(address)
    assert not files.address.exists()
    assert files.read() is None


async def test_weights_that_llama_refuses(tmp_path: Path, own: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 100)
    choice = ModelChoice("local", "broken", weights=str(broken))
    with pytest.raises(ModelError, match="does not start") as raised:
        await open_local(choice, cache=tmp_path, state=own)
    assert raised.value.kind == "setup"
    assert "gguf" in raised.value.why


async def test_what_is_missing_is_named(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError, match="ladder models pull"):
        await open_local(CHOICE, cache=tmp_path, state=tmp_path)
    named = ModelChoice("local", "x", weights=str(tmp_path / "none.gguf"))
    with pytest.raises(ModelError, match="is no file"):
        await open_local(named, cache=cache, state=tmp_path)
    text = tmp_path / "text.gguf"
    text.write_text("hello")
    with pytest.raises(ModelError, match="is no GGUF file"):
        await open_local(ModelChoice("local", "x", weights=str(text)), cache=cache, state=tmp_path)
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(ModelError, match=r"ladder-tui\[local\]"):
        await open_local(CHOICE, cache=cache, state=tmp_path)


async def test_a_stale_address_is_not_trusted_and_a_server_without_files_ends(
    cache: Path, own: Path
) -> None:
    files = files_of(cache, own)
    files.folder.mkdir(parents=True)
    files.write(ServerAddress(9, "k", os.getpid(), 1, "x"))
    assert files.read() is None
    files.address.write_text("{torn")
    assert files.read() is None
    weights = next((cache / "weights").glob("*.gguf"))
    address = await ensure_server(files, ServerOptions(weights, 8192))
    assert address.pid != os.getpid()
    shutil.rmtree(files.folder)
    wait_for_end(address)
