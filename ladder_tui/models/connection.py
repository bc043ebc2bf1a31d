"""One address of a model server: a body goes out, a whole reply or a named failure comes back.

Both network clients share it. The provider's SDK says what a request to its server looks like:
address, versions, signature. That is asked once, with a transport that keeps the request instead of
sending it, because it is the same for every call. The calls themselves go over aiohttp alone: the
SDK's own layers cost 0.4 ms to build a request and 4 µs for each of its chunks, and a burst of 200
agents waits for the sum (``bench/engine_client.py``). There are no retries at any depth: the agent
decides, visibly.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from ladder_tui.domain.message import Message
from ladder_tui.domain.model import ModelReply
from ladder_tui.domain.usage import Usage
from ladder_tui.errors import ModelError
from ladder_tui.models import fault
from ladder_tui.models.client import OnDelta
from ladder_tui.models.endpoint import Proxy, find_proxy
from ladder_tui.models.stream import (
    BadReplyError,
    Fold,
    ReportedError,
    estimate_tokens,
    fold_stream,
)

if TYPE_CHECKING:
    import aiohttp
    import httpx2
    from multidict import CIMultiDict
    from yarl import URL

MakeRequest = Callable[["httpx2.AsyncClient"], Awaitable[object]]
"""Lets an SDK make any one request over the HTTP client given."""

MAX_CONNECTIONS = 1024
"""Parallel streams; aiohttp's own default of 100 would hold back the others."""
KEEPALIVE_S = 30.0
CONNECT_TIMEOUT_S = 20.0
QUEUE_TIMEOUT_S = 600.0
MAX_ERROR_BYTES = 64 * 1024

_PER_REQUEST = frozenset({b"content-length", b"transfer-encoding", b"host"})


class _Line(NamedTuple):
    """An open session and what every request over it has in common."""

    session: aiohttp.ClientSession
    url: URL
    headers: CIMultiDict[str]
    proxy: Proxy | None


class Connection:
    """Connections to one model server, shared by all calls."""

    def __init__(
        self, label: str, make_request: MakeRequest, *, read_timeout_s: float, secret: str = ""
    ) -> None:
        import aiohttp
        from aiohttp.http_exceptions import HttpProcessingError

        self._label = label
        self._make_request = make_request
        self._secret = secret
        self._read_timeout_s = read_timeout_s
        self._timeout = aiohttp.ClientTimeout(
            connect=QUEUE_TIMEOUT_S, sock_connect=CONNECT_TIMEOUT_S, sock_read=read_timeout_s
        )
        self._lock = asyncio.Lock()
        self._line: _Line | None = None
        self._faults = (aiohttp.ClientError, HttpProcessingError, OSError)

    async def reply(self, body: bytes, fold: Fold, on_delta: OnDelta) -> ModelReply:
        """Send ``body``, fold what streams back, return it whole.

        Raises:
            ModelError: for everything that can go wrong; ``usage`` is what the fold knows by then.
        """
        clock = asyncio.get_running_loop().time
        started_at = clock()
        estimated_input = estimate_tokens(len(body))
        response: aiohttp.ClientResponse | None = None
        try:
            response = await self._post(body)
            if response.status != 200:
                raise self._status_error(response, await self._read_error(response))
            chunks = response.content.iter_any()
            first_byte_at = await fold_stream(
                chunks, fold, on_delta, clock, silence_s=self._read_timeout_s
            )
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
            # Closes a connection in mid-reply; one that was read to its end is free already.
            if response is not None:
                response.close()

    async def aclose(self) -> None:
        """Close all connections."""
        if self._line is not None:
            await self._line.session.close()

    async def _post(self, body: bytes) -> aiohttp.ClientResponse:
        line = self._line or await self._open()
        # Redirects are not followed: they would take the key to another host.
        return await line.session.post(
            line.url,
            data=body,
            headers=line.headers,
            allow_redirects=False,
            proxy=line.proxy.url if line.proxy else None,
            proxy_headers=line.proxy.headers if line.proxy else None,
        )

    async def _open(self) -> _Line:
        async with self._lock:
            if self._line is None:
                self._line = await self._new_line()
            return self._line

    async def _new_line(self) -> _Line:
        import aiohttp
        import httpx2
        from multidict import CIMultiDict
        from yarl import URL

        request = await self._ask_sdk()
        url = str(request.url)
        connector = aiohttp.TCPConnector(
            limit=MAX_CONNECTIONS,
            keepalive_timeout=KEEPALIVE_S,
            # The certificates that the SDK trusts, and SSL_CERT_FILE.
            ssl=httpx2.create_ssl_context() if url.startswith("https:") else True,
        )
        session = aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        headers = CIMultiDict(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in request.headers.raw
            if name.lower() not in _PER_REQUEST
        )
        proxy = find_proxy(url)
        if proxy is not None and url.startswith("http:"):
            # Without a tunnel the proxy reads the request itself.
            headers.update(proxy.headers)
        return _Line(session, URL(url, encoded=True), headers, proxy)

    async def _ask_sdk(self) -> httpx2.Request:
        import httpx2

        seen: list[httpx2.Request] = []

        def keep(request: httpx2.Request) -> httpx2.Response:
            seen.append(request)
            return httpx2.Response(200, json={})

        async with httpx2.AsyncClient(transport=httpx2.MockTransport(keep)) as nowhere:
            await self._make_request(nowhere)
        return seen[0]

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

    async def _read_error(self, response: aiohttp.ClientResponse) -> bytes:
        """The body as far as it comes: a status says enough where it does not."""
        body = bytearray()
        with contextlib.suppress(*self._faults):
            async with asyncio.timeout(self._read_timeout_s):
                async for chunk in response.content.iter_any():
                    body += chunk
                    if len(body) > MAX_ERROR_BYTES:
                        break
        return bytes(body)

    def _status_error(self, response: aiohttp.ClientResponse, body: bytes) -> ModelError:
        error_type, code, message = fault.read_error_body(body)
        return fault.status_error(
            self._label,
            response.status,
            error_type=error_type,
            code=code,
            message=self._clean(message or response.reason or ""),
            headers=response.headers,
        )

    def _clean(self, text: str) -> str:
        """What a server says may repeat the key that it was sent."""
        return text.replace(self._secret, "…") if self._secret else text


def _request_id(response: aiohttp.ClientResponse) -> str:
    headers = response.headers
    return headers.get("request-id") or headers.get("x-request-id") or ""
