"""What a failed model call was: status, type, headers and exceptions become ``ModelError``.

Only the naming of a failure is here. Whether and when to try again is the caller's decision; it
finds ``is_retryable`` and ``retry_after_s`` (as the server said it, not capped) in the error.

Sources: the error types and statuses of the Messages API and of Chat Completions, RFC 9110 section
10.2.3 (``Retry-After``), and the behaviour of both SDKs as tried against a loopback server.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

import msgspec

from ladder_tui.domain.usage import Usage
from ladder_tui.errors import ModelError

_KIND_OF_TYPE: Final[Mapping[str, str]] = {
    "invalid_request_error": "invalid_request",
    "authentication_error": "auth",
    "billing_error": "permission",
    "permission_error": "permission",
    "not_found_error": "not_found",
    "request_too_large": "too_large",
    "rate_limit_error": "rate_limit",
    "timeout_error": "timeout",
    "api_error": "server",
    "server_error": "server",
    "overloaded_error": "overloaded",
    "conflict_error": "server",
    # Chat Completions and servers that speak like it
    "exceed_context_size_error": "too_large",
    "unavailable_error": "overloaded",
    "insufficient_quota": "permission",
    "tokens": "rate_limit",
    "requests": "rate_limit",
}
_KIND_OF_STATUS: Final[Mapping[int, str]] = {
    400: "invalid_request",
    401: "auth",
    402: "permission",
    403: "permission",
    404: "not_found",
    408: "timeout",
    409: "server",
    413: "too_large",
    422: "invalid_request",
    429: "rate_limit",
    503: "overloaded",
    504: "timeout",
    529: "overloaded",
}
_SPECIFIC_CODES: Final[Mapping[str, str]] = {
    "context_length_exceeded": "too_large",
    "request_body_too_large_after_decoding": "too_large",
    "insufficient_quota": "permission",
    "contract_spend_limit_reached": "permission",
    "enforced_spend_limit_reached": "permission",
    "linked_organization_spend_limit_reached": "permission",
}
"""Codes that say more than type and status: a spend limit comes as 429, but waiting is no help."""

RETRYABLE_KINDS: Final = frozenset(
    {"rate_limit", "overloaded", "server", "timeout", "connection", "cut", "truncated"}
)

_NEXT_STEP: Final[Mapping[str, str]] = {
    "auth": "check the key in the environment variable of this provider",
    "permission": "check what the key may use, its spend limit and its billing",
    "not_found": "check the model's name and base_url",
    "too_large": "choose fewer or smaller files, or a model with a larger context window",
    "connection": "check base_url and whether the server runs",
    "garbage": "check base_url: something that is no model server may be answering",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_WHY_CHARS = 400
_BODY_BYTES = 2000


def new_error(
    label: str,
    kind: str,
    what: str,
    *,
    why: str = "",
    usage: Usage | None = None,
    is_retryable: bool | None = None,
    retry_after_s: float | None = None,
    http_status: int = 0,
    next_step: str = "",
) -> ModelError:
    """Build a ``ModelError`` with what its kind implies where nothing else is given."""
    return ModelError(
        f"{label}: {what}",
        kind=kind,
        is_retryable=kind in RETRYABLE_KINDS if is_retryable is None else is_retryable,
        retry_after_s=retry_after_s,
        usage=usage,
        http_status=http_status,
        why=tidy(why),
        next_step=next_step or _NEXT_STEP.get(kind, ""),
    )


def status_error(
    label: str,
    status: int,
    *,
    error_type: str | None,
    code: str | None = None,
    message: str = "",
    headers: Mapping[str, str] | None = None,
    usage: Usage | None = None,
    now: Callable[[], float] = time.time,
) -> ModelError:
    """Classify an answer that says it failed, by its code, then its type, then its status.

    ``status`` is 200 for an error event inside a stream. ``headers`` may hold ``retry-after``,
    ``retry-after-ms`` and ``x-should-retry``.
    """
    headers = headers or {}
    kind = _kind(status, error_type, code, message)
    is_retryable = kind in RETRYABLE_KINDS
    if headers.get("x-should-retry") == "false":
        is_retryable = False
    where = f"HTTP {status}" if status != 200 else "an error inside the stream"
    return new_error(
        label,
        kind,
        f"{_TITLE[kind]} ({where})",
        why=message or (error_type or ""),
        usage=usage,
        is_retryable=is_retryable,
        retry_after_s=retry_after(headers, now),
        http_status=status,
    )


class _ErrorFields(msgspec.Struct):
    type: Any = None
    code: Any = None
    message: Any = None
    details: Any = None


class _ErrorBody(_ErrorFields):
    error: Any = None
    detail: Any = None


def read_error_body(body: bytes) -> tuple[str, str, str]:
    """Return type, code and message of an answer that failed; empty where it does not say.

    Understands ``{"error": {…}}`` of both protocols, an ``error`` or ``detail`` that is just
    text, fields without an envelope, and text that is no JSON at all.
    """
    try:
        outer = msgspec.json.decode(body, type=_ErrorBody)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "", "", body[:_BODY_BYTES].decode("utf-8", "replace")
    inner: _ErrorFields = outer
    if isinstance(outer.error, dict):
        inner = msgspec.convert(outer.error, _ErrorFields)
    details = inner.details if isinstance(inner.details, dict) else {}
    code = details.get("error_code") or inner.code
    message = next(
        (t for t in (inner.message, outer.error, outer.detail, outer.message) if _is_text(t)), ""
    )
    # Some servers repeat the status as the code.
    return _text(inner.type), code if isinstance(code, str) else "", _text(message)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def transport_error(
    label: str, error: BaseException, *, has_reply: bool, usage: Usage | None = None
) -> ModelError:
    """Classify an exception of the network; ``has_reply`` when the reply had begun."""
    chain = _chain(error)
    why = next((str(e) for e in reversed(chain) if str(e)), type(error).__name__)
    if any(isinstance(e, ssl.SSLCertVerificationError) for e in chain):
        return new_error(
            label,
            "setup",
            "the server's certificate is not trusted",
            why=why,
            next_step="check base_url, the system's certificates and any proxy in between",
        )
    # By the first cause: one transport's own mapping calls a refused connection a timeout.
    cause = next(e for e in reversed(chain) if not isinstance(e, asyncio.CancelledError))
    if isinstance(cause, TimeoutError) or "Timeout" in type(cause).__name__:
        what = "the reply stalled" if has_reply else "no answer in time"
        return new_error(label, "timeout", what, why=why, usage=usage)
    if has_reply:
        return new_error(label, "cut", "the connection broke in mid-reply", why=why, usage=usage)
    return new_error(label, "connection", "the server cannot be reached", why=why, usage=usage)


def retry_after(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Return the seconds that the server asks to wait, or None. Never negative, not capped."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    if not text:
        return None
    seconds = _number(text)
    if seconds is not None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now())
    except (ValueError, OverflowError):
        return None


def tidy(text: str) -> str:
    """Make a server's text fit for one line: no control characters, not endless."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= _WHY_CHARS else f"{line[:_WHY_CHARS]}…"


