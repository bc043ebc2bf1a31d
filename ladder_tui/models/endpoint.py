"""Addresses and keys, alike for all network clients."""

from __future__ import annotations

from base64 import b64encode
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ladder_tui.models import fault

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


class Proxy(NamedTuple):
    """A proxy and what it wants to see."""

    url: str
    headers: dict[str, str]


def find_proxy(url: str) -> Proxy | None:
    """Return the proxy that the system's settings name for an address, if any.

    It is for the world, never for this machine. Asked once per connection: aiohttp's own way costs
    two thread hops per request, and fails where a netrc file knows the host.
    """
    if is_loopback(url):
        return None
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    proxies = getproxies()
    named = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not named or proxy_bypass(parts.hostname or ""):
        return None
    proxy = urlsplit(named if "://" in named else f"http://{named}")
    if proxy.scheme not in ("http", "https"):
        return None
    headers = {}
    if proxy.username is not None:
        login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {b64encode(login.encode()).decode()}"
    address = proxy.netloc.rpartition("@")[2]
    return Proxy(f"{proxy.scheme}://{address}", headers)
