"""The command of a ``run`` step: its form, and values that would reach a shell (W042, W060)."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ladder_tui.library.shell_fault import (
    ARGUMENT_FIX,
    has_expression,
    reads_script,
    shell_fault,
)
from ladder_tui.library.workflow_draft import StepView

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOADS_CODE = frozenset(
    {"PATH", "IFS", "ENV", "BASH_ENV", "PS4", "PROMPT_COMMAND", "SHELLOPTS", "LD_PRELOAD",
     "LD_LIBRARY_PATH", "LD_AUDIT", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PERL5LIB",
     "PERL5OPT", "RUBYOPT", "RUBYLIB", "NODE_OPTIONS", "NODE_PATH", "JAVA_TOOL_OPTIONS",
     "MAKEFLAGS", "PAGER", "EDITOR", "VISUAL", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_PAGER",
     "GIT_EDITOR", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_DIR",
     "GIT_EXEC_PATH", "GIT_PROXY_COMMAND", "MANPAGER", "LESSOPEN", "BROWSER", "SHELL", "ZDOTDIR",
     "TAR_OPTIONS", "RSYNC_RSH", "HOME"}
)  # fmt: skip
"""Variables by which a value chooses what a program loads or starts."""
_LOADING = ("GIT_CONFIG", "LD_", "DYLD_", "PYTHON", "BASH_", "npm_config_", "CARGO_")
"""How more of them begin."""


def check_run(view: StepView) -> None:
    """Report what is wrong with a command."""
    argv = view.raw.get("run")
    if not isinstance(argv, list) or not all(isinstance(part, str) for part in argv):
        return
    if not argv or not argv[0].strip():
        view.add("W042", "run", "there is no program to run", "write run: [program, argument]")
        return
    if any("\0" in part for part in argv):
        view.add("W042", "run", "an argument holds a NUL character", "remove it")
    _check_surroundings(view)
    fault = shell_fault(argv)
    if fault is None and has_expression(view.text("stdin")) and reads_script(argv):
        view.add("W060", "stdin", f"{argv[0]} runs its input as a script", ARGUMENT_FIX)
    if fault is not None:
        view.add("W060", ("run", fault.element), fault.message, fault.fix)


def _check_surroundings(view: StepView) -> None:
    cwd = PurePosixPath(view.text("cwd"))
    if cwd.is_absolute() or ".." in cwd.parts:
        fix = "write a directory below the repository"
        view.add("W042", "cwd", f"cwd {str(cwd)[:60]} leaves the repository", fix)
    for name, value in view.mapping("env").items():
        if not _ENV_NAME.fullmatch(name):
            message = f'"{name[:60]}" cannot be a variable'
            view.add("W042", ("env", name), message, "use letters, digits and _")
        is_code = name in _LOADS_CODE or name.startswith(_LOADING)
        if is_code and isinstance(value, str) and has_expression(value):
            message = f"{name} decides what is run, and it is an expression"
            view.add("W060", ("env", name), message, "write it out, or use another variable")
