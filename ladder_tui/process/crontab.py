"""The user's crontab, read and written through its own program."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from ladder_tui.errors import ProcessError, UsageError

TIMEOUT_S = 10.0


def read_crontab() -> list[str]:
    """Lines of the user's crontab without their ends; none where there is no crontab yet.

    Raises UsageError without the program, ProcessError where it fails.
    """
    done = _run("-l")
    if done.returncode:
        if b"no crontab" in done.stderr:
            return []
        raise _failed(done)
    text = done.stdout.decode("utf-8", "surrogateescape")
    return text.removesuffix("\n").split("\n") if text else []


def write_crontab(lines: Sequence[str]) -> None:
    """Put ``lines`` in the place of the user's crontab. Raises UsageError or ProcessError."""
    text = "".join(f"{line}\n" for line in lines)
    done = _run("-", text.encode("utf-8", "surrogateescape"))
    if done.returncode:
        raise _failed(done)


def _run(word: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("crontab")
    if program is None:
        raise UsageError(
            "there is no crontab program here",
            next_step="take --as systemd, or leave out --write and copy the line",
        )
    try:
        return subprocess.run(
            [program, word], input=data, capture_output=True, timeout=TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProcessError("crontab could not be run", why=str(error)) from error


def _failed(done: subprocess.CompletedProcess[bytes]) -> ProcessError:
    why = done.stderr.decode("utf-8", "replace").strip()[:300]
    return ProcessError("the crontab is as it was", why=why, next_step="copy the line yourself")
