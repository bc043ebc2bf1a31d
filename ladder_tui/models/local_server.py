"""The process that hosts a local model: llama.cpp's server, kept as long as somebody uses it.

Started by ``local_address``, never by hand::

    python -m ladder_tui.models.local_server --weights FILE.gguf --state-dir DIR --context 8192

It listens on the loopback address only, on a free port, asks for a random key, and ends itself
when no client touched its lease for ``--idle-s`` seconds or its files are gone. stdout and stderr
are its log. Exit codes: 0 idle, stopped or another one serves already · 3 it cannot be started.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ladder_tui.models.file_lock import try_lock
from ladder_tui.models.local_address import (
    DEFAULT_IDLE_S,
    ServerAddress,
    ServerFiles,
    ServerOptions,
)
from ladder_tui.process.leftover import start_ticks
from ladder_tui.process.service import bound_log

CANNOT_START = 3
LOG_ERRORS_ONLY = 1
LOCK_ATTEMPTS = 20
TICK_S = 0.5


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until idle; returns the exit code."""
    parser = argparse.ArgumentParser(prog="ladder_tui.models.local_server", description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--context", type=int, default=8192)
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--idle-s", type=float, default=DEFAULT_IDLE_S)
    given = parser.parse_args(argv)
    options = ServerOptions(given.weights, given.context, given.parallel, given.idle_s)
    try:
        files = ServerFiles(given.state_dir, options)
    except OSError as error:
        print(f"the weights cannot be read: {error}", file=sys.stderr)
        return CANNOT_START
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    lock = _take_lock(files)
    if lock is None:
        return 0
    try:
        return _serve(files, options, stop)
    finally:
        os.close(lock)


def _take_lock(files: ServerFiles) -> int | None:
    """The lock that says that this server lives; None where another one does."""
    for _ in range(LOCK_ATTEMPTS):  # somebody who looks holds it for a moment
        lock = try_lock(files.lock)
        if lock is not None:
            return lock
        time.sleep(0.05)
    return None


def _serve(files: ServerFiles, options: ServerOptions, stop: threading.Event) -> int:
    """Serve until told to stop or idle, then end the process; returns where it cannot start."""
    files.retract()  # what a crashed one left
    key = secrets.token_urlsafe(32)
    try:
        server = _start_llama(options, key)
    # ImportError: the extra is missing. RuntimeError: xllamacpp refuses the file, whose reason
    # llama.cpp has just written to the log.
    except (ImportError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return CANNOT_START
    port = urlsplit(server.listening_address).port or 0
    pid = os.getpid()
    files.touch()
    address = ServerAddress(port, key, pid, start_ticks(pid), str(options.weights))
    files.write(address)
    _wait(files, address, options.idle_s, stop)
    # Ending llama.cpp's threads waits 30 s for a reply under way and cuts it all the same. Nothing
    # is left to write, and the system releases lock and port.
    os._exit(0)


def _wait(files: ServerFiles, address: ServerAddress, idle_s: float, stop: threading.Event) -> None:
    """Return when the server is idle or told to stop; its address is gone by then."""
    while not stop.wait(TICK_S):
        bound_log(files.log)
        if files.idle_s(time.time()) <= idle_s:
            continue
        files.retract()
        # Somebody may have read the address just before it went, and touched the lease first.
        if files.idle_s(time.time()) > idle_s:
            return
        files.write(address)
    files.retract()


def _start_llama(options: ServerOptions, key: str) -> Any:
    from xllamacpp import CommonParams, Server

    params = CommonParams()
    params.model.path = str(options.weights)
    params.model_alias = {options.weights.stem}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False
    # Generating gains little from more threads; half of the cores stay for everything else.
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    params.cpuparams.n_threads = max(1, cores // 2)
    params.cpuparams_batch.n_threads = cores
    params.n_parallel = options.parallel
    params.n_ctx = options.context * options.parallel
    # What an earlier prompt left in the cache changes the arithmetic, and with it the reply.
    params.cache_prompt = False
    params.cache_ram_mib = 0
    params.verbosity = LOG_ERRORS_ONLY
    return Server(params)


if __name__ == "__main__":
    sys.exit(main())
