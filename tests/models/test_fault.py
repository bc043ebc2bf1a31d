"""Failures get their names."""

from __future__ import annotations

import asyncio
import itertools
import ssl

import pytest

from ladder_tui.errors import ModelError
from ladder_tui.models import fault


@pytest.mark.parametrize(
    ("status", "error_type", "code", "kind", "is_retryable"),
    [
        (400, "invalid_request_error", "", "invalid_request", False),
        (401, "authentication_error", "", "auth", False),
        (402, "billing_error", "", "permission", False),
        (403, "permission_error", "", "permission", False),
        (404, "not_found_error", "", "not_found", False),
        (408, "", "", "timeout", True),
        (409, "conflict_error", "", "server", True),
        (413, "request_too_large", "", "too_large", False),
        (422, "", "", "invalid_request", False),
        (429, "rate_limit_error", "", "rate_limit", True),
        (429, "rate_limit_error", "enforced_spend_limit_reached", "permission", False),
        (429, "insufficient_quota", "insufficient_quota", "permission", False),
        (400, "invalid_request_error", "context_length_exceeded", "too_large", False),
        (400, "exceed_context_size_error", "", "too_large", False),
        (500, "api_error", "", "server", True),
        (502, "", "", "server", True),
        (503, "", "", "overloaded", True),
        (504, "api_error", "", "timeout", True),
        (529, "overloaded_error", "", "overloaded", True),
        (599, "", "", "server", True),
        (302, "", "", "invalid_request", False),
        # The type counts, whatever the status is: errors inside a stream come with 200.
        (200, "overloaded_error", "", "overloaded", True),
        (200, "invalid_request_error", "", "invalid_request", False),
        (200, "", "", "server", True),
        (500, "overloaded_error", "", "overloaded", True),
        (529, "some_new_error", "", "overloaded", True),
    ],
)
def test_status_type_and_code(
    status: int, error_type: str, code: str, kind: str, is_retryable: bool
) -> None:
    error = fault.status_error("a/b", status, error_type=error_type, code=code)
    assert (error.kind, error.is_retryable, error.http_status) == (kind, is_retryable, status)
    assert str(error).startswith("a/b: ")


def test_prompt_too_long_is_too_large() -> None:
    error = fault.status_error(
        "a/b",
        400,
        error_type="invalid_request_error",
        message="prompt is too long: 210000 tokens > 200000 maximum",
    )
    assert error.kind == "too_large"


def test_server_may_forbid_a_retry() -> None:
    headers = {"x-should-retry": "false"}
    error = fault.status_error("a/b", 529, error_type=None, headers=headers)
    assert not error.is_retryable


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "86400"}, 86400.0),
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 60.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:01 GMT"}, 0.0),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert fault.retry_after(headers, now=lambda: 40.0) == seconds


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b'{"type":"error","error":{"type":"rate_limit_error","message":"slow down",'
            b'"details":{"error_code":"ramp_limit_exceeded"}}}',
            ("rate_limit_error", "ramp_limit_exceeded", "slow down"),
        ),
        (
            b'{"error":{"message":"no","type":"invalid_request_error","param":null,"code":"x"}}',
            ("invalid_request_error", "x", "no"),
        ),
        (b'{"error":{"code":500,"message":"broken","type":null}}', ("", "", "broken")),
        (b'{"error":"model not found"}', ("", "", "model not found")),
        (b'{"detail":"Not Found"}', ("", "", "Not Found")),
        (b'{"message":"flat","type":"api_error"}', ("api_error", "", "flat")),
        (b"Bad Gateway", ("", "", "Bad Gateway")),
        (b"[1, 2]", ("", "", "[1, 2]")),
        (b"\xff\xfe", ("", "", "\ufffd\ufffd")),
        (b"", ("", "", "")),
    ],
)
def test_error_bodies_of_many_servers(body: bytes, expected: tuple[str, str, str]) -> None:
    assert fault.read_error_body(body) == expected


def chained(*errors: BaseException) -> BaseException:
    """The last error, caused by the one before it, and so on."""
    for cause, error in itertools.pairwise(errors):
        error.__cause__ = cause
    return errors[-1]


@pytest.mark.parametrize(
    ("error", "has_reply", "kind"),
    [
        (chained(ConnectionRefusedError("refused"), OSError("wrapped")), False, "connection"),
        (ConnectionResetError("reset"), True, "cut"),
        (chained(TimeoutError("read"), OSError("wrapped")), True, "timeout"),
        (chained(asyncio.CancelledError(), TimeoutError(), OSError("x")), False, "timeout"),
        (chained(ssl.SSLCertVerificationError("self-signed"), OSError("x")), False, "setup"),
    ],
)
def test_exceptions_of_the_network(error: BaseException, has_reply: bool, kind: str) -> None:
    named = fault.transport_error("a/b", error, has_reply=has_reply)
    assert named.kind == kind
    assert named.is_retryable == (kind != "setup")


def test_server_text_is_made_harmless() -> None:
    error: ModelError = fault.status_error(
        "a/b", 500, error_type=None, message="\x1b[2Jgone\r\n" + "x" * 5000
    )
    assert "\x1b" not in str(error)
    assert "\r" not in str(error)
    assert len(error.why) < 500
