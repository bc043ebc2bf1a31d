"""The models that a run has open: each opened once, when the first agent needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from ladder_tui.domain.model import ModelChoice
from ladder_tui.models.admission import Admission
from ladder_tui.models.client import ModelClient


class OpenModel(NamedTuple):
    """A model that can be called."""

    choice: ModelChoice
    client: ModelClient
    admission: Admission
    """The door to its provider, shared with that provider's other models."""


class ModelPool:
    """Opens models by ``open_client``, and closes them all together.

    ``clock`` gives monotonic seconds, ``random`` is in [0, 1).
    """

    def __init__(
        self,
        open_client: Callable[[ModelChoice], Awaitable[ModelClient]],
        clock: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        self._open_client = open_client
        self._clock = clock
        self._random = random
        self._models: dict[str, OpenModel] = {}
        self._doors: dict[tuple[str, str], Admission] = {}
        self._lock = asyncio.Lock()

    async def get(self, choice: ModelChoice) -> OpenModel:
        """The open model. Raises ModelError or InvalidFileError where it cannot be opened."""
        key = f"{choice.label} {choice.base_url} {choice.script} {choice.weights}"
        async with self._lock:
            if key not in self._models:
                client = await self._open_client(choice)
                self._models[key] = OpenModel(choice, client, self._door(choice))
            return self._models[key]

    async def aclose(self) -> None:
        """Close every client; one that fails to close does not keep the others open."""
        clients = [model.client for model in self._models.values()]
        self._models.clear()
        ends = await asyncio.gather(*(c.aclose() for c in clients), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    def _door(self, choice: ModelChoice) -> Admission:
        key = (choice.provider, choice.base_url)
        if key not in self._doors:
            self._doors[key] = Admission(choice.provider, self._clock, self._random)
        return self._doors[key]
