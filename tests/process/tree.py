"""Processes of the machine, found by a word on their command line."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ladder_tui.process import leftover

PATIENCE_S = 20.0


def running(word: str) -> list[int]:
    """Return running processes that have ``word`` as an argument."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        stat = leftover.read_stat(int(entry.name))
        if word.encode() in arguments and stat is not None and stat.is_running:
            found.append(int(entry.name))
    return found


def wait_until(is_so: Callable[[], bool]) -> bool:
    """Ask again and again; say whether it came true."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.01)
    return is_so()


def open_descriptors() -> int:
    """Return how many descriptors this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))
