"""Domain values as the plain JSON that expressions and schemas see: lists, never tuples."""

from __future__ import annotations

from typing import Any

import msgspec


def plain(value: Any) -> Any:
    """The value after a round trip through JSON."""
    return msgspec.json.decode(msgspec.json.encode(value))
