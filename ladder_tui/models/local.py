"""The model that needs no key and no network: weights on disk, served on this machine.

The embedded model has 135 million parameters: it writes a fluent sentence; JSON fields and tools
are out of its reach, so it declares neither. A GGUF file that the user names takes the same path,
and its structured output is enforced by a grammar where the configuration asks for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from ladder_tui.domain.model import Capabilities, ModelChoice, ModelReply, ModelRequest
from ladder_tui.errors import ModelError
from ladder_tui.models.client import OnDelta
from ladder_tui.models.local_address import (
    ServerAddress,
    ServerFiles,
    ServerOptions,
    ensure_server,
)
from ladder_tui.models.openai_chat import OpenAIChatClient
from ladder_tui.models.price import EMBEDDED_WINDOW
from ladder_tui.models.weights import find_weights, is_gguf

EMBEDDED_MAX_OUTPUT = 1024
READ_TIMEOUT_S = 600.0
"""Silence of the server: reading a long prompt, or the calls of other runs before ours."""
LEASE_S = 20.0
"""How often a call in flight says so, unless the server's patience is shorter."""
DETERMINISTIC = {"temperature": 0, "seed": 0, "cache_prompt": False}


async def open_local(choice: ModelChoice, *, cache: Path, state: Path) -> LocalClient:
    """A client of the local model, with its server running.

    ``cache`` holds fetched weights, ``state`` the address of the shared server. Takes a second or
    two where the server has to be started.

    Raises:
        ModelError: of kind ``setup``: no xllamacpp, no weights, no GGUF file, or no start.
    """
    weights = find_weights(cache, choice.weights)
    if weights is None:
        raise _setup_error(
            "The weights of the local model are missing.",
            f"{choice.weights} is no file" if choice.weights else "they were not fetched yet",
            "check the path" if choice.weights else "run `ladder models pull`",
        )
    if not is_gguf(weights):
        raise _setup_error(
            "The weights of the local model cannot be used.", f"{weights} is no GGUF file",
            "name another file" if choice.weights else "remove it and run `ladder models pull`",
        )  # fmt: skip
    if importlib.util.find_spec("xllamacpp") is None:
        raise _setup_error(
            "The local model cannot run here.", "the package xllamacpp is not installed",
            "pip install 'ladder-tui[local]', or choose another model with --model",
        )  # fmt: skip
    client = LocalClient(choice, weights, state / "local")
    await client.start()
    return client


def local_capabilities(choice: ModelChoice) -> Capabilities:
    """What a local model can do, as far as the choice says."""
    context = choice.context_window or EMBEDDED_WINDOW
    return Capabilities(
        has_tools=False,
        structured_output=(choice.structured_output or "none") if choice.weights else "none",
        context_window=context,
        max_output_tokens=context // 2 if choice.weights else EMBEDDED_MAX_OUTPUT,
        is_local=True,
    )


class LocalClient:
    """``ModelClient`` over the shared server; starts it again when it is gone."""

    def __init__(
        self,
        choice: ModelChoice,
        weights: Path,
        folder: Path,
        options: ServerOptions | None = None,
    ) -> None:
        self.label = choice.label
        self.capabilities = local_capabilities(choice)
        self._options = options or ServerOptions(weights, self.capabilities.context_window)
        self._files = ServerFiles(folder, self._options)
        # Waiting here and not in the server's queue: a cancelled call never reaches it.
        self._slots = asyncio.Semaphore(self._options.parallel)

    async def start(self) -> ServerAddress:
        """Find or start the server.

        Raises:
            ModelError: of kind ``setup``, it does not start.
        """
        return await ensure_server(self._files, self._options)

    async def complete(self, request: ModelRequest, on_delta: OnDelta) -> ModelReply:
        """Make one call, see ``ModelClient.complete``. Tools are not sent."""
        request = msgspec.structs.replace(request, tools=())
        async with self._slots, self._lease():
            # A connection for each call: the server drops idle ones after 5 s, and a call that
            # meets this fails. Next to seconds of inference the 30 ms are nothing.
            chat = self._connect(await self.start())
            try:
                return await chat.complete(request, on_delta)
            finally:
                await chat.aclose()

    async def aclose(self) -> None:
        """Nothing to release: the server stays for the next run, until it is idle."""

    def _connect(self, address: ServerAddress) -> OpenAIChatClient:
        return OpenAIChatClient(
            self._options.weights.stem,
            address.key,
            base_url=address.base_url,
            capabilities=self.capabilities,
            label=self.label,
            read_timeout_s=READ_TIMEOUT_S,
            extra_body=DETERMINISTIC,
        )

    @contextlib.asynccontextmanager
    async def _lease(self) -> AsyncIterator[None]:
        """Keep the server from ending itself meanwhile."""
        self._files.touch()
        task = asyncio.create_task(self._keep_touching())
        try:
            yield
        finally:
            task.cancel()
            self._files.touch()

    async def _keep_touching(self) -> None:
        while True:
            await asyncio.sleep(min(LEASE_S, self._options.idle_s / 4))
            self._files.touch()


def _setup_error(what: str, why: str, next_step: str) -> ModelError:
    return ModelError(what, kind="setup", why=why, next_step=next_step)
