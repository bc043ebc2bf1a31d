"""The one protocol behind which every kind of model stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from ladder_tui.domain.model import Capabilities, ModelReply, ModelRequest

DeltaKind = Literal["text", "thinking", "tool", "start"]
OnDelta = Callable[[DeltaKind, str], None]
"""Called per network chunk while a reply streams, with what the chunk added.

``start`` comes once, with an empty text, when the first byte of the reply arrived; ``tool`` brings
pieces of a tool call's JSON. It must be cheap and must not raise.
"""


class ModelClient(Protocol):
    """A model that can be called, many times at once."""

    label: str
    """``provider/model`` as shown to people."""
    capabilities: Capabilities

    async def complete(self, request: ModelRequest, on_delta: OnDelta) -> ModelReply:
        """Make one call and return the whole reply. Never retries.

        A ``tool_use`` block may be run only where ``stop_reason`` is ``tool_use``; blocks that the
        model did not finish are left out.

        Raises:
            ModelError: the call failed; it says how, whether to try again, and what it cost.
            asyncio.CancelledError: the caller gave up; the connection is closed.
        """
        ...

    async def aclose(self) -> None:
        """Close connections and end what was started. May be called twice."""
        ...


def ignore_delta(kind: DeltaKind, text: str) -> None:
    """Take no interest in what streams."""
