"""Server-sent events from raw bytes.

The grammar is that of the HTML standard, section 9.2.6 "Interpreting an event stream", with two
differences. ``id`` and ``retry`` are skipped, for a model's reply is never resumed. And an event
that the end of the stream cuts short is handed out by ``finish``, because some local servers leave
out the last blank line; its reader must expect half a line.
"""

from __future__ import annotations

from typing import NamedTuple

MAX_EVENT_BYTES = 8 * 1024 * 1024
"""Longest event that is believed. The longest reply of any model is below 1 MiB."""

_BOM = b"\xef\xbb\xbf"
_HEAD_BYTES = 200


class SseTooLargeError(ValueError):
    """One event is longer than any model's reply could be."""


class ServerSentEvent(NamedTuple):
    """One event. ``name`` is empty where the server gave none."""

    name: bytes
    data: bytes


class SseParser:
    """Takes chunks as the network cuts them, gives whole events.

    ``is_sse`` tells whether anything so far looked like an event stream, ``head`` holds the first
    bytes for an error message.
    """

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self.is_sse = False
        self.head = b""
        self._max_event_bytes = max_event_bytes
        self._tail = bytearray()
        self._has_held_cr = False
        self._name = b""
        self._data: list[bytes] = []
        self._data_bytes = 0

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Return the events that this chunk completes, often none.

        Raises:
            SseTooLargeError: an event without end.
        """
        if len(self.head) < _HEAD_BYTES:
            if not self.head:
                chunk = chunk.removeprefix(_BOM)
            self.head = (self.head + chunk)[:_HEAD_BYTES]
        if self._has_held_cr or b"\r" in chunk:
            chunk = self._normalise(chunk)
        end = chunk.rfind(b"\n")
        if end < 0:
            self._tail += chunk
            self._check(len(self._tail))
            return []
        block = bytes(self._tail) + chunk[:end] if self._tail else chunk[:end]
        self._tail = bytearray(chunk[end + 1 :])
        return self._read(block)

    def finish(self) -> list[ServerSentEvent]:
        """Return the event that the end of the stream leaves open, if there is one."""
        block = bytes(self._tail) + b"\n\n"
        self._tail = bytearray()
        return self._read(block)

    def _read(self, block: bytes) -> list[ServerSentEvent]:
        events = []
        for line in block.split(b"\n"):
            if not line:
                if self._data:
                    events.append(self._take())
                self._name = b""
            elif line.startswith(b"data:"):
                self._add(line[6:] if line[5:6] == b" " else line[5:])
            elif line.startswith(b"event:"):
                self.is_sse = True
                self._name = line[6:].strip()
            elif line.startswith((b":", b"id:", b"retry:")):
                self.is_sse = True
        return events

    def _add(self, value: bytes) -> None:
        self.is_sse = True
        self._data.append(value)
        self._data_bytes += len(value)
        self._check(self._data_bytes)

    def _take(self) -> ServerSentEvent:
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        self._data = []
        self._data_bytes = 0
        return ServerSentEvent(self._name, data)

    def _check(self, size: int) -> None:
        if size > self._max_event_bytes:
            raise SseTooLargeError(f"an event of more than {self._max_event_bytes:,} bytes")

    def _normalise(self, chunk: bytes) -> bytes:
        # A CR at the end may be the first half of CRLF: it waits for the next chunk.
        if self._has_held_cr:
            chunk = b"\r" + chunk
        self._has_held_cr = chunk.endswith(b"\r")
        if self._has_held_cr:
            chunk = chunk[:-1]
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
