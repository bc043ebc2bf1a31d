"""The command of a ``run`` step: its form, and values that would reach a shell.

An element that holds an expression becomes exactly one argument, which no shell sees. That is lost
where the program itself, or a script that an interpreter runs, is made from a value.
Rules: W042 the form, W060 a value that reaches a shell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from ladder_tui.library.expression import ExpressionError, parse_template
from ladder_tui.library.workflow_draft import StepView

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VERSION = re.compile(r"[0-9.]+$")
_ARGUMENT_FIX = "pass it as an argument of its own and read it there, for a shell as $1"


class Interpreter(NamedTuple):
    """A program that runs a script."""

    script: str
    """Its options of one letter whose value is run."""
    valued: frozenset[str] = frozenset()
    """Its options that take the next argument for something that is not run."""


_SHELL = Interpreter("c", frozenset({"-o", "+o", "-O", "+O", "--rcfile", "--init-file"}))
_PYTHON = Interpreter("cm", frozenset({"-W", "-X"}))
_NODE = Interpreter("epr")
_AWK = Interpreter("fe", frozenset({"-v", "-F"}))
INTERPRETERS: Mapping[str, Interpreter] = {
    **dict.fromkeys(("sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "csh", "tcsh"), _SHELL),
    **dict.fromkeys(("python", "pypy"), _PYTHON),
    **dict.fromkeys(("node", "nodejs", "bun", "deno"), _NODE),
    **dict.fromkeys(("awk", "gawk", "mawk"), _AWK),
    "perl": Interpreter("eEMm", frozenset({"-I"})),
    "ruby": Interpreter("er", frozenset({"-I", "-C"})),
    "php": Interpreter("rBRE"),
    "lua": Interpreter("el"),
    "Rscript": Interpreter("e"),
    "osascript": Interpreter("e"),
    "sed": Interpreter("fe"),
}
_LONG_SCRIPT_OPTIONS = frozenset(
    {"--eval", "--print", "--require", "--import", "--command", "--expression", "--source", "eval"}
)
WRAPPERS: Mapping[str, int] = {
    "env": 0,
    "busybox": 0,
    "xargs": 0,
    "nice": 0,
    "nohup": 0,
    "setsid": 0,
    "stdbuf": 0,
    "ionice": 0,
    "sudo": 0,
    "doas": 0,
    "time": 0,
    "command": 0,
    "exec": 0,
    "unshare": 0,
    "strace": 0,
    "timeout": 1,
    "chroot": 1,
    "flock": 1,
}
"""Programs that start the program among their arguments, and how many arguments come before it."""
JOINERS = frozenset({"eval", "ssh", "watch", "parallel", "su", "make", "gmake", "script", "at"})
"""Programs that hand their arguments on to a shell as text."""
_LOADS_CODE = frozenset(
    {"PATH", "IFS", "ENV", "BASH_ENV", "PS4", "PROMPT_COMMAND", "SHELLOPTS", "LD_PRELOAD",
     "LD_LIBRARY_PATH", "LD_AUDIT", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PERL5LIB",
     "PERL5OPT", "RUBYOPT", "RUBYLIB", "NODE_OPTIONS", "NODE_PATH", "JAVA_TOOL_OPTIONS",
     "MAKEFLAGS", "PAGER", "EDITOR", "VISUAL", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_PAGER",
     "GIT_EDITOR", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_DIR", "HOME"}
)  # fmt: skip
"""Variables by which a value chooses what a program loads or starts."""
_GIT_RUNS = frozenset({"-c", "-x", "--exec", "--upload-pack", "--receive-pack", "--config-env"})


class ShellFault(NamedTuple):
    """A value that decides what is run: the element it is in, and why."""

    element: int
    message: str
    fix: str


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
    if fault is None and has_expression(view.text("stdin")) and _reads_script(argv):
        view.add("W060", "stdin", f"{argv[0]} runs its input as a script", _ARGUMENT_FIX)
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
        is_code = name in _LOADS_CODE or name.startswith("GIT_CONFIG")
        if is_code and isinstance(value, str) and has_expression(value):
            message = f"{name} decides what is run, and it is an expression"
            view.add("W060", ("env", name), message, "write it out, or use another variable")


def has_expression(text: str) -> bool:
    """Whether a text holds an expression that parses."""
    try:
        return bool(parse_template(text).expressions)
    except ExpressionError:
        # Reported where expressions are parsed.
        return False


def shell_fault(argv: list[str]) -> ShellFault | None:
    """The first element of a command by which a value decides what is run, None without one."""
    start = 0
    while start < len(argv):
        if has_expression(argv[start]):
            fix = "write the program out; values may be its arguments"
            return ShellFault(start, "the program to run is an expression", fix)
        name = program_name(argv[start])
        if name in INTERPRETERS:
            return _script_fault(name, argv, start)
        if name in JOINERS:
            return _first(argv, start + 1, len(argv), f"{name} hands its arguments to a shell")
        if name == "git":
            return _after_option(argv, start, _GIT_RUNS, "git runs what this option says")
        if name == "find":
            return _find_fault(argv, start)
        if name not in WRAPPERS:
            return None
        following = _wrapped(argv, start + 1, WRAPPERS[name])
        fault = _first(argv, start + 1, following, f"{name} decides by this what is run")
        if fault is not None:
            return fault
        if name == "xargs" and any(p.startswith(("-I", "--replace")) for p in argv[start:]):
            return _replaced_fault(argv, following)
        start = following
    return None


def program_name(text: str) -> str:
    """Name of a program without its directory and version: ``/usr/bin/python3.11`` is python."""
    name = text.rsplit("/", 1)[-1].removesuffix(".exe")
    return _VERSION.sub("", name) or name


def _wrapped(argv: list[str], start: int, operands: int) -> int:
    """Index of the program that a wrapper starts."""
    index = start
    while index < len(argv):
        part = argv[index]
        if not (part.startswith("-") or ("=" in part.split("${", 1)[0])):
            if operands == 0:
                return index
            operands -= 1
        index += 1
    return index


def _script_fault(name: str, argv: list[str], start: int) -> ShellFault | None:
    interpreter = INTERPRETERS[name]
    index = start + 1
    while index < len(argv):
        part = argv[index]
        if part.split("=", 1)[0] in _LONG_SCRIPT_OPTIONS or _has_letter(part, interpreter.script):
            message = f"an expression inside the script that {name} runs"
            return _first(argv, index, index + 2, message)
        if part in interpreter.valued:
            index += 2
            continue
        if has_expression(part):
            return ShellFault(index, f"the script that {name} runs is an expression", _ARGUMENT_FIX)
        if not part.startswith(("-", "+")) or part in ("-", "-s"):
            return None
        index += 1
    return None


def _has_letter(part: str, letters: str) -> bool:
    is_short = part.startswith("-") and not part.startswith("--")
    head = part.split("${", 1)[0][1:]
    return is_short and any(letter in letters for letter in head)


def _reads_script(argv: list[str]) -> bool:
    """Whether a command runs what comes by its standard input."""
    start = 0
    while start < len(argv) and (name := program_name(argv[start])) in WRAPPERS:
        start = _wrapped(argv, start + 1, WRAPPERS[name])
    if start >= len(argv) or name not in INTERPRETERS:
        return False
    rest = argv[start + 1 :]
    if "-s" in rest or "-" in rest or "/dev/stdin" in rest:
        return True
    script = INTERPRETERS[name].script
    return all(part.startswith("-") and not _has_letter(part, script) for part in rest)


def _replaced_fault(argv: list[str], program: int) -> ShellFault | None:
    name = program_name(argv[program]) if program < len(argv) else ""
    if name not in INTERPRETERS and name not in JOINERS:
        return None
    return ShellFault(program, f"xargs puts its input into what {name} runs", _ARGUMENT_FIX)


def _find_fault(argv: list[str], start: int) -> ShellFault | None:
    for index in range(start + 1, len(argv)):
        if argv[index] in ("-exec", "-execdir", "-ok", "-okdir"):
            fault = shell_fault(argv[index + 1 :])
            return fault._replace(element=fault.element + index + 1) if fault is not None else None
    return None


def _after_option(
    argv: list[str], start: int, options: frozenset[str], message: str
) -> ShellFault | None:
    for index in range(start + 1, len(argv)):
        if argv[index].split("=", 1)[0] in options:
            fault = _first(argv, index, index + 2, message)
            if fault is not None:
                return fault
    return None


def _first(argv: list[str], start: int, end: int, message: str) -> ShellFault | None:
    for index in range(start, min(end, len(argv))):
        if has_expression(argv[index]):
            return ShellFault(index, message, _ARGUMENT_FIX)
    return None