_TITLE: Final[Mapping[str, str]] = {
    "rate_limit": "the rate limit is reached",
    "overloaded": "the server is overloaded",
    "server": "the server failed",
    "timeout": "the server gave up waiting",
    "auth": "the key is refused",
    "permission": "this is not allowed",
    "not_found": "no such model or address",
    "invalid_request": "the request is refused",
    "too_large": "the request is too large",
}


def _kind(status: int, error_type: str | None, code: str | None, message: str) -> str:
    if code and code in _SPECIFIC_CODES:
        return _SPECIFIC_CODES[code]
    kind = _KIND_OF_TYPE.get(error_type or "")
    # OpenAI calls nearly every refusal by the general name; there the status says more.
    if kind is None or (kind == "invalid_request" and status != 400):
        kind = _KIND_OF_STATUS.get(status, kind)
    if kind is None:
        kind = "server" if status >= 500 or status == 200 else "invalid_request"
    if kind == "server" and status in (408, 504):
        return "timeout"
    # Wording is no contract, but no code says this one, and a retry would be the same.
    if kind == "invalid_request" and "prompt is too long" in message.lower():
        return "too_large"
    return kind


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in chain:
        chain.append(step)
        step = step.__cause__ or step.__context__
    return chain


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    # A server may send "nan", "inf" or a negative number; none is a time to wait.
    return value if 0 <= value < float("inf") else None
