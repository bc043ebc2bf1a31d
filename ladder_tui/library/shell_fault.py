"""Values that decide what a shell or another interpreter runs.

An element of a command that holds an expression becomes exactly one argument, which no shell sees.
That is lost where the program itself, or a script that an interpreter runs, is made from a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ladder_tui.library.expression import ExpressionError, parse_template

_NAMED_OPTION = re.compile(r"[-+][A-Za-z]*[oO]")
"""Of a shell: its last letter says that the next argument is the name of an option."""
_VERSION = re.compile(r"[0-9.]+$")
ARGUMENT_FIX = "pass it as an argument of its own and read it there, for a shell as $1"


class Interpreter(NamedTuple):
    """A program that runs a script."""

    script: str
    """Its options of one letter whose value is run."""
    valued: frozenset[str] = frozenset()
    """Its options that take the next argument for something that is not run."""
    is_shell: bool = False

    def taken(self, option: str) -> int:
        """How many arguments an option is, with its value: two for ``-euo pipefail``."""
        is_named = self.is_shell and _NAMED_OPTION.fullmatch(option) is not None
        return 2 if is_named or option in self.valued else 1


_SHELL = Interpreter("c", frozenset({"--rcfile", "--init-file"}), True)
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
    **dict.fromkeys(("pwsh", "powershell"), Interpreter("cCeEfF")),
    **dict.fromkeys(("julia", "groovy", "scala", "elixir"), Interpreter("eE")),
    **dict.fromkeys(("expect", "guile"), Interpreter("c")),
}
_LONG_SCRIPT_OPTIONS = frozenset(
    {"--eval", "--print", "--require", "--import", "--command", "--expression", "--source", "eval"}
)


class Wrapper(NamedTuple):
    """A program that starts the program among its arguments."""

    valued: str = ""
    """Its options of one letter that take the next argument."""
    operands: int = 0
    """How many arguments come before the program."""


WRAPPERS: Mapping[str, Wrapper] = {
    "env": Wrapper("uC"),
    "busybox": Wrapper(),
    "xargs": Wrapper("nPLIsdaE"),
    "nice": Wrapper("n"),
    "nohup": Wrapper(),
    "setsid": Wrapper(),
    "stdbuf": Wrapper("ioe"),
    "ionice": Wrapper("cnp"),
    "sudo": Wrapper("ughpCrtUDR"),
    "doas": Wrapper("uC"),
    "time": Wrapper("fo"),
    "command": Wrapper(),
    "exec": Wrapper("a"),
    "unshare": Wrapper(),
    "strace": Wrapper("oeps"),
    "timeout": Wrapper("sk", 1),
    "chroot": Wrapper("", 1),
    "flock": Wrapper("wE", 1),
}
JOINERS = frozenset({"eval", "ssh", "watch", "parallel", "su", "make", "gmake", "script", "at"})
"""Programs that hand their arguments on to a shell as text."""
RUNNING_OPTIONS: Mapping[str, frozenset[str]] = {
    "git": frozenset(
        {"-c", "-x", "--exec", "--upload-pack", "--receive-pack", "--config-env", "-O",
         "--open-files-in-pager", "foreach", "filter-branch", "bisect"}
    ),
    "nix-shell": frozenset({"--run", "--command"}),
    "psql": frozenset({"-c", "--command"}),
    "tar": frozenset({"-I", "--to-command", "--checkpoint-action", "--use-compress-program"}),
    "rsync": frozenset({"-e", "--rsh", "--rsync-path"}),
    "npx": frozenset({"-c", "--call"}),
    "npm": frozenset({"-c", "--call"}),
    "vim": frozenset({"-c", "--cmd", "-S"}),
    "gdb": frozenset({"-ex", "-x", "-iex"}),
    "flock": frozenset({"-c", "--command"}),
}  # fmt: skip
"""Options and subcommands of other programs whose value is run."""
_RUNS_LINES = frozenset({"at", "batch", "parallel", "su"})
"""Programs that run the lines of their standard input."""
_EVALUATES = re.compile(r"\b(eval|exec|source|system|popen)\b")


class ShellFault(NamedTuple):
    """A value that decides what is run: the element it is in, and why."""

    element: int
    message: str
    fix: str


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
        if name in RUNNING_OPTIONS and (fault := _option_fault(name, argv, start)):
            return fault
        if name == "find":
            return _find_fault(argv, start)
        if name not in WRAPPERS:
            return _inner_fault(argv, start)
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


def _wrapped(argv: list[str], start: int, wrapper: Wrapper) -> int:
    """Index of the program that a wrapper starts."""
    index, operands = start, wrapper.operands
    while index < len(argv):
        part = argv[index]
        if part.startswith("-"):
            index += 1 + (len(part) == 2 and part[1] in wrapper.valued)
            continue
        if "=" not in part.split("${", 1)[0]:
            if operands == 0:
                return index
            operands -= 1
        index += 1
    return index


def _inner_fault(argv: list[str], start: int) -> ShellFault | None:
    """An interpreter with a script anywhere among the arguments, as after ``docker exec``."""
    for index in range(start + 1, len(argv) - 1):
        is_program = program_name(argv[index]) in INTERPRETERS
        if is_program and argv[index + 1].startswith("-"):
            fault = _script_fault(program_name(argv[index]), argv, index)
            if fault is not None:
                return fault
    return None


def _script_fault(name: str, argv: list[str], start: int) -> ShellFault | None:
    interpreter = INTERPRETERS[name]
    index = start + 1
    has_script = False
    while index < len(argv):
        part = argv[index]
        if part.split("=", 1)[0] in _LONG_SCRIPT_OPTIONS or _has_letter(part, interpreter.script):
            has_script, end = True, _script_end(interpreter, argv, index)
            message = f"an expression inside the script that {name} runs"
            fault = _first(argv, index, end, message) or _evaluated(name, argv, end - 1)
            if fault is not None or interpreter.is_shell:
                return fault
            index = end
            continue
        if has_expression(part) and not has_script:
            return ShellFault(index, f"the script that {name} runs is an expression", ARGUMENT_FIX)
        if not part.startswith(("-", "+")) or part in ("-", "-s"):
            return None
        index += interpreter.taken(part)
    return None


def _script_end(interpreter: Interpreter, argv: list[str], index: int) -> int:
    """Index behind the script that the option at ``index`` announces.

    A shell lets more options stand between ``-c`` and its script.
    """
    if "=" in argv[index]:
        return index + 1
    index += interpreter.taken(argv[index])
    while interpreter.is_shell and index < len(argv) and argv[index].startswith(("-", "+")):
        index += interpreter.taken(argv[index])
    return index + 1


def _evaluated(name: str, argv: list[str], script: int) -> ShellFault | None:
    """A script that is written out, and runs its arguments itself."""
    if script >= len(argv) or not _EVALUATES.search(argv[script]):
        return None
    message = f"the script that {name} runs evaluates its arguments"
    return _first(argv, script + 1, len(argv), message)


def _has_letter(part: str, letters: str) -> bool:
    is_short = part.startswith("-") and not part.startswith("--")
    head = part.split("${", 1)[0][1:]
    return is_short and any(letter in letters for letter in head)


def reads_script(argv: list[str]) -> bool:
    """Whether a command runs what comes by its standard input."""
    start = 0
    while start < len(argv) and (name := program_name(argv[start])) in WRAPPERS:
        start = _wrapped(argv, start + 1, WRAPPERS[name])
    if start >= len(argv) or name not in INTERPRETERS:
        return start < len(argv) and name in _RUNS_LINES
    rest = argv[start + 1 :]
    if "-s" in rest or "-" in rest or "/dev/stdin" in rest:
        return True
    interpreter, index = INTERPRETERS[name], 0
    while index < len(rest) and rest[index].startswith(("-", "+")):
        if _has_letter(rest[index], interpreter.script):
            return False
        index += interpreter.taken(rest[index])
    return index >= len(rest)


def _replaced_fault(argv: list[str], program: int) -> ShellFault | None:
    name = program_name(argv[program]) if program < len(argv) else ""
    if name not in INTERPRETERS and name not in JOINERS:
        return None
    return ShellFault(program, f"xargs puts its input into what {name} runs", ARGUMENT_FIX)


def _find_fault(argv: list[str], start: int) -> ShellFault | None:
    for index in range(start + 1, len(argv)):
        if argv[index] in ("-exec", "-execdir", "-ok", "-okdir"):
            fault = shell_fault(argv[index + 1 :])
            return fault._replace(element=fault.element + index + 1) if fault is not None else None
    return None


def _option_fault(name: str, argv: list[str], start: int) -> ShellFault | None:
    for index in range(start + 1, len(argv)):
        option = argv[index].split("=", 1)[0].split("${", 1)[0]
        if option in RUNNING_OPTIONS[name]:
            fault = _first(argv, index, index + 2, f"{name} runs what {option} says")
            if fault is not None:
                return fault
    return None


def _first(argv: list[str], start: int, end: int, message: str) -> ShellFault | None:
    for index in range(start, min(end, len(argv))):
        if has_expression(argv[index]):
            return ShellFault(index, message, ARGUMENT_FIX)
    return None
