"""Where the model server that the runs of a machine share is: its files, and who starts it.

A server belongs to one user and one set of weights. It holds ``NAME.lock`` while it lives, so a
crash needs no cleaning up, and writes its port and key to ``NAME.json``, which only the user can
read. Clients touch ``NAME.lease`` while they use it. ``NAME.start`` is held by whoever starts it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from ladder_tui.config import environment
from ladder_tui.errors import ModelError, ProcessError
from ladder_tui.models.file_lock import is_locked, try_lock
from ladder_tui.process.leftover import is_alive
from ladder_tui.process.service import start_detached

FORMAT = 1
"""Part of a server's name: a Ladder that starts servers differently does not meet older ones."""
DEFAULT_IDLE_S = 600.0
START_TIMEOUT_S = 300.0
"""Loading weights of many gigabytes takes minutes."""
_POLL_S = 0.05
_ANSWER_TIMEOUT_S = 20.0
_LOG_TAIL = 600
_KEPT_VARIABLES = (
    "PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "LD_LIBRARY_PATH",
    "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "OMP_WAIT_POLICY",
)  # fmt: skip
"""What the server gets of the environment: it outlives the run and needs none of its keys."""


class ServerOptions(msgspec.Struct, frozen=True):
    """What a server runs. ``context`` is in tokens, for each of ``parallel`` slots."""

    weights: Path
    context: int
    parallel: int = 1
    """One slot: on a few cores the prompts are most of the work, so that five at once end no
    sooner than one after the other; and a reply then never depends on who shares its batch."""
    idle_s: float = DEFAULT_IDLE_S


class ServerAddress(msgspec.Struct, frozen=True):
    """A server that answers. ``key`` keeps other users of the machine out."""

    port: int
    key: str
    pid: int
    start_ticks: int
    weights: str

    @property
    def base_url(self) -> str:
        """Address of the Chat Completions protocol."""
        return f"http://127.0.0.1:{self.port}/v1"


class ServerFiles:
    """The files by which a server and its clients know each other."""

    def __init__(self, folder: Path, options: ServerOptions) -> None:
        stat = options.weights.stat()
        weights = options.weights.resolve()
        parts = (FORMAT, str(weights), stat.st_size, stat.st_mtime_ns, options.context)
        identity = "|".join(map(str, (*parts, options.parallel)))
        name = f"server-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
        self.folder = folder
        self.address = folder / f"{name}.json"
        self.lock = folder / f"{name}.lock"
        self.start = folder / f"{name}.start"
        self.lease = folder / f"{name}.lease"
        self.log = folder / f"{name}.log"

    def touch(self) -> None:
        """Tell the server that it is in use. A folder that is gone has no server."""
        with contextlib.suppress(FileNotFoundError):
            self.lease.touch(mode=0o600)

    def idle_s(self, now: float) -> float:
        """Seconds since a client last used it; endless where the files are gone."""
        try:
            return now - self.lease.stat().st_mtime
        except OSError:
            return float("inf")

    def read(self) -> ServerAddress | None:
        """The address of a server that holds its lock, answering or not."""
        try:
            address = msgspec.json.decode(self.address.read_bytes(), type=ServerAddress)
        except (OSError, msgspec.DecodeError):
            return None
        return address if is_locked(self.lock) else None

    def write(self, address: ServerAddress) -> None:
        """Publish the address, whole, for the user's eyes only."""
        part = self.address.with_suffix(".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(address))
        part.replace(self.address)

    def retract(self) -> None:
        """Take the address back."""
        self.address.unlink(missing_ok=True)


async def find_server(files: ServerFiles) -> ServerAddress | None:
    """A server that answers, marked as in use."""
    files.touch()
    address = files.read()
    if address is None or not await _answers(address):
        return None
    return address


async def ensure_server(files: ServerFiles, options: ServerOptions) -> ServerAddress:
    """A server that answers: the one that is there, else a new one. One of many callers starts it.

    Raises:
        ModelError: of kind ``setup``: it does not start; with the end of its log.
    """
    files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        found = await find_server(files)
        if found is not None:
            return found
        starting = try_lock(files.start)
        if starting is not None:
            try:
                return await find_server(files) or await _start(files, options, deadline)
            finally:
                os.close(starting)
        await asyncio.sleep(_POLL_S)
    raise _start_error(files, "it did not answer in time")


def stop_servers(folder: Path) -> int:
    """End all servers of a state folder; gives how many there were."""
    stopped = 0
    for path in folder.glob("server-*.json"):
        with contextlib.suppress(OSError, msgspec.DecodeError):
            address = msgspec.json.decode(path.read_bytes(), type=ServerAddress)
            if is_alive(address.pid, address.start_ticks):
                os.kill(address.pid, signal.SIGTERM)
                stopped += 1
    return stopped


async def _start(files: ServerFiles, options: ServerOptions, deadline: float) -> ServerAddress:
    _end_mute(files)
    argv = [
        sys.executable, "-P", "-m", "ladder_tui.models.local_server",
        "--weights", str(options.weights.resolve()), "--state-dir", str(files.folder.resolve()),
        "--context", str(options.context), "--parallel", str(options.parallel),
        "--idle-s", str(options.idle_s),
    ]  # fmt: skip
    try:
        child = start_detached(argv, files.folder, files.log, _child_environment(environment()))
    except ProcessError as error:
        raise _start_error(files, str(error)) from error
    while time.monotonic() < deadline:
        found = await find_server(files)
        if found is not None:
            return found
        # Without /proc (start_ticks 0) a child that died is only noticed by the time-out. It also
        # ends where another server holds the lock: then that one will answer.
        if child.start_ticks and not child.is_alive and not is_locked(files.lock):
            raise _start_error(files, "it ended at once")
        await asyncio.sleep(_POLL_S)
    raise _start_error(files, "it did not answer in time")


def _end_mute(files: ServerFiles) -> None:
    """Kill a server that holds the lock and does not answer."""
    address = files.read()
    if address is not None and is_alive(address.pid, address.start_ticks):
        os.kill(address.pid, signal.SIGKILL)


def _child_environment(env: Mapping[str, str]) -> dict[str, str]:
    kept = {name: env[name] for name in _KEPT_VARIABLES if name in env}
    # llama.cpp's threads meet several hundred times per token and by default spin meanwhile. Where
    # something else has a core they burn it: 49 s for one reply at load 9 on 2 cores, 8 s if they
    # sleep, with no loss on an idle machine.
    return {"OMP_WAIT_POLICY": "passive", **kept}


async def _answers(address: ServerAddress) -> bool:
    """True where the server accepts its key. Talks HTTP by hand: no client is loaded for this."""
    request = (
        f"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {address.key}\r\n"
        "Connection: close\r\n\r\n"
    )
    writer = None
    try:
        async with asyncio.timeout(_ANSWER_TIMEOUT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
            writer.write(request.encode())
            return b" 200 " in await reader.readline()
    except (OSError, TimeoutError):
        return False
    finally:
        if writer is not None:
            writer.close()


def _start_error(files: ServerFiles, why: str) -> ModelError:
    try:
        tail = files.log.read_bytes()[-_LOG_TAIL:].decode("utf-8", "replace").strip()
    except OSError:
        tail = ""
    return ModelError(
        "The server of the local model does not start.",
        kind="setup",
        why=f"{why}\n  {tail}" if tail else why,
        next_step=f"see {files.log}",
    )
