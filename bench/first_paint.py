"""How soon is the first real screen there, against a Textual application that says hello?

Each is started in a pseudo-terminal of 120x40; the clock runs from exec until a known text has
arrived. Ladder opens a repository with 200 runs and 100,000 events. Seconds, medians.

    python -m bench.first_paint [--repeat 9]
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

from bench.past import fill
from bench.table import Row, print_table

LIMIT_S = 30.0
HELLO = (
    "from textual.app import App\n"
    "from textual.widgets import Static\n"
    "class Hello(App):\n"
    "    def compose(self):\n"
    "        yield Static('hello ladder')\n"
    "Hello().run()\n"
)
HELLO_TEXT = b"hello ladder"
LADDER_TEXT = b"review"


def paint(words: list[str], text: bytes, folder: Path) -> float:
    """Seconds from exec until ``text`` is on the terminal."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LADDER_")}
    environ |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    environ["LADDER_CONFIG"] = str(folder / "user.toml")
    # Both run from compiled modules, as after an installation; the checkout stays clean.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    environ["PYTHONPYCACHEPREFIX"] = str(folder.parent / "compiled")
    started = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(words[0], words, environ)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    try:
        while text not in seen:
            if time.perf_counter() - started > LIMIT_S:
                raise TimeoutError(f"{text!r} did not appear: {seen[-2000:]!r}")
            if select.select([terminal], [], [], 0.5)[0]:
                seen += os.read(terminal, 65_536)
        return time.perf_counter() - started
    finally:
        os.kill(pid, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(pid, 0)


def run(repeat: int = 9) -> list[Row]:
    """The promise about the first screen; the two take turns, so that both see the same load."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "shop"
        fill(root)
        hello_words = [sys.executable, "-c", HELLO]
        ladder_words = [sys.executable, "-m", "ladder_tui"]
        hello, ladder = [], []
        for turn in range(repeat + 1):
            seconds = paint(hello_words, HELLO_TEXT, root), paint(ladder_words, LADDER_TEXT, root)
            if turn:  # the first pair fills caches
                hello.append(seconds[0])
                ladder.append(seconds[1])
    ours, reference = statistics.median(ladder), statistics.median(hello)
    ratio = ours / reference
    return [Row("first real screen, s", ours, reference, ratio, "<= 1.3", ratio <= 1.3)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="first paint against a Textual hello")
    parser.add_argument("--repeat", type=int, default=9)
    print_table(run(parser.parse_args().repeat))


if __name__ == "__main__":
    main()
