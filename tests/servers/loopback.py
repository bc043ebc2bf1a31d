"""A small and cheap HTTP/1.1 server on the loopback interface that streams scripted events.

It costs about 10 µs per event, so that it can serve hundreds of streams from one core while the
client under test has the other. A protocol gives it frames; see ``messages.py`` and ``chat.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import ClassVar, Self, cast
from urllib.parse import urlsplit

from tests.servers.reply import Reply, Script, Seen

HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
    b"cache-control: no-cache\r\nrequest-id: req_%d\r\nx-request-id: req_%d\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
END = b"0\r\n\r\n"
GIGANTIC = 12 * 1024 * 1024


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


class LoopbackServer:
    """Base of the servers. Use ``async with Server(script) as server`` or ``running(script)``.

    ``requests`` holds what arrived, ``aborted`` counts replies that the client broke off,
    ``active`` and ``peak`` count streams at a time, ``connections`` all that were opened; the
    events ``has_request`` and ``has_aborted`` can be awaited.
    """

    path: ClassVar[str] = "/"

    def __init__(self, script: Script | Reply, *, keep_requests: bool = True) -> None:
        self.script: Script = (lambda seen: script) if isinstance(script, Reply) else script
        self.keep_requests = keep_requests
        self.requests: list[Seen] = []
        self.count = 0
        self.aborted = 0
        self.has_request = asyncio.Event()
        self.has_aborted = asyncio.Event()
        self.active = 0
        self.peak = 0
        self.connections = 0
        self.port = 0
        self._frames: dict[int, tuple[Reply, list[bytes]]] = {}
        self._server: asyncio.Server | None = None
        self._open: set[_Connection] = set()

    @property
    def base_url(self) -> str:
        """The address for a client's ``base_url``."""
        return f"http://127.0.0.1:{self.port}"

    def events(self, reply: Reply) -> list[bytes]:
        """The reply as whole events of the protocol, ``fault`` included."""
        raise NotImplementedError

    def error_body(self, reply: Reply) -> bytes:
        """The body of an answer with an error status."""
        raise NotImplementedError

    def frames(self, reply: Reply) -> list[bytes]:
        """The events as chunks, prepared once per reply."""
        known = self._frames.get(id(reply))
        if known is None:
            known = self._frames[id(reply)] = (reply, self._prepare(reply))
        return known[1]

    def _prepare(self, reply: Reply) -> list[bytes]:
        events = self.events(reply)
        if reply.fault == "gzip":
            events = [gzip.compress(b"".join(events))]
        frames = [chunk(event) for event in events]
        if reply.fault == "bad_chunk":
            frames = [*frames[: reply.fault_after], b"no length\r\n"]
        return frames

    async def start(self, port: int = 0) -> Self:
        """Listen; port 0 takes a free one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self), "127.0.0.1", port, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def close(self) -> None:
        """Break off what still streams, and stop."""
        for connection in list(self._open):
            connection.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _Connection(asyncio.Protocol):
    """One client connection, one request at a time."""

    def __init__(self, server: LoopbackServer) -> None:
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._timer: asyncio.TimerHandle | None = None
        self._is_busy = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A cast: uvloop's transport is no subclass of asyncio's.
        self.transport = cast(asyncio.Transport, transport)
        self._server.connections += 1
        self._server._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server._open.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._is_busy:
            self._server.aborted += 1
            self._server.has_aborted.set()
            self._finish()

    def abort(self) -> None:
        if self._is_busy:
            self._finish()
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head, rest = self._buffer[:head_end], self._buffer[head_end + 4 :]
        lines = head.decode("latin-1").split("\r\n")
        fields = (line.partition(":") for line in lines[1:])
        headers = {name.lower(): value.strip() for name, _, value in fields}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        # A client that takes this server for a proxy sends the whole address.
        path = urlsplit(lines[0].split(" ")[1]).path
        self._answer(path, headers, rest[:length])

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> None:
        server = self._server
        if path != server.path:
            self._send_whole(404, b"{}", {})
            return
        server.count += 1
        server.has_request.set()
        seen = Seen(server.count, path, headers, body, self._loop.time())
        if server.keep_requests:
            server.requests.append(seen)
        server.active += 1
        server.peak = max(server.peak, server.active)
        self._is_busy = True
        reply = server.script(seen)
        if reply.delay_s:
            self._timer = self._loop.call_later(reply.delay_s, self._reply, reply, seen)
        else:
            self._reply(reply, seen)

    def _reply(self, reply: Reply, seen: Seen) -> None:
        if reply.fault == "hang":
            return
        if reply.fault == "reset":
            self.abort()
        elif reply.fault == "html":
            page = b"<!doctype html>\n<html><body>Please sign in</body></html>\n"
            self._finish()
            self._send_whole(200, page, {"content-type": "text/html"})
        elif reply.fault == "no_http":
            self.transport.write(b"SSH-2.0-OpenSSH_9.9\r\n")
            self.abort()
        elif reply.status != 200:
            self._finish()
            self._send_whole(reply.status, self._server.error_body(reply), reply.headers)
        else:
            head = HEAD % (seen.number, seen.number)
            if reply.fault == "gzip":
                head = head.replace(b"\r\n\r\n", b"\r\ncontent-encoding: gzip\r\n\r\n")
            self.transport.write(head)
            self._stream(reply)

    def _stream(self, reply: Reply) -> None:
        frames = self._server.frames(reply)
        if not reply.token_delay_s:
            self.transport.write(b"".join(frames))
            self._end(reply)
            return
        start = self._loop.time()
        position = 0

        def send() -> None:
            nonlocal position
            self.transport.write(frames[position])
            position += 1
            if position == len(frames):
                self._end(reply)
                return
            # By the clock and not by the previous timer: a busy loop must not stretch the script.
            self._timer = self._loop.call_at(start + position * reply.token_delay_s, send)

        if frames:
            send()
        else:
            self._end(reply)

    def _end(self, reply: Reply) -> None:
        if reply.fault in ("stall", "late_end"):
            return
        self._finish()
        if reply.fault == "cut":
            self.transport.close()
        else:
            self.transport.write(END)

    def _finish(self) -> None:
        self._is_busy = False
        self._server.active -= 1

    def _send_whole(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        fields = {"content-type": "application/json", **headers, "content-length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.transport.write(f"HTTP/1.1 {status} Scripted\r\n{head}\r\n".encode() + body)


@contextlib.contextmanager
def in_thread(make: Callable[[], LoopbackServer]) -> Iterator[LoopbackServer]:
    """Run a server in a thread of its own, for tests that are not asynchronous."""
    ready = threading.Event()
    loops: list[asyncio.AbstractEventLoop] = []
    server = make()

    async def serve() -> None:
        async with server:
            loops.append(asyncio.get_running_loop())
            ready.set()
            await stop.wait()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    if not ready.wait(10):
        raise RuntimeError("the loopback server did not start")
    try:
        yield server
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(10)


async def serve_forever(server: LoopbackServer, port: int) -> None:
    """Print the port on a line of its own and serve until killed or standard input closes."""
    await server.start(port)
    print(server.port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, _wait_for_end_of_input)
    await server.close()


def _wait_for_end_of_input() -> None:
    import sys

    sys.stdin.buffer.read()


@contextlib.asynccontextmanager
async def in_process(module: str, *arguments: str) -> AsyncIterator[str]:
    """Run a server in a process of its own; gives its ``base_url``."""
    import sys

    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        yield f"http://127.0.0.1:{port}"
    finally:
        # It ends when its input does, and so it cannot outlive a killed test.
        process.stdin.close()
        await process.wait()
