"""The program around a command: streams, signals, and the one place where it ends.

Nothing but the standard library is imported here, and not even click: ``ladder`` alone opens the
interface without it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

EXIT_PIPE = 128 + signal.SIGPIPE
"""The reader of our output went away; as any program that is ended by SIGPIPE."""
EXIT_ERROR = 5
"""As of LadderError, which is not imported while all goes well."""


def has_terminal() -> bool:
    """Whether somebody sits at a terminal, for input and for output."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def run_program(command: Callable[[], int], *, is_json: bool = False) -> NoReturn:
    """Run ``command`` and end the process with its exit code; errors become a message and one."""
    _prepare_streams()
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        code = _run(command, is_json=is_json)
    finally:
        signal.signal(signal.SIGTERM, previous)
    sys.exit(code)


def _run(command: Callable[[], int], *, is_json: bool) -> int:
    try:
        code = command()
        sys.stdout.flush()
    except BrokenPipeError:
        return _output_lost(EXIT_PIPE)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - no raw traceback, ever
        return _reported(error, is_json=is_json)
    return code


def _prepare_streams() -> None:
    """Have all three streams, also where the caller closed one, and never fail at a character."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - open to the end
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _terminate(signum: int, frame: object) -> None:  # noqa: ARG001 - signature of a handler
    raise KeyboardInterrupt


def _reported(error: BaseException, *, is_json: bool) -> int:
    # Deferred: what it imports is not needed while all goes well.
    from ladder_tui.cli.failure import report_failure

    try:
        return flushed(report_failure(error, is_json=is_json))
    except BrokenPipeError:
        return _output_lost(EXIT_PIPE)
    except OSError:  # a full disk, under the standard output or under the standard error
        return _output_lost(EXIT_ERROR)


def flushed(code: int) -> int:
    """``code``, or another one where the output cannot be written."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _output_lost(EXIT_PIPE)
    except OSError:
        return _output_lost(code or EXIT_ERROR)
    return code


def _output_lost(code: int) -> int:
    """Leave nothing for the interpreter to flush into what cannot be written at its exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    return code
