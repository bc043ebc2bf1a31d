"""Runs the real ``ladder`` program: in a process of its own, in a terminal, or in this process."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from ladder_tui.cli.main import root

LADDER = [sys.executable, "-m", "ladder_tui"]


def console(where: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run ``ladder WORDS`` in a process, without a terminal."""
    return subprocess.run(
        [*LADDER, *words],
        cwd=where,
        env={**os.environ, "LC_ALL": "C.UTF-8", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def start(where: Path, *words: str, **env: str) -> subprocess.Popen[str]:
    """Start ``ladder WORDS`` with its output in pipes; signals reach it as from a shell."""
    return subprocess.Popen(
        [*LADDER, *words],
        cwd=where,
        env={**os.environ, "LC_ALL": "C.UTF-8", **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_default_signals,
    )


def _default_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """A pseudo-terminal with ``ladder`` in it."""

    def __init__(self, where: Path, *words: str, **env: str) -> None:
        self.output = ""
        self.exit_code: int | None = None
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            _default_signals()
            os.chdir(where)
            colours = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
            os.execve(LADDER[0], [*LADDER, *words], {**os.environ, **colours, **env})

    def wait_for(self, text: str, timeout_s: float = 30) -> None:
        """Read until the text was printed."""
        deadline = time.monotonic() + timeout_s
        while text not in self.output:
            if not self._read() or time.monotonic() > deadline:
                raise AssertionError(f"{text!r} was not printed:\n{self.output}")

    def type(self, keys: str) -> None:
        """Send keys."""
        os.write(self._fd, keys.encode())

    def end(self, timeout_s: float = 30) -> int:
        """Read to the end and return the exit code."""
        deadline = time.monotonic() + timeout_s
        while self._read():
            if time.monotonic() > deadline:
                os.kill(self._pid, signal.SIGKILL)
                raise AssertionError(f"it goes on:\n{self.output}")
        _, status = os.waitpid(self._pid, 0)
        os.close(self._fd)
        self.exit_code = os.waitstatus_to_exitcode(status)
        return self.exit_code

    def hang_up(self) -> None:
        """Close the terminal as a closed window does."""
        os.close(self._fd)
        os.waitpid(self._pid, 0)

    def _read(self) -> bool:
        """Take in what is there; False at the end of the output."""
        ready, _, _ = select.select([self._fd], [], [], 0.1)
        if not ready:
            return True
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        self.output += data.decode("utf-8", "replace")
        return bool(data)


def invoke(*words: str) -> Result:
    """Run ``ladder WORDS`` in this process, in the current directory."""
    return CliRunner().invoke(root, list(words))


def document(*words: str, exit_code: int = 0) -> Any:
    """The JSON document that ``ladder WORDS --json`` prints."""
    result = invoke(*words, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)
