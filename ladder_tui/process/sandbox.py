"""Sandbox levels, and the bubblewrap arguments that make one.

The level is found by running bubblewrap for real: many systems ship it and then refuse user
namespaces (Ubuntu 23.10 and later, default Docker).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec

from ladder_tui.errors import ProcessError
from ladder_tui.process.home import home_folder
from ladder_tui.process.spec import MIB, ProcessSpec, SandboxLevel

__all__ = ["SandboxLevel", "SandboxReport", "bwrap_argv", "probe_sandbox", "probe_sandbox_now"]

PROBE_TIMEOUT_S = 20.0
TMPFS_BYTES = 512 * MIB
_ISOLATE = (
    *("--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL"),
    *("--die-with-parent", "--new-session", "--proc", "/proc", "--dev", "/dev"),
    # Without a size a tmpfs may fill the memory of the machine, past every rlimit.
    *("--size", str(TMPFS_BYTES), "--tmpfs", "/dev/shm"),  # noqa: S108
    *("--size", str(TMPFS_BYTES), "--tmpfs", "/tmp"),  # noqa: S108
)
# An allow-list: with all of / bound, a secret and a unix socket outside home were reachable.
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
_ETC = ("ld.so.cache", "alternatives", "localtime")
_PRIVATE = ".ladder"


class SandboxReport(msgspec.Struct, frozen=True):
    """The level this machine gives, and why not a better one."""

    level: SandboxLevel
    reason: str = ""


def bwrap_argv(spec: ProcessSpec, command: list[str]) -> list[str]:
    """Return the bubblewrap command line that runs ``command`` with the paths of ``spec``.

    Raises ProcessError for a path that does not exist or that is ``/``.
    """
    argv = [shutil.which("bwrap") or "bwrap", *_ISOLATE, *_system_binds()]
    for path in sorted(spec.read_paths):
        argv += _bind("--ro-bind", path)
    for path in sorted(spec.write_paths):
        argv += _bind("--bind", path)
    for path in (*spec.read_paths, *spec.write_paths):
        argv += _cover(path, is_writable=path in spec.write_paths)
    for place, content in spec.masks:
        argv += ("--ro-bind", str(content), str(place))
    # The root is a tmpfs of bubblewrap; nothing has business writing to it.
    argv += ["--remount-ro", "/", "--chdir", str(spec.cwd), "--"]
    return argv + command


@cache
def probe_sandbox_now() -> SandboxReport:
    """Run bubblewrap once per process of ours and say which level works. Blocks for 20-50 ms."""
    if not sys.platform.startswith("linux"):
        return SandboxReport("limits", f"bubblewrap needs Linux, this is {sys.platform}")
    if shutil.which("bwrap") is None:
        return SandboxReport("limits", "bubblewrap (bwrap) is not installed")
    code = "import sys; sys.exit(7)"
    spec = ProcessSpec((sys.executable, "-I", "-S", "-c", code), Path("/tmp"))  # noqa: S108
    try:
        done = subprocess.run(
            bwrap_argv(spec, list(spec.argv)),
            env={"PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return SandboxReport("limits", f"bubblewrap could not be run: {error}")
    if done.returncode == 7:
        return SandboxReport("bwrap")
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return SandboxReport("limits", said[-1][:200] if said else f"bwrap ended {done.returncode}")


async def probe_sandbox() -> SandboxReport:
    """Like ``probe_sandbox_now``, without blocking the loop."""
    return await asyncio.to_thread(probe_sandbox_now)


@cache
def _system_binds() -> tuple[str, ...]:
    argv: list[str] = []
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            argv += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            argv += ["--ro-bind", name, name]
    for name in _ETC:
        argv += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for prefix in _interpreter_prefixes():
        argv += ["--ro-bind", str(prefix), str(prefix)]
    return tuple(argv)


def _interpreter_prefixes() -> Iterator[Path]:
    """Exactly the folders of this Python: one of pyenv or uv lies below the home folder."""
    executable = Path(sys.executable).resolve()
    seen: set[Path | None] = {Path("/"), home_folder(), Path("/usr")}
    for prefix in (Path(sys.prefix), Path(sys.base_prefix), executable.parent.parent):
        for path in (prefix, prefix.resolve()):
            is_system = Path("/usr") in path.parents
            if path not in seen and not is_system and path.is_dir():
                seen.add(path)
                yield path


def _bind(option: str, path: Path) -> list[str]:
    """Bind ``path`` where it is named, and where it really is when a symlink lies on the way."""
    try:
        real = path.resolve(strict=True)
    except OSError as error:
        raise ProcessError(f"{path} cannot be given to a sandbox", why=str(error)) from error
    if real == Path("/") or not path.is_absolute():
        raise ProcessError(f"{path} must not be given to a sandbox", why="it is / or relative")
    places = dict.fromkeys((os.path.normpath(path), str(real)))
    return [word for place in places for word in (option, str(real), place)]


def _cover(path: Path, *, is_writable: bool) -> Iterable[str]:
    """Hide our database; keep git's folder read-only, for a planted git config runs commands."""
    real = path.resolve()
    for place in dict.fromkeys((os.path.normpath(path), str(real))):
        if (real / _PRIVATE).is_dir() and not (real / _PRIVATE).is_symlink():
            yield from ("--tmpfs", f"{place}/{_PRIVATE}")
        if is_writable and (real / ".git").exists():
            yield from ("--ro-bind", str(real / ".git"), f"{place}/.git")
