"""The few steps between ours and the command: environment, launcher, resource limits.

A command must not do anything before its process group is recorded, and must die with us. Popen
cannot do both: ``preexec_fn`` runs Python between fork and exec, which may deadlock beside our
journal thread, and Popen returns only after exec. So a launcher is executed that waits for one
line on stdin, and then becomes the command. When we die before that line, stdin ends and the
launcher ends. Measured on 2 cores (median): plain exec 4 ms, sh 4.3 ms, setpriv and sh 7.4 ms,
``python -I -S`` with ctypes 18-25 ms; hence the shell, which sees constants only, and Python only
where util-linux is missing.
"""

from __future__ import annotations

import math
import os
import resource
import shutil
import sys
from functools import cache
from pathlib import Path

from ladder_tui.errors import ProcessError
from ladder_tui.process.leftover import GROUP_VARIABLE
from ladder_tui.process.spec import MIB, ProcessSpec

LAUNCHER_NAME = "ladder-launch"
GREETING = b"\n"
"""What the gate inside bubblewrap says first on stdout."""
FILE_SIZE_LIMIT = 512 * MIB
OPEN_FILES_LIMIT = 1024
_SHELL = "/bin/sh"
# `read` takes single bytes from a pipe, so that the rest of stdin is the command's.
_SCRIPT = f'{GROUP_VARIABLE}=$$; export {GROUP_VARIABLE}; read -r go || exit 125; exec "$@"'
_GATE_SCRIPT = 'echo; read -r go || exit 125; exec "$@"'
_PYTHON_SCRIPT = f"""
import ctypes, os, sys
if sys.platform.startswith("linux"):
    ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
os.environ["{GROUP_VARIABLE}"] = str(os.getpid())
if os.read(0, 1) != b"\\n":
    os._exit(125)
try:
    os.execv(sys.argv[1], sys.argv[1:])
except OSError as error:
    os.write(2, b"{LAUNCHER_NAME}: " + str(error).encode())
    os._exit(127)
"""


def search_path() -> str:
    """Return PATH for commands: our interpreter's programs, then the system's."""
    return f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin"


def scrubbed_environment(home: str, extra: dict[str, str]) -> dict[str, str]:
    """Return the whole environment of a command. Nothing of the user's is in it, so no key is."""
    return {
        "PATH": search_path(),
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "TZ": "UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
        **extra,
    }


def find_program(spec: ProcessSpec) -> str:
    """Return the absolute path of the executable of ``spec``.

    Raises ProcessError where it does not exist or may not be executed.
    """
    if not spec.argv:
        raise ProcessError("an empty command cannot be run")
    path = spec.env.get("PATH", search_path())
    name = spec.argv[0]
    found = shutil.which(str(spec.cwd / name) if "/" in name else name, path=path)
    if found is None:
        raise ProcessError(
            f"{name} cannot be run",
            why=f"no such program in {path}" if "/" not in name else "not an executable file",
            next_step="install it, or run `ladder doctor`",
        )
    return found


@cache
def find_setpriv() -> str | None:
    """Return the path of util-linux's setpriv, None where it is missing."""
    return shutil.which("setpriv")


def launcher_argv(command: list[str]) -> list[str]:
    """Return ``command`` behind the launcher.

    Also where bubblewrap follows with ``--die-with-parent``: it would miss a parent that dies
    before it asks for the signal.
    """
    setpriv = find_setpriv()
    if setpriv is None:
        return [sys.executable, "-I", "-S", "-c", _PYTHON_SCRIPT, *command]
    shell = [_SHELL, "-c", _SCRIPT, LAUNCHER_NAME, *command]
    return [setpriv, "--pdeathsig", "KILL", "--", *shell]


def gate_argv(command: list[str]) -> list[str]:
    """Return ``command`` behind a second gate, for the inside of bubblewrap.

    bubblewrap asks to die with its parent only at the end of its set-up. When it is killed before
    that, the sandbox runs on alone: measured in 10 of 80 kills within 30 ms of a start. So the
    command waits inside for one more line, which is sent after it has said ``GREETING``: by then
    it dies with its parent, and without that line it ends by itself.
    """
    return [_SHELL, "-c", _GATE_SCRIPT, LAUNCHER_NAME, *command]


def apply_limits(pid: int, spec: ProcessSpec) -> None:
    """Limit the waiting launcher ``pid``; everything it becomes or starts inherits the limits.

    Memory is ``RLIMIT_AS``: it needs no rights, where a memory cgroup needs a delegated one.
    RLIMIT_NPROC is left alone: it does nothing for root, and counts the user's other processes.
    Raises ProcessError where the kernel refuses.
    """
    if not hasattr(resource, "prlimit"):
        return
    cpu_s = math.ceil(spec.timeout_s * (os.cpu_count() or 1)) + 1
    wanted = {
        resource.RLIMIT_AS: spec.memory_mb * MIB,
        resource.RLIMIT_CPU: cpu_s,
        resource.RLIMIT_FSIZE: FILE_SIZE_LIMIT,
        resource.RLIMIT_NOFILE: OPEN_FILES_LIMIT,
        resource.RLIMIT_CORE: 0,
    }
    try:
        for kind, value in wanted.items():
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.prlimit(pid, kind, (value, value))
    except ProcessLookupError:
        return  # killed meanwhile: whoever waits for it will say so
    except (OSError, ValueError) as error:
        raise ProcessError(f"{spec.argv[0]} was not started", why=f"limits: {error}") from error


def check_cwd(spec: ProcessSpec) -> None:
    """Raise ProcessError unless ``cwd`` exists and the command may see it, on every level."""
    if not spec.cwd.is_dir():
        raise ProcessError(f"{spec.argv[0]} was not started", why=f"no directory {spec.cwd}")
    allowed = (Path("/tmp"), *spec.read_paths, *spec.write_paths)  # noqa: S108
    if not any(spec.cwd == path or path in spec.cwd.parents for path in allowed):
        why = f"its working directory {spec.cwd} is in none of its read_paths and write_paths"
        raise ProcessError(f"{spec.argv[0]} was not started", why=why)
