"""What to run and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

SandboxLevel = Literal["bwrap", "limits"]
"""``bwrap``: no network, and only listed paths exist. ``limits``: the files and the network of the
user are reachable; only time, memory, output and environment are limited."""

MIB = 1024 * 1024


class ProcessSpec(msgspec.Struct, frozen=True):
    """One command, without a shell.

    ``cwd`` must be ``/tmp`` or lie below one of ``read_paths`` or ``write_paths``.
    """

    argv: tuple[str, ...]
    cwd: Path
    timeout_s: float = 60
    memory_mb: int = 2048
    """Address space of each of its processes (``RLIMIT_AS``), not their sum."""
    total_memory_mb: int = 4096
    """Of all its processes together, as ``watchdog`` counts them."""
    max_processes: int = 512
    """At one time, as ``watchdog`` counts them."""
    output_limit: int = 4 * MIB
    """Bytes of stdout and stderr together; past it the command is killed."""
    stdin: bytes = b""
    env: dict[str, str] = {}
    """Added to the scrubbed environment; never put a secret here."""
    read_paths: tuple[Path, ...] = ()
    write_paths: tuple[Path, ...] = ()
    """Their ``.git`` stays read-only."""
    masks: tuple[tuple[Path, Path], ...] = ()
    """On the level ``bwrap``: files that show the content of another one in place of their own."""
    label: str = ""


class ProcessResult(msgspec.Struct, frozen=True):
    """How a command ended."""

    exit_code: int | None
    """Negative for a signal (128 + signal inside bubblewrap); None after a time-out."""
    stdout: bytes
    stderr: bytes
    is_timed_out: bool
    is_truncated: bool
    elapsed_s: float
    level: SandboxLevel
    excess: Literal["", "processes", "memory"] = ""
    """What its processes together had too much of, and were killed for."""
