"""Bytes through our own pipes, under both asyncio and uvloop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress

_CHUNK = 65536


class OutputPump:
    """Reads stdout and stderr up to a limit for both together, then calls ``on_exceeded``."""

    def __init__(self, limit: int, on_exceeded: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._left = limit
        self._on_exceeded = on_exceeded
        self._open: dict[int, bytearray] = {}
        self._greetings: dict[int, tuple[bytes, Callable[[], None]]] = {}
        self.is_truncated = False
        self.closed = asyncio.Event()
        """Set when both ends are at their end, or given up."""

    def add(self, descriptor: int) -> bytearray:
        """Read ``descriptor``, which is owned from now on, into the returned buffer."""
        os.set_blocking(descriptor, False)
        buffer = bytearray()
        self._open[descriptor] = buffer
        self._loop.add_reader(descriptor, self._read, descriptor)
        return buffer

    def expect(self, descriptor: int, greeting: bytes, on_greeting: Callable[[], None]) -> None:
        """Take one byte off the front of what ``descriptor`` gives, and call when it comes."""
        self._greetings[descriptor] = (greeting, on_greeting)

    def close(self) -> None:
        """Stop reading, whoever still holds the other ends."""
        for descriptor in list(self._open):
            self._drop(descriptor)
        self.closed.set()

    def _read(self, descriptor: int) -> None:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            self._drop(descriptor)
            return
        if descriptor in self._greetings:
            greeting, on_greeting = self._greetings.pop(descriptor)
            chunk = chunk.removeprefix(greeting)
            on_greeting()
        self._open[descriptor] += chunk[: self._left]
        if len(chunk) > self._left:
            self.is_truncated = True
            self.close()
            self._on_exceeded()
            return
        self._left -= len(chunk)

    def _drop(self, descriptor: int) -> None:
        self._loop.remove_reader(descriptor)
        os.close(descriptor)
        del self._open[descriptor]
        if not self._open:
            self.closed.set()


class InputPump:
    """Writes bytes and closes; a reader that ends early is none of our concern."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._loop = asyncio.get_running_loop()
        self._descriptor: int | None = descriptor
        self._data = memoryview(b"")
        self._is_last = False
        self._is_waiting = False

    def write(self, data: bytes, *, is_last: bool) -> None:
        """Write what fits into the pipe now, the rest when there is room; close after the last."""
        self._data = memoryview(bytes(self._data) + data)
        self._is_last = is_last
        self._write()

    def close(self) -> None:
        """Close our end; what is unwritten is dropped."""
        if self._descriptor is None:
            return
        if self._is_waiting:
            self._loop.remove_writer(self._descriptor)
        os.close(self._descriptor)
        self._descriptor = None

    def _write(self) -> None:
        if self._descriptor is None:
            return
        with suppress(BlockingIOError):
            try:
                while self._data:
                    self._data = self._data[os.write(self._descriptor, self._data) :]
            except (BrokenPipeError, ConnectionResetError):
                self._data = memoryview(b"")
        if not self._data:
            self._rest()
        elif not self._is_waiting:
            self._is_waiting = True
            self._loop.add_writer(self._descriptor, self._write)

    def _rest(self) -> None:
        """Nothing to write: close, or wait for the next call without being woken."""
        if self._is_last:
            self.close()
        elif self._is_waiting and self._descriptor is not None:
            self._is_waiting = False
            self._loop.remove_writer(self._descriptor)
