"""The file of a cassette: its lines, how they are read and continued, and what differs.

A cassette is JSON lines: a header, then one line per call with its key (SHA-256 of the request's
content: model, system, messages, tools, schema, max_tokens), its call site, digests of the
request's parts, the deltas with their times, and the reply or the error. The text of requests is
not in it, nor any header or key of the transport. A last line that a kill cut short is ignored.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from io import SEEK_END, FileIO
from pathlib import Path
from typing import Any

import msgspec

from ladder_tui.domain.model import CallSite, Capabilities, ModelReply, ModelRequest
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.usage import Usage
from ladder_tui.errors import InvalidFileError
from ladder_tui.models.client import DeltaKind

VERSION = 1
_BLOCK = 65_536


class Header(msgspec.Struct, frozen=True):
    """First line of a cassette: which model was recorded."""

    cassette: int
    label: str
    capabilities: Capabilities


class RecordedError(msgspec.Struct, frozen=True, omit_defaults=True):
    """A ``ModelError`` as it was raised."""

    what: str
    kind: str
    is_retryable: bool = False
    retry_after_s: float | None = None
    usage: Usage = Usage()
    http_status: int = 0
    why: str = ""
    next_step: str = ""


class Parts(msgspec.Struct, frozen=True):
    """Digests of a request's parts, to say what differs when no recorded call fits."""

    model: str
    max_tokens: int
    system: str
    tools: str
    schema: str
    messages: tuple[str, ...]


class Recorded(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call. ``deltas`` are (seconds since the last one, kind, text)."""

    key: str
    call: CallSite
    parts: Parts
    deltas: tuple[tuple[float, DeltaKind, str], ...] = ()
    reply: ModelReply | None = None
    error: RecordedError | None = None


def request_key(request: ModelRequest) -> str:
    """SHA-256 of a request's content; where it is made does not count."""
    content = (
        request.model,
        request.system,
        request.messages,
        request.tools,
        request.output_schema,
        request.max_tokens,
    )
    return sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def read_cassette(path: Path) -> tuple[Header, list[Recorded]]:
    """Header and calls of a cassette.

    Raises:
        InvalidFileError: it cannot be read, is no cassette, or lines of it are damaged.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise _invalid(
            path, [Problem(str(path), 0, "CA001", f"cannot be read: {error}")]
        ) from error
    tail = lines.pop()  # empty, or what a kill cut short
    header = _header(path, lines[0] if lines else b"")
    calls, problems = [], []
    decoder = msgspec.json.Decoder(Recorded)
    for number, line in enumerate(lines[1:], 2):
        try:
            calls.append(decoder.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            problems.append(Problem(str(path), number, "CA002", f"no recorded call: {error}"))
    if problems:
        raise _invalid(path, problems)
    if tail:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            calls.append(decoder.decode(tail))
    return header, calls


def _header(path: Path, line: bytes) -> Header:
    try:
        header = msgspec.json.decode(line, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problem = Problem(str(path), 1, "CA001", f"no cassette: {error}")
        raise _invalid(path, [problem]) from error
    if header.cassette != VERSION:
        message = f"version {header.cassette}, but only {VERSION} can be read"
        raise _invalid(path, [Problem(str(path), 1, "CA001", message)])
    return header


def _invalid(path: Path, problems: list[Problem]) -> InvalidFileError:
    return InvalidFileError(
        f"The cassette {path} cannot be used.", problems, next_step="record it again"
    )


def open_for_append(path: Path) -> FileIO:
    """The file, at its end; what a kill cut short is removed first.

    Raises:
        InvalidFileError: it exists and is no cassette, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise OSError("it is no regular file")
        file = path.open("a+b", buffering=0)
    except OSError as error:
        problem = Problem(str(path), 0, "CA001", f"cannot be written: {error}")
        raise _invalid(path, [problem]) from error
    try:
        file.seek(0)
        first = file.readline()
        if first:
            _header(path, first)
            file.truncate(_end_of_lines(file))
        file.seek(0, SEEK_END)
    except InvalidFileError:
        file.close()
        raise
    return file


def append_line(file: FileIO, line: bytes) -> None:
    """Write a whole line or, where the disk refuses it, nothing.

    Raises:
        OSError: the disk refuses it.
    """
    start = file.seek(0, SEEK_END)
    data = memoryview(line + b"\n")
    try:
        while data:
            data = data[file.write(data) :]
    except OSError:
        file.truncate(start)
        raise


def _end_of_lines(file: FileIO) -> int:
    """Offset after the last newline."""
    end = file.seek(0, SEEK_END)
    while end:
        start = max(0, end - _BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _digest(value: Any) -> str:
    return sha256(msgspec.json.encode(value, order="sorted")).hexdigest()[:16]


def request_parts(request: ModelRequest) -> Parts:
    """Digests of the parts of a request."""
    return Parts(
        model=request.model,
        max_tokens=request.max_tokens,
        system=_digest(request.system),
        tools=_digest(request.tools),
        schema=_digest(request.output_schema),
        messages=tuple(_digest(message) for message in request.messages),
    )


def closest(calls: list[Recorded], request: ModelRequest) -> str:
    """What differs from the recorded call that is most like the request."""
    if not calls:
        return "the cassette holds no call"
    now, site = request_parts(request), request.call

    def likeness(recorded: Recorded) -> tuple[bool, bool, int]:
        differences = len(_differences(recorded.parts, now))
        return recorded.call.agent_id == site.agent_id, recorded.call == site, -differences

    best = max(calls, key=likeness)
    if best.call.agent_id != site.agent_id:
        return f"nothing was recorded for agent {site.agent_id}"
    differences = ", ".join(_differences(best.parts, now))
    return f"compared with its recorded turn {best.call.turn}, these differ: {differences}"


def _differences(then: Parts, now: Parts) -> list[str]:
    found = []
    if then.model != now.model:
        found.append(f"model (recorded {then.model}, now {now.model})")
    if then.max_tokens != now.max_tokens:
        found.append(f"max_tokens (recorded {then.max_tokens}, now {now.max_tokens})")
    found += [
        name for name in ("system", "tools", "schema") if getattr(then, name) != getattr(now, name)
    ]
    if then.messages != now.messages:
        pairs = zip(then.messages, now.messages, strict=False)
        same = next((i for i, (a, b) in enumerate(pairs) if a != b), None)
        if same is not None:
            found.append(f"message {same + 1} of {len(now.messages)}")
        else:
            found.append(f"messages (recorded {len(then.messages)}, now {len(now.messages)})")
    return found
