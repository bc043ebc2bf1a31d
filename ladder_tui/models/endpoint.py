"""Addresses, keys and HTTP options, alike for all network clients."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from ladder_tui.models import fault

MAX_CONNECTIONS = 1024
"""Parallel streams. Not None: the aiohttp transport would take that for its own default of 100."""
KEEPALIVE_S = 30.0
CONNECT_TIMEOUT_S = 20.0
TOTAL_TIMEOUT_S = 600.0
READ_TIMEOUT_S = 90.0
"""Longest silence inside a stream; servers send a ping well before."""


def tidy_url(url: str, label: str) -> str:
    """Return the address without a trailing slash.

    Raises:
        ModelError: of kind ``setup``, when it is no http or https address.
    """
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        # Reading it checks it.
        _ = parts.port
    except ValueError:
        is_usable = False
    if not is_usable or not url.isprintable() or " " in url:
        raise fault.new_error(
            label,
            "setup",
            f"base_url {fault.tidy(url)!r} is no address",
            next_step="give one like http://127.0.0.1:8080",
        )
    return url.rstrip("/")


def check_key(key: str, label: str) -> None:
    """Refuse a key that no HTTP header can carry, without repeating it.

    Raises:
        ModelError: of kind ``setup``.
    """
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise fault.new_error(
            label,
            "setup",
            "the API key is missing" if not key else "the API key holds characters of no key",
            next_step="set the environment variable of this provider to the key alone",
        )


def is_host_of(url: str, domain: str) -> bool:
    """Tell whether the address belongs to a domain or one below it."""
    host = urlsplit(url).hostname or ""
    return host == domain or host.endswith(f".{domain}")


def is_loopback(url: str) -> bool:
    """Tell whether the address is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def http_options(url: str, read_timeout_s: float) -> dict[str, Any]:
    """Return the keyword arguments of an SDK's HTTP client.

    Redirects are not followed, because they would take the key to another host. A proxy named in
    the environment is for the world, not for this machine.
    """
    import httpx2

    return {
        "timeout": httpx2.Timeout(TOTAL_TIMEOUT_S, connect=CONNECT_TIMEOUT_S, read=read_timeout_s),
        "limits": httpx2.Limits(
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE_S,
        ),
        "follow_redirects": False,
        "trust_env": not is_loopback(url),
    }
