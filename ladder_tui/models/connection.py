"""One address of a model server: a body goes out, a whole reply or a named failure comes back.

Both network clients share it. The provider's SDK says what a request to its server looks like:
address, versions, signature. That is asked once, with a transport that keeps the request instead of
sending it, because it is the same for every call; building it anew takes 0.25 ms, and a burst of
200 agents would wait for that (``bench/engine_client.py``). aiohttp carries the bytes, through the
SDK's own HTTP client. There are no retries at any depth: the agent decides, visibly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ladder_tui.domain.message import Message
from ladder_tui.domain.model import ModelReply
from ladder_tui.domain.usage import Usage
from ladder_tui.errors import ModelError
from ladder_tui.models import fault
from ladder_tui.models.client import OnDelta
from ladder_tui.models.stream import (
    BadReplyError,
    Fold,
    ReportedError,
    estimate_tokens,
    fold_stream,
)

if TYPE_CHECKING:
    import httpx2

MakeRequest = Callable[["httpx2.AsyncClient"], Awaitable[object]]
"""Lets an SDK make any one request over the HTTP client given."""

_PER_REQUEST = frozenset({b"content-length", b"transfer-encoding"})


class Connection:
    """Connections to one model server, shared by all calls."""

    def __init__(
        self,
        label: str,
        http: httpx2.AsyncClient,
        timeout: httpx2.Timeout,
        make_request: MakeRequest,
        secret: str = "",
    ) -> None:
        import aiohttp
        import httpx2

        self._label = label
        self._http = http
        self._extensions = {"timeout": timeout.as_dict()}
        self._make_request = make_request
        self._secret = secret
        self._lock = asyncio.Lock()
        self._url: httpx2.URL | None = None
        self._headers: list[tuple[bytes, bytes]] = []
        self._faults = (httpx2.HTTPError, httpx2.StreamError, aiohttp.ClientError, OSError)

    async def reply(self, body: bytes, fold: Fold, on_delta: OnDelta) -> ModelReply:
        """Send ``body``, fold what streams back, return it whole.

        Raises:
            ModelError: for everything that can go wrong; ``usage`` is what the fold knows by then.
        """
        clock = asyncio.get_running_loop().time
        started_at = clock()
        estimated_input = estimate_tokens(len(body))
        response: httpx2.Response | None = None
        try:
            response = await self._post(body)
            if not response.is_success:
                raise self._status_error(response, await response.aread())
            first_byte_at = await fold_stream(response, fold, on_delta, clock)
            if not fold.is_whole or fold.stop_reason is None:
                raise self._truncated(fold, estimated_input)
            return ModelReply(
                message=Message("assistant", fold.content()),
                stop_reason=fold.stop_reason,
                usage=fold.usage(estimated_input),
                model=fold.model,
                request_id=_request_id(response),
                ttft_s=(first_byte_at or clock()) - started_at,
                elapsed_s=clock() - started_at,
            )
        except (ReportedError, BadReplyError, *self._faults) as error:
            has_reply = response is not None
            raise self._error(error, fold, estimated_input, has_reply=has_reply) from error
        finally:
            if response is not None:
                await response.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _post(self, body: bytes) -> httpx2.Response:
        import httpx2

        if self._url is None:
            await self._prepare()
            assert self._url is not None
        request = httpx2.Request(
            "POST", self._url, headers=self._headers, content=body, extensions=self._extensions
        )
        return await self._http.send(request, stream=True)

    async def _prepare(self) -> None:
        import httpx2

        seen: list[httpx2.Request] = []

        def keep(request: httpx2.Request) -> httpx2.Response:
            seen.append(request)
            return httpx2.Response(200, json={})

        async with self._lock:
            if self._url is not None:
                return
            async with httpx2.AsyncClient(transport=httpx2.MockTransport(keep)) as nowhere:
                await self._make_request(nowhere)
            headers = seen[0].headers.raw
            self._headers = [h for h in headers if h[0].lower() not in _PER_REQUEST]
            self._url = seen[0].url

    def _error(
        self, error: Exception, fold: Fold, estimated_input: int, *, has_reply: bool
    ) -> ModelError:
        usage = fold.usage(estimated_input) if fold.is_started else Usage()
        if isinstance(error, ReportedError):
            return fault.status_error(
                self._label,
                error.status,
                error_type=error.error_type,
                code=error.code,
                message=self._clean(error.message),
                usage=usage,
            )
        if isinstance(error, BadReplyError):
            return fault.new_error(
                self._label,
                "garbage",
                "the reply makes no sense",
                why=self._clean(str(error)),
                usage=usage,
                is_retryable=fold.is_started,
            )
        return fault.transport_error(self._label, error, has_reply=has_reply, usage=usage)

    def _truncated(self, fold: Fold, estimated_input: int) -> ModelError:
        if not fold.is_started:
            return fault.new_error(self._label, "truncated", "the reply is empty")
        usage = fold.usage(estimated_input)
        return fault.new_error(self._label, "truncated", "the reply ended too early", usage=usage)

    def _status_error(self, response: httpx2.Response, body: bytes) -> ModelError:
        error_type, code, message = fault.read_error_body(body)
        return fault.status_error(
            self._label,
            response.status_code,
            error_type=error_type,
            code=code,
            message=self._clean(message or response.reason_phrase),
            headers=response.headers,
        )

    def _clean(self, text: str) -> str:
        """What a server says may repeat the key that it was sent."""
        return text.replace(self._secret, "…") if self._secret else text


def _request_id(response: httpx2.Response) -> str:
    headers = response.headers
    return headers.get("request-id") or headers.get("x-request-id") or ""
