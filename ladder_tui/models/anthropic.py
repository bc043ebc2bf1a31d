"""The Messages API: request bodies, replies, and what a model behind it can do.

The anthropic SDK builds and signs requests, see ``connection.py``; the reply's bytes are read and
folded here, at a quarter of the CPU of the SDK's own stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ladder_tui.domain.model import Capabilities, ModelReply, ModelRequest
from ladder_tui.models.anthropic_reply import ReplyFold
from ladder_tui.models.anthropic_request import encode_request
from ladder_tui.models.client import OnDelta
from ladder_tui.models.connection import Connection
from ladder_tui.models.endpoint import (
    READ_TIMEOUT_S,
    check_key,
    is_host_of,
    is_loopback,
    tidy_url,
)

if TYPE_CHECKING:
    import httpx2

BASE_URL = "https://api.anthropic.com"
DEFAULT_WINDOW = 200_000
"""Tokens; the smallest window of the models served today, for those that no table knows."""
DEFAULT_MAX_OUTPUT = 32_000
"""Tokens; every model served today can write as much. The price table does not say."""
OLD_VERSION = "2023-06-01"
"""The version that servers other than Anthropic's understand."""


def default_capabilities(base_url: str = "", context_window: int = 0) -> Capabilities:
    """What a model behind the Messages API can do as far as its address tells.

    Other servers than Anthropic's ignore schemas, so there structured output is asked for in the
    prompt.
    """
    is_anthropic = is_host_of(base_url or BASE_URL, "anthropic.com")
    window = context_window or DEFAULT_WINDOW
    return Capabilities(
        has_tools=True,
        structured_output="schema" if is_anthropic else "prompt",
        context_window=window,
        max_output_tokens=min(DEFAULT_MAX_OUTPUT, window),
        is_local=is_loopback(base_url or BASE_URL),
    )


class AnthropicClient:
    """``ModelClient`` of the Messages API."""

    def __init__(
        self,
        model: str,
        api_key: str,
        *,
        base_url: str = "",
        capabilities: Capabilities | None = None,
        label: str = "",
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        """Import the SDK, which takes more than a second, and send nothing yet.

        ``read_timeout_s`` is how long the stream may be silent.

        Raises:
            ModelError: of kind ``setup``, for an address or a key that cannot be used.
        """
        import anthropic
        import httpx2

        self.label = label or f"anthropic/{model}"
        url = tidy_url(base_url or BASE_URL, self.label).removesuffix("/v1")
        check_key(api_key, self.label)
        headers = {"accept-encoding": "identity"}
        if not is_host_of(url, "anthropic.com"):
            headers |= {"anthropic-version": OLD_VERSION, "x-api-key": api_key}

        async def make_request(http: httpx2.AsyncClient) -> object:
            sdk = anthropic.AsyncAnthropic(
                api_key=api_key,
                base_url=url,
                max_retries=0,
                default_headers=headers,
                open_telemetry=False,
                http_client=http,
            )
            return await sdk.post("/v1/messages", cast_to=httpx2.Response, content=b"{}")

        self._connection = Connection(
            self.label, make_request, read_timeout_s=read_timeout_s, secret=api_key
        )
        self.capabilities = capabilities or default_capabilities(url)
        self._schemas: dict[bytes, dict[str, Any]] = {}

    async def complete(self, request: ModelRequest, on_delta: OnDelta) -> ModelReply:
        """Make one call, see ``ModelClient.complete``."""
        body = encode_request(request, self._schema(request))
        return await self._connection.reply(body, ReplyFold(), on_delta)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connection.aclose()

    def _schema(self, request: ModelRequest) -> dict[str, Any] | None:
        """The schema in the form that the API enforces, worked out once per schema."""
        if request.output_schema is None or self.capabilities.structured_output != "schema":
            return None
        key = msgspec.json.encode(request.output_schema)
        if key not in self._schemas:
            self._schemas[key] = _enforceable(request.output_schema)
        return self._schemas[key]


def _enforceable(schema: dict[str, Any]) -> dict[str, Any]:
    import anthropic

    try:
        return anthropic.transform_schema(schema)
    except (ValueError, TypeError, AssertionError):
        # The SDK does not know all of JSON Schema; the API may, and says so if not.
        return schema
