"""Places to run ``ladder`` in that need a mount, and what every refusal has in common.

A mount lives in a namespace of its own: it is gone with the processes in it, whatever happens.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.console import LADDER, invoke

_UNSHARE = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
_READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && '
_TMPFS = 'mount -t tmpfs -o size=3m tmpfs "$1" && cp -r "$2/." "$1" && cd "$1" || exit 99; '
FILL = "head -c 9000000 /dev/zero > fill 2>/dev/null; "

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _in_namespace(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    probe = subprocess.run(
        [*_UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True
    )
    if probe.returncode:
        pytest.skip(f"mounting is not allowed here: {probe.stderr.decode(errors='replace')}")
    return subprocess.run(
        [*_UNSHARE, "sh", "-c", script, "sh", *words],
        env={**os.environ, "LC_ALL": "C.UTF-8", "LADDER": " ".join(LADDER)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def read_only(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``ladder WORDS`` in ``where``, which nobody can write."""
    return _in_namespace(_READ_ONLY + 'shift; exec $LADDER "$@"', str(where), *words)


def small_disk(mount: Path, source: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script (``$LADDER`` is the program) in a copy of ``source`` on a 3 MB disk."""
    mount.mkdir()
    return _in_namespace(_TMPFS + script, str(mount), str(source))


def invoked(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``ladder WORDS`` in ``where``, in this process: for what needs none of its own."""
    with contextlib.chdir(where):
        result = invoke(*words)
    return subprocess.CompletedProcess(words, result.exit_code, result.stdout, result.stderr)


def refused(done: subprocess.CompletedProcess[str], code: int) -> str:
    """What standard error says, after checking what every refusal has in common."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "something went wrong inside" not in done.stderr
    assert sum(line.startswith("ladder: ") for line in done.stderr.splitlines()) == 1, done.stderr
    assert not CONTROLS.search(done.stderr), done.stderr
    return done.stderr
