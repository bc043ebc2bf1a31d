"""Reads one streamed HTTP reply: network chunks → events → a fold, with deltas told on the way.

Both network clients read through here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from ladder_tui.domain.message import ContentBlock
from ladder_tui.domain.usage import Usage
from ladder_tui.models.client import DeltaKind, OnDelta
from ladder_tui.models.sse import SseParser, SseTooLargeError

MAX_REPLY_BYTES = 64 * 1024 * 1024
"""Most bytes that one reply may have on the wire; one delta costs about 120 bytes."""

CHARS_PER_TOKEN = 4
"""Rule of thumb for English and code, for usage that no server reported."""

DRAIN_S = 1.0
"""How long to wait for the end of the stream after the last event.

Reading up to the end lets the connection be used again; a server that never ends the stream costs
this second and a new connection.
"""


class BadReplyError(ValueError):
    """The stream holds something that cannot be a reply."""


class ReportedError(Exception):
    """The server reported an error inside the stream."""

    def __init__(self, error_type: str, message: str, code: str = "", status: int = 200) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.code = code
        self.status = status


class Fold(Protocol):
    """The state of one reply."""

    pending: Pending
    model: str
    is_started: bool
    """True once the server began to work on it, so that it may cost something."""
    is_stopped: bool
    """True after the last event; nothing more is read."""

    @property
    def stop_reason(self) -> str | None:
        """Why the reply ended, in the words of the Messages protocol; None while it has not."""
        ...

    @property
    def is_whole(self) -> bool:
        """Tell whether everything that a reply needs has come."""
        ...

    def feed(self, data: bytes) -> None:
        """Take one event's data; raises ``BadReplyError`` or ``ReportedError``."""
        ...

    def content(self) -> tuple[ContentBlock, ...]:
        """Return the finished blocks; raises ``BadReplyError``."""
        ...

    def usage(self, estimated_input: int) -> Usage:
        """Return the tokens so far, estimated where the server did not say."""
        ...


class Pending:
    """What a chunk added, joined per kind before it is told."""

    __slots__ = ("_pieces",)

    def __init__(self) -> None:
        self._pieces: list[tuple[DeltaKind, str]] = []

    def add(self, kind: DeltaKind, text: str) -> None:
        """Keep a piece until the chunk is read."""
        self._pieces.append((kind, text))

    def tell(self, on_delta: OnDelta) -> None:
        """Hand out all pieces in order, neighbours of one kind joined."""
        pieces = self._pieces
        if not pieces:
            return
        self._pieces = []
        if len(pieces) == 1:
            on_delta(*pieces[0])
            return
        kind, texts = pieces[0][0], list[str]()
        for next_kind, text in pieces:
            if next_kind != kind:
                on_delta(kind, "".join(texts))
                kind, texts = next_kind, []
            texts.append(text)
        on_delta(kind, "".join(texts))


def estimate_tokens(chars: int) -> int:
    """Return tokens for a length in characters, rounded up."""
    return -(-chars // CHARS_PER_TOKEN)


async def fold_stream(
    chunks: AsyncIterator[bytes],
    fold: Fold,
    on_delta: OnDelta,
    clock: Callable[[], float],
    *,
    silence_s: float,
) -> float | None:
    """Read the reply to its end into ``fold``; return the time of its first byte, if any came.

    A stream that ends early is no error here: the fold knows whether it is whole. ``silence_s`` is
    how long the HTTP layer lets a stream be silent; after half as long again it is given up here,
    because aiohttp 3.14 forgets its timer, and the reader, when a body's chunks are malformed.

    Raises:
        BadReplyError: no event stream, an event of a wrong shape, or no end in sight.
        ReportedError: an error event.
        TimeoutError: no byte for too long.
        Exception: whatever the HTTP layer raises when the connection breaks or stalls.
    """
    parser = SseParser()
    first_byte_at: float | None = None
    received = 0
    move_at = 0.0
    async with asyncio.timeout(1.5 * silence_s) as limit:
        async for chunk in chunks:
            now = clock()
            if first_byte_at is None:
                first_byte_at = now
                on_delta("start", "")
            # Not for every chunk: moving a timer costs as much as folding one.
            if now >= move_at:
                limit.reschedule(now + 1.5 * silence_s)
                move_at = now + 0.5 * silence_s
            received += len(chunk)
            _feed(parser, fold, chunk, received)
            fold.pending.tell(on_delta)
            if fold.is_stopped:
                break
    if fold.is_stopped:
        await _drain(chunks)
        return first_byte_at
    _finish(parser, fold)
    fold.pending.tell(on_delta)
    if received and not parser.is_sse:
        head = parser.head.decode("utf-8", "replace")
        raise BadReplyError(f"no event stream but: {head}")
    return first_byte_at


def _feed(parser: SseParser, fold: Fold, chunk: bytes, received: int) -> None:
    if received > MAX_REPLY_BYTES:
        raise BadReplyError(f"a reply of more than {MAX_REPLY_BYTES:,} bytes")
    try:
        events = parser.feed(chunk)
    except SseTooLargeError as error:
        raise BadReplyError(str(error)) from error
    for event in events:
        fold.feed(event.data)


def _finish(parser: SseParser, fold: Fold) -> None:
    # The end of the stream may have cut the last event anywhere: half of it is no bad reply, the
    # fold just misses its end.
    with contextlib.suppress(BadReplyError):
        for event in parser.finish():
            fold.feed(event.data)


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    try:
        async with asyncio.timeout(DRAIN_S):
            async for _ in chunks:
                pass
    except Exception:  # noqa: BLE001, S110
        # The reply is whole. Whatever happens to the connection now only costs a new one, and the
        # HTTP layer's exceptions cannot be named without importing it.
        pass
