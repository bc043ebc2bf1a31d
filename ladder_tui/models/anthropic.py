"""The Messages API, over the anthropic SDK.

The SDK builds, signs and sends a request and names its failures; aiohttp carries it; the reply's
bytes are read and folded here, at a quarter of the CPU of the SDK's own stream. There are no
retries at any depth: the agent decides, visibly.

Measured reasons: the SDK's event helper costs 16 times a hand-written floor per streamed call of
60 tokens, and its walk over typed parameters makes a burst of requests late (``bench/``).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from ladder_tui.domain.message import Message
from ladder_tui.domain.model import Capabilities, ModelReply, ModelRequest
from ladder_tui.domain.usage import Usage
from ladder_tui.errors import ModelError
from ladder_tui.models import fault
from ladder_tui.models.anthropic_reply import ReplyFold
from ladder_tui.models.anthropic_request import encode_request
from ladder_tui.models.client import OnDelta
from ladder_tui.models.endpoint import check_key, http_options, is_host_of, tidy_url
from ladder_tui.models.stream import BadReplyError, ReportedError, estimate_tokens, fold_stream

if TYPE_CHECKING:
    import anthropic
    import httpx2

BASE_URL = "https://api.anthropic.com"
DEFAULT_WINDOW = 200_000
"""Tokens; the smallest window of the models served today, for those that no table knows."""
DEFAULT_MAX_OUTPUT = 32_000
"""Tokens; every model served today can write as much. The price table does not say."""
OLD_VERSION = "2023-06-01"
"""The version that servers other than Anthropic's understand."""


def default_capabilities(
    base_url: str = "", context_window: int = 0, *, is_local: bool = False
) -> Capabilities:
    """What a model behind the Messages API can do as far as its address tells.

    Other servers than Anthropic's ignore schemas, so there structured output is asked for in the
    prompt.
    """
    is_anthropic = is_host_of(base_url or BASE_URL, "anthropic.com")
    return Capabilities(
        has_tools=True,
        structured_output="schema" if is_anthropic else "prompt",
        context_window=context_window or DEFAULT_WINDOW,
        max_output_tokens=DEFAULT_MAX_OUTPUT,
        is_local=is_local,
    )


def open_anthropic(
    model: str,
    api_key: str,
    *,
    base_url: str = "",
    capabilities: Capabilities | None = None,
    label: str = "",
    read_timeout_s: float = 90.0,
) -> AnthropicClient:
    """Build a client; imports the SDK, which takes more than a second.

    ``read_timeout_s`` is how long the stream may be silent. Nothing is sent yet.

    Raises:
        ModelError: of kind ``setup``, for an address or a key that cannot be used.
    """
    import anthropic

    label = label or f"anthropic/{model}"
    url = tidy_url(base_url or BASE_URL, label).removesuffix("/v1")
    check_key(api_key, label)
    headers = {"accept-encoding": "identity"}
    if not is_host_of(url, "anthropic.com"):
        headers |= {"anthropic-version": OLD_VERSION, "x-api-key": api_key}
    options = http_options(url, read_timeout_s)
    sdk = anthropic.AsyncAnthropic(
        api_key=api_key,
        base_url=url,
        max_retries=0,
        timeout=options["timeout"],
        default_headers=headers,
        open_telemetry=False,
        http_client=anthropic.DefaultAioHttpClient(**options),
    )
    return AnthropicClient(sdk, label, capabilities or default_capabilities(url))


class AnthropicClient:
    """``ModelClient`` of the Messages API. Build it with ``open_anthropic``."""

    def __init__(
        self, sdk: anthropic.AsyncAnthropic, label: str, capabilities: Capabilities
    ) -> None:
        import aiohttp
        import anthropic
        import httpx2

        self.label = label
        self.capabilities = capabilities
        self._sdk = sdk
        self._response_type = httpx2.Response
        self._faults = (
            anthropic.AnthropicError,
            httpx2.HTTPError,
            httpx2.StreamError,
            aiohttp.ClientError,
            OSError,
        )
        self._schemas: dict[bytes, dict[str, Any]] = {}

    async def complete(self, request: ModelRequest, on_delta: OnDelta) -> ModelReply:
        """Make one call, see ``ModelClient.complete``."""
        clock = asyncio.get_running_loop().time
        started_at = clock()
        body = encode_request(request, self._schema(request))
        estimated_input = estimate_tokens(len(body))
        fold = ReplyFold()
        response: httpx2.Response | None = None
        first_byte_at: float | None = None
        try:
            response = await self._post(body)
            first_byte_at = await fold_stream(response, fold, on_delta, clock)
            return self._reply(
                fold,
                response,
                estimated_input,
                (first_byte_at or clock()) - started_at,
                clock() - started_at,
            )
        except (ReportedError, BadReplyError, *self._faults) as error:
            usage = fold.usage(estimated_input) if fold.is_started else Usage()
            raise self._error(error, fold, usage, has_reply=response is not None) from error
        finally:
            if response is not None:
                await response.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._sdk.close()

    async def _post(self, body: bytes) -> httpx2.Response:
        is_stream = True  # a variable, because the SDK's literal overload wants its own stream type
        response: httpx2.Response = await self._sdk.post(
            "/v1/messages", cast_to=self._response_type, content=body, stream=is_stream
        )
        return response

    def _reply(
        self,
        fold: ReplyFold,
        response: httpx2.Response,
        estimated_input: int,
        ttft_s: float,
        elapsed_s: float,
    ) -> ModelReply:
        usage = fold.usage(estimated_input)
        if not fold.is_stopped or fold.stop_reason is None:
            raise self._truncated(fold, usage if fold.is_started else Usage())
        return ModelReply(
            message=Message("assistant", fold.content()),
            stop_reason=fold.stop_reason,
            usage=usage,
            model=fold.model,
            request_id=response.headers.get("request-id", ""),
            ttft_s=ttft_s,
            elapsed_s=elapsed_s,
        )

    def _truncated(self, fold: ReplyFold, usage: Usage) -> ModelError:
        what = "the reply ended too early" if fold.is_started else "the reply is empty"
        return fault.new_error(self.label, "truncated", what, usage=usage)

    def _error(
        self, error: Exception, fold: ReplyFold, usage: Usage, *, has_reply: bool
    ) -> ModelError:
        import anthropic

        if isinstance(error, anthropic.APIStatusError):
            return fault.status_error(
                self.label,
                error.status_code,
                error_type=error.type,
                code=error.error_code,
                message=error.api_message or error.message,
                headers=error.response.headers,
            )
        if isinstance(error, ReportedError):
            return fault.status_error(
                self.label, 200, error_type=error.error_type, message=error.message, usage=usage
            )
        if isinstance(error, BadReplyError):
            return fault.new_error(
                self.label,
                "garbage",
                "the reply makes no sense",
                why=str(error),
                usage=usage,
                is_retryable=fold.is_started,
            )
        return fault.transport_error(self.label, error, has_reply=has_reply, usage=usage)

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
