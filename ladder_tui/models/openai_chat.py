"""Chat Completions: OpenAI's own server and the many that speak like it, the embedded one too.

The openai SDK builds and signs requests, see ``connection.py``; replies are read and folded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ladder_tui.domain.model import Capabilities, ModelReply, ModelRequest
from ladder_tui.models.client import OnDelta
from ladder_tui.models.connection import Connection
from ladder_tui.models.endpoint import (
    READ_TIMEOUT_S,
    check_key,
    is_host_of,
    is_loopback,
    tidy_url,
)
from ladder_tui.models.openai_chat_reply import ChatFold
from ladder_tui.models.openai_chat_request import encode_request

if TYPE_CHECKING:
    import httpx2

BASE_URL = "https://api.openai.com/v1"
DEFAULT_WINDOW = 32_768
"""Tokens; what local servers commonly set aside. Larger windows come from the configuration."""
DEFAULT_MAX_OUTPUT = 8_192
"""Tokens; within the window above."""
NO_KEY = "none"
"""Sent where a server asks for no key; the SDK insists on one."""


def default_capabilities(base_url: str = "", context_window: int = 0) -> Capabilities:
    """What a model behind Chat Completions can do as far as its address tells.

    A schema is enforced by OpenAI and by the common local servers (llama.cpp, vLLM, Ollama, LM
    Studio); with others it is asked for in the prompt.
    """
    url = base_url or BASE_URL
    is_enforced = is_host_of(url, "openai.com") or is_loopback(url)
    window = context_window or DEFAULT_WINDOW
    return Capabilities(
        has_tools=True,
        structured_output="schema" if is_enforced else "prompt",
        context_window=window,
        max_output_tokens=min(DEFAULT_MAX_OUTPUT, window),
        is_local=is_loopback(url),
    )


class OpenAIChatClient:
    """``ModelClient`` of the Chat Completions protocol."""

    def __init__(
        self,
        model: str,
        api_key: str = NO_KEY,
        *,
        base_url: str = "",
        capabilities: Capabilities | None = None,
        label: str = "",
        read_timeout_s: float = READ_TIMEOUT_S,
        extra_body: Mapping[str, Any] | None = None,
    ) -> None:
        """Import the SDK and send nothing yet.

        ``base_url`` includes the version, as in ``http://127.0.0.1:8080/v1``. ``extra_body`` is
        added to every request, for what only one server understands. ``read_timeout_s`` is how long
        the stream may be silent, and also how long a local server may take to read a prompt.

        Raises:
            ModelError: of kind ``setup``, for an address or a key that cannot be used.
        """
        import httpx2
        import openai

        self.label = label or f"openai_chat/{model}"
        url = tidy_url(base_url or BASE_URL, self.label)
        check_key(api_key, self.label)

        async def make_request(http: httpx2.AsyncClient) -> object:
            sdk = openai.AsyncOpenAI(
                api_key=api_key,
                base_url=url,
                max_retries=0,
                default_headers={"accept-encoding": "identity"},
                http_client=http,
            )
            return await sdk.post("/chat/completions", cast_to=httpx2.Response, content=b"{}")

        self._connection = Connection(
            self.label, make_request, read_timeout_s=read_timeout_s, secret=api_key
        )
        self.capabilities = capabilities or default_capabilities(url)
        self._extra_body = dict(extra_body or {})
        is_openai = is_host_of(url, "openai.com")
        self._max_tokens_field = "max_completion_tokens" if is_openai else "max_tokens"

    async def complete(self, request: ModelRequest, on_delta: OnDelta) -> ModelReply:
        """Make one call, see ``ModelClient.complete``."""
        body = encode_request(
            request,
            max_tokens_field=self._max_tokens_field,
            is_schema_enforced=self.capabilities.structured_output == "schema",
            extra_body=self._extra_body,
        )
        return await self._connection.reply(body, ChatFold(), on_delta)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connection.aclose()
