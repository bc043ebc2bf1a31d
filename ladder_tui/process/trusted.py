"""Our own one-off commands that need the user's environment, such as pip with its settings.

Nothing that a model, a tool or a repository had a hand in may be started here: there is no
sandbox, no limit and no scrubbing.
"""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence

import msgspec

from ladder_tui.errors import ProcessError

KEPT_LINES = 200


class TrustedResult(msgspec.Struct, frozen=True):
    """How it ended; ``output`` is the end of stdout and stderr, as they came."""

    exit_code: int
    output: str


def run_trusted(
    argv: Sequence[str], env: Mapping[str, str], on_line: Callable[[str], None]
) -> TrustedResult:
    """Run a command to its end and hand on each line of its output. Blocks.

    Whatever ends the call early (an interrupt, an error of ``on_line``) ends the command too.

    Raises:
        ProcessError: it cannot be started.
    """
    try:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(env),
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise ProcessError(f"{argv[0]} was not started", why=str(error)) from error
    last: deque[str] = deque(maxlen=KEPT_LINES)
    assert process.stdout is not None
    with process, process.stdout:
        try:
            for line in process.stdout:
                last.append(line)
                on_line(line.rstrip("\n"))
        except BaseException:
            process.kill()
            raise
    return TrustedResult(process.returncode, "".join(last))
