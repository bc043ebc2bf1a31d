"""Fetches one commit of a repository that a stranger wrote, and reads files out of it.

Nothing is checked out: what a stranger wrote stays inside git's objects until each path and each
kind of entry was looked at. So no filter, hook, attribute, submodule or large-file download has a
place to begin. The user's configuration stays in force (proxies, certificates, credentials), the
repository is a fresh one of ours. Time and size are limited, and nothing is asked.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Timer
from typing import IO

import msgspec

from ladder_tui.process.git_address import GitAddress
from ladder_tui.process.git_command import (
    NO_COMMANDS,
    PROGRAM_FOLDERS,
    GitError,
    GitMissingError,
)
from ladder_tui.process.home import home_folder

FETCH_S = 120.0
READ_S = 30.0
MOST_BYTES = 128 * 1024 * 1024
"""Of one commit as git packs it."""
MOST_LISTED = 32 * 1024 * 1024
"""Bytes of a listing of all paths: trees can be nested so that they unfold without end."""
_POLL_S = 0.05
_KEPT_VARIABLES = frozenset(
    {
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
        "SSH_AUTH_SOCK",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "GIT_SSL_CAINFO",
        "XDG_CONFIG_HOME",
    }
)
_OURS = {
    # Looked for in the user's configuration: without them no private repository can be fetched.
    key: value
    for key, value in NO_COMMANDS.items()
    if key not in ("credential.helper", "core.sshCommand", "protocol.allow")
} | {
    "fetch.fsckObjects": "true",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "20",
    "protocol.version": "2",
}
_FLAGS = [word for key, value in _OURS.items() for word in ("-c", f"{key}={value}")]
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=20"


class TreeEntry(msgspec.Struct, frozen=True):
    """One path of a commit."""

    path: str
    mode: str
    """``100644``, ``100755`` for executables, ``120000`` for links, ``160000`` for submodules."""
    object: str
    size: int

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.mode in ("100644", "100755", "100664")


def fetch_commit(
    address: GitAddress,
    directory: Path,
    env: Mapping[str, str],
    *,
    timeout_s: float = FETCH_S,
    limit: int = MOST_BYTES,
) -> str:
    """Fetch one commit without its history into a new bare repository; returns its full hash.

    ``env`` is the process environment, of which proxies, certificates and the ssh agent are
    handed on. Blocks. Raises GitError past a limit, for an address that does not answer, and for
    one that needs a password; GitMissingError without git.
    """
    environment = _environment(env, address.protocol)
    _output(["init", "--quiet", "--bare", "--template=", str(directory)], environment)
    words = [
        *("--git-dir", str(directory), "fetch", "--quiet", "--depth=1", "--no-tags"),
        *("--no-recurse-submodules", "--no-write-commit-graph", "--", address.url),
        address.ref or "HEAD",
    ]
    with tempfile.TemporaryFile() as said:
        process = _start(words, environment, stdout=subprocess.DEVNULL, stderr=said)
        try:
            _wait(process, directory, time.monotonic() + timeout_s, timeout_s, limit)
        finally:
            _kill(process)
        if process.returncode != 0:
            said.seek(0)
            raise GitError(
                f"{address.url} cannot be fetched",
                why=said.read(2_000).decode(errors="replace").strip()[:600],
                next_step="check the address, the branch and your access to it",
            )
    found = _output(_in(directory, "rev-parse", "--verify", "FETCH_HEAD^{commit}"), environment)
    return found.decode().strip()


def list_tree(directory: Path, commit: str) -> list[TreeEntry]:
    """Every path of a commit. Paths that are not UTF-8 carry U+FFFD. Raises GitError."""
    words = ("ls-tree", "-r", "-l", "-z", "--full-tree", commit)
    listed = _output(_in(directory, *words), _environment({}, "none"), limit=MOST_LISTED)
    entries = []
    for row in listed.split(b"\0"):
        head, _, path = row.partition(b"\t")
        if path:
            mode, _, oid, size = head.decode().split()
            length = int(size) if size.isdigit() else 0
            entries.append(TreeEntry(path.decode(errors="replace"), mode, oid, length))
    return entries


def read_blobs(directory: Path, objects: Sequence[str], limit: int) -> list[bytes]:
    """Contents of objects, in order, ``limit`` bytes at most together. Raises GitError."""
    if not objects:
        return []
    asked = "".join(f"{oid}\n" for oid in objects).encode()
    words = _in(directory, "cat-file", "--batch")
    # A header for each object, and the sizes were looked at before.
    most = limit + 128 * len(objects)
    data = _output(words, _environment({}, "none"), stdin=asked, limit=most)
    blobs, at = [], 0
    for oid in objects:
        end = data.find(b"\n", at)
        head = data[at:end].split()
        if len(head) != 3 or head[1] != b"blob":
            raise GitError(f"object {oid} cannot be read")
        size = int(head[2])
        blobs.append(data[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return blobs


def _in(directory: Path, *words: str) -> list[str]:
    return ["--git-dir", str(directory), *words]


def _environment(env: Mapping[str, str], protocol: str) -> dict[str, str]:
    kept = {name: value for name, value in env.items() if name in _KEPT_VARIABLES}
    return kept | {
        "PATH": ":".join(PROGRAM_FOLDERS),
        "HOME": str(home_folder() or "/nonexistent"),
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": protocol,
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_SSH_COMMAND": _SSH,
        "GIT_TERMINAL_PROMPT": "0",
    }


def _start(
    words: Sequence[str],
    environment: Mapping[str, str],
    *,
    stdout: int,
    stderr: IO[bytes],
    stdin: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    program = shutil.which("git")
    if program is None:
        raise GitMissingError(
            "git is not installed", next_step="install git, or add a plain folder"
        )
    try:
        return subprocess.Popen(
            [program, "--no-pager", *_FLAGS, *words],
            cwd="/",
            env=dict(environment),
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    except OSError as error:
        raise GitError("git could not be run", why=str(error)) from error


def _output(
    words: Sequence[str],
    environment: Mapping[str, str],
    *,
    stdin: bytes = b"",
    limit: int = 1024 * 1024,
) -> bytes:
    """What git prints, bounded in time and size."""
    name = next(word for word in words if not word.startswith(("-", "/")))
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.write(stdin)
        asked.seek(0)
        process = _start(words, environment, stdin=asked, stdout=subprocess.PIPE, stderr=said)
        timer = Timer(READ_S, _kill, (process,))
        timer.start()
        try:
            assert process.stdout is not None
            with process.stdout:
                data = process.stdout.read(limit + 1)
            if len(data) > limit:
                raise GitError(
                    "the repository is refused",
                    why=f"git {name} gives more than {limit // 1024 // 1024} MiB of it",
                )
            process.wait()
        finally:
            timer.cancel()
            _kill(process)
        if process.returncode != 0:
            said.seek(0)
            raise GitError(f"git {name} failed", why=said.read(600).decode(errors="replace"))
    return data


def _wait(
    process: subprocess.Popen[bytes], directory: Path, until: float, timeout_s: float, limit: int
) -> None:
    while True:
        try:
            process.wait(_POLL_S)
        except subprocess.TimeoutExpired:
            pass
        else:
            return
        if _bytes_below(directory) > limit:
            raise GitError(
                "the repository is refused",
                why=f"one commit of it is over {limit // 1024 // 1024} MiB",
                next_step="share skills from a repository of their own, or add a plain folder",
            )
        if time.monotonic() > until:
            raise GitError(
                f"fetching took longer than {timeout_s:g} s",
                next_step="try again, or add a local copy",
            )


def _bytes_below(directory: Path) -> int:
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.lstat(f"{folder}/{name}").st_size
            except OSError:
                continue
    return total


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End git and its helpers, which share its process group; nothing where it ended."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
