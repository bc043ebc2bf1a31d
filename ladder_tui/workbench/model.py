"""Models: what can be used here, and fetching the embedded one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from ladder_tui.config import Config, environment, user_cache, user_state
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.message import user_text
from ladder_tui.domain.model import CallSite, Capabilities, ModelChoice, ModelReply, ModelRequest
from ladder_tui.domain.usage import Cost
from ladder_tui.models.catalog import ModelRow, list_models
from ladder_tui.models.choice import choose_model
from ladder_tui.models.client import ignore_delta
from ladder_tui.models.price import price
from ladder_tui.models.registry import open_model
from ladder_tui.models.weights import fetch_weights, find_weights


class ModelTest(msgspec.Struct, frozen=True):
    """What a model answered to one short question."""

    reply: ModelReply
    cost: Cost
    capabilities: Capabilities


class Models:
    """The models a repository can use."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def choose(self, name: str = "") -> ModelChoice:
        """Resolve a model name; without one the default. Raises UsageError."""
        return choose_model(self._config, name)

    def list(self) -> Sequence[ModelRow]:
        """Known models with window and prices."""
        return list_models()

    def weights(self) -> Path | None:
        """File of the embedded model, or None when it was not fetched yet."""
        return find_weights(user_cache())

    def pull(self, progress: Callable[[int, int], None]) -> Path:
        """Fetch the embedded model's weights; ``progress`` gets bytes done and in all.

        Raises ModelError when they cannot be had or are not what they should be.
        """
        return fetch_weights(user_cache(), progress)

    async def test(self, name: str = "") -> ModelTest:
        """Ask a model for one word. Raises ModelError or UsageError."""
        choice = self.choose(name)
        client = await open_model(
            choice, environ=environment(), cache=user_cache(), state=user_state()
        )
        try:
            request = ModelRequest(
                model=choice.model,
                system="You answer with one word.",
                messages=(user_text("Say: ready"),),
                max_tokens=16,
                call=CallSite(AgentId("test/test"), "test", 1),
            )
            reply = await client.complete(request, ignore_delta)
            return ModelTest(reply, price(choice, reply.usage, reply.model), client.capabilities)
        finally:
            await client.aclose()
