"""The log of a runner: why it ended, where it could not say so in the journal."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ladder_tui.gates.printable import clean

TAIL_BYTES = 2_048
REASON_LIMIT = 300
"""Characters of the reason."""


def last_words(path: Path) -> str:
    """The last line of a runner's log without control characters; empty without one.

    Reads the last 2 kB at most. A log that cannot be read has nothing to say.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return ""
            file.seek(max(0, status.st_size - TAIL_BYTES))
            tail = file.read(TAIL_BYTES)
    except OSError:
        return ""
    lines = (clean(line, REASON_LIMIT) for line in tail.decode(errors="replace").split("\n"))
    return next((line for line in reversed(list(lines)) if line), "")
