"""Cassettes: calls of a model written to a file, and answered from it without the model.

How the file looks is in ``recording``. A line is in the file before its reply is given on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ladder_tui.domain.model import ModelReply, ModelRequest
from ladder_tui.domain.usage import Usage
from ladder_tui.errors import ModelError
from ladder_tui.models.client import DeltaKind, ModelClient, OnDelta
from ladder_tui.models.recording import (
    VERSION,
    Header,
    Recorded,
    RecordedError,
    append_line,
    closest,
    open_for_append,
    read_cassette,
    request_key,
    request_parts,
)


class RecordingClient:
    """Passes calls on to another client and writes them down.

    An existing cassette is continued, so that a resumed run goes on in the same file.
    ``secrets`` are values, an API key for one, that must not reach the file even where a server
    repeats them; they are replaced by ``[secret]``.

    Raises:
        InvalidFileError: the file exists and is no cassette, or cannot be written.
    """

    def __init__(self, inner: ModelClient, path: Path, *, secrets: Iterable[str] = ()) -> None:
        self.inner = inner
        self.label = inner.label
        self.capabilities = inner.capabilities
        self._secrets = [_json_text(secret) for secret in secrets if secret]
        self._file = open_for_append(path)
        if self._file.tell() == 0:
            self._write(Header(VERSION, inner.label, inner.capabilities))

    async def complete(self, request: ModelRequest, on_delta: OnDelta) -> ModelReply:
        """Call the other client; reply and ``ModelError`` are recorded, then given on.

        Raises:
            ModelError: the other client's; or, of kind ``setup``, the cassette cannot be written.
        """
        deltas: list[tuple[float, DeltaKind, str]] = []
        last = time.monotonic()

        def note(kind: DeltaKind, text: str) -> None:
            nonlocal last
            now = time.monotonic()
            deltas.append((round(now - last, 4), kind, text))
            last = now
            on_delta(kind, text)

        try:
            reply = await self.inner.complete(request, note)
        except ModelError as error:
            self._record(request, deltas, error=_as_recorded(error))
            raise
        self._record(request, deltas, reply=reply)
        return reply

    async def aclose(self) -> None:
        """Close the other client and the file."""
        try:
            await self.inner.aclose()
        finally:
            self._file.close()

    def _record(
        self,
        request: ModelRequest,
        deltas: list[tuple[float, DeltaKind, str]],
        *,
        reply: ModelReply | None = None,
        error: RecordedError | None = None,
    ) -> None:
        key, parts = request_key(request), request_parts(request)
        try:
            self._write(Recorded(key, request.call, parts, tuple(deltas), reply, error))
        except OSError as failure:
            raise ModelError(
                "The reply came, but the cassette cannot be written.",
                kind="setup",
                usage=reply.usage if reply else Usage(),
                why=str(failure),
                next_step="make room on the disk, or run without --record",
            ) from failure

    def _write(self, line: Header | Recorded) -> None:
        data = msgspec.json.encode(line)
        for secret in self._secrets:
            data = data.replace(secret, b"[secret]")
        append_line(self._file, data)


class ReplayClient:
    """Answers from a cassette; no network, no model.

    A call is answered by the recorded calls of the same content, each used once: those of the
    same call site first, else in the order of the file. ``speed`` 1 keeps the recorded pace,
    2 doubles it, 0 (the default) does not wait.

    Raises:
        InvalidFileError: the file is no cassette or has a bad line.
    """

    def __init__(self, path: Path, *, speed: float = 0.0) -> None:
        header, self._calls = read_cassette(path)
        self.path = path
        self.label = header.label
        self.capabilities = header.capabilities
        self.speed = speed
        self._unused: dict[str, list[Recorded]] = {}
        for call in self._calls:
            self._unused.setdefault(call.key, []).append(call)

    async def complete(self, request: ModelRequest, on_delta: OnDelta) -> ModelReply:
        """The recorded reply.

        Raises:
            ModelError: the recorded one; or, of kind ``setup``, no recorded call fits.
        """
        recorded = self._take(request)
        for wait_s, kind, text in recorded.deltas:
            if self.speed:
                await asyncio.sleep(wait_s / self.speed)
            on_delta(kind, text)
        if recorded.reply is not None:
            return recorded.reply
        error = recorded.error or RecordedError("The recorded call has no reply.", "garbage")
        raise ModelError(**msgspec.structs.asdict(error))

    async def aclose(self) -> None:
        """Nothing to release."""

    def _take(self, request: ModelRequest) -> Recorded:
        waiting = self._unused.get(request_key(request))
        if not waiting:
            raise self._missing(request, is_used_up=waiting is not None)
        index = next((i for i, r in enumerate(waiting) if r.call == request.call), 0)
        return waiting.pop(index)

    def _missing(self, request: ModelRequest, *, is_used_up: bool) -> ModelError:
        call = request.call
        if is_used_up:
            why = "it was recorded, but fewer times than it is asked for now"
        else:
            why = closest(self._calls, request)
        return ModelError(
            f"The cassette {self.path} has no reply for agent {call.agent_id}, turn {call.turn}.",
            kind="setup",
            why=why,
            next_step="record it again with --record, or undo the change",
        )


def _as_recorded(error: ModelError) -> RecordedError:
    fields = RecordedError.__struct_fields__
    return RecordedError(**{name: getattr(error, name) for name in fields})


def _json_text(text: str) -> bytes:
    return msgspec.json.encode(text)[1:-1]
