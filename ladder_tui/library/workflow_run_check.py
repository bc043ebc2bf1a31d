"""The command of a ``run`` step: its form, and values that would reach a shell.

An element that holds an expression becomes exactly one argument, which no shell sees. That is lost
where the program itself, or a script that an interpreter runs, is made from a value.
Rules: W042 the form, W060 a value that reaches a shell.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from ladder_tui.library.expression import ExpressionError, parse_template
from ladder_tui.library.program_table import (
    COMMAND_READERS,
    INTERPRETERS,
    JOINERS,
    LONG_SCRIPT_OPTIONS,
    RUNNING_OPTIONS,
    WRAPPERS,
    Interpreter,
    chooses_code,
    program_name,
)
from ladder_tui.library.workflow_draft import StepView

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ARGUMENT_FIX = "pass it as an argument of its own and read it there, for a shell as $1"


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
        if chooses_code(name) and isinstance(value, str) and has_expression(value):
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
    programs = _programs(argv)
    for start in programs:
        if (fault := _program_fault(argv, start)) is not None:
            return fault
    # A program that is not known here may start another one: containers, package managers.
    for start in range(1, len(argv)):
        name = program_name(argv[start])
        if name in INTERPRETERS and start not in programs:
            fault = _script_fault(name, argv, start, is_certain=False)
            if fault is not None:
                return fault
    return None


def _program_fault(argv: list[str], start: int) -> ShellFault | None:
    """What is wrong with the program at ``start``, with its own arguments."""
    if has_expression(argv[start]):
        fix = "write the program out; values may be its arguments"
        return ShellFault(start, "the program to run is an expression", fix)
    name = program_name(argv[start])
    if name in INTERPRETERS:
        return _script_fault(name, argv, start)
    if name in JOINERS:
        return _first(argv, start + 1, len(argv), f"{name} hands its arguments to a shell")
    if name in RUNNING_OPTIONS:
        message = f"{name} runs what is said here"
        return _after_option(argv, start, RUNNING_OPTIONS[name], message)
    if name == "find":
        return _find_fault(argv, start)
    if name not in WRAPPERS:
        return None
    following = _wrapped(argv, start)
    end = following[-1] if following else len(argv)
    fault = _first(argv, start + 1, end, f"{name} decides by this what is run")
    if fault is None and name == "xargs":
        return _replaced_fault(argv, start, following)
    return fault


def _programs(argv: list[str]) -> list[int]:
    """Indices of the elements that are, or may be, programs that are started."""
    found: set[int] = set()
    waiting = [0]
    while waiting:
        start = waiting.pop()
        if start < len(argv) and start not in found:
            found.add(start)
            waiting += _wrapped(argv, start)
    return sorted(found)


def _wrapped(argv: list[str], start: int) -> list[int]:
    """Indices at which the program may be that the wrapper at ``start`` starts.

    More than one where an argument may be the value of the option before it: ``nice -n 5 sh``.
    """
    operands = WRAPPERS.get(program_name(argv[start]))
    found: list[int] = []
    if operands is None:
        return found
    for index in range(start + 1, len(argv)):
        part, before = argv[index], argv[index - 1]
        if part.startswith("-") or "=" in part.split("${", 1)[0]:
            continue
        is_value = index > start + 1 and before.startswith("-") and "=" not in before
        if operands == 0 or is_value:
            found.append(index)
        if not is_value:
            if operands == 0:
                break
            operands -= 1
    return found


def _script_fault(
    name: str, argv: list[str], start: int, *, is_certain: bool = True
) -> ShellFault | None:
    """Not ``is_certain``: it may be a mere word, so only what follows a script's option counts."""
    interpreter = INTERPRETERS[name]
    index = start + 1
    has_script = False
    while index < len(argv):
        part = argv[index]
        if part.split("=", 1)[0] in LONG_SCRIPT_OPTIONS or _has_letter(part, interpreter.script):
            has_script = True
            end = _script_end(interpreter, argv, index)
            fault = _first(argv, index, end, f"an expression inside the script that {name} runs")
            if fault is not None or interpreter.is_shell:
                return fault
            index = end
            continue
        if is_certain and not has_script and has_expression(part):
            return ShellFault(index, f"the script that {name} runs is an expression", _ARGUMENT_FIX)
        if not part.startswith(("-", "+")) or part in ("-", "-s"):
            return None
        index += interpreter.skipped(part)
    return None


def _script_end(interpreter: Interpreter, argv: list[str], index: int) -> int:
    """Index behind the script that the option at ``index`` announces.

    A shell takes more options between ``-c`` and the script.
    """
    if "=" in argv[index]:
        return index + 1
    index += interpreter.skipped(argv[index])
    while interpreter.is_shell and index < len(argv) and argv[index].startswith(("-", "+")):
        index += interpreter.skipped(argv[index])
    return index + 1


def _has_letter(part: str, letters: str) -> bool:
    is_short = part.startswith("-") and not part.startswith("--")
    head = part.split("${", 1)[0][1:]
    return is_short and any(letter in letters for letter in head)


def _reads_script(argv: list[str]) -> bool:
    """Whether a command runs what comes by its standard input."""
    return any(_program_reads_script(argv, start) for start in _programs(argv))


def _program_reads_script(argv: list[str], start: int) -> bool:
    name = program_name(argv[start])
    rest = argv[start + 1 :]
    if name in COMMAND_READERS:
        return True
    if name not in INTERPRETERS:
        return False
    if "-s" in rest or "-" in rest or "/dev/stdin" in rest:
        return True
    interpreter = INTERPRETERS[name]
    index = 0
    while index < len(rest) and rest[index].startswith(("-", "+")):
        if _has_letter(rest[index], interpreter.script):
            return False
        index += interpreter.skipped(rest[index])
    return index >= len(rest)


def _replaced_fault(argv: list[str], start: int, programs: list[int]) -> ShellFault | None:
    if any(part.startswith(("-I", "--replace")) for part in argv[start:]):
        for program in programs:
            name = program_name(argv[program])
            if name in INTERPRETERS or name in JOINERS:
                message = f"xargs puts its input into what {name} runs"
                return ShellFault(program, message, _ARGUMENT_FIX)
    return None


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
