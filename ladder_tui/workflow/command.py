"""The command of a ``run`` step: resolved from its file, and what its output becomes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ladder_tui.agent.output import clean_lines
from ladder_tui.domain.workflow import Step
from ladder_tui.errors import UsageError
from ladder_tui.gates.schema import check_schema
from ladder_tui.library.expression import evaluate
from ladder_tui.library.shell_fault import INTERPRETERS, program_name
from ladder_tui.process.runner import ProcessResult
from ladder_tui.workflow.plan import Names

OUTPUT_KEPT = 200_000
"""Characters of each of standard output and error that later steps can see."""

_OPTION = re.compile(r"--?[^\s-]")


class CommandLine(msgspec.Struct, frozen=True):
    """What is started. Values of a workflow are whole arguments, never parts of a script."""

    argv: tuple[str, ...]
    env: dict[str, str]
    stdin: str
    cwd: str
    """Relative to the repository."""
    effect: str


class CommandOutput(msgspec.Struct, frozen=True):
    """How a command ended, as it is kept in the ledger."""

    exit_code: int | None
    stdout: str
    stderr: str
    elapsed_s: float
    value: Any = None
    problem: str = ""
    """Why it has no usable output; empty where it has."""
    is_truncated: bool = False

    @property
    def seen(self) -> dict[str, Any]:
        """As expressions see it."""
        return {
            "exit_code": self.exit_code,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "value": self.value,
        }


def command_line(step: Step, scope: Names, root: Path) -> CommandLine:
    """Resolve a ``run`` step. Raises UsageError for a value that is no argument or that looks
    like an option, and for a working directory outside the repository."""
    values = [evaluate(part, scope) for part in step.run or ()]
    argv = tuple(_text(step, f"argument {n}", value) for n, value in enumerate(values, 1))
    _refuse_options(step, values)
    env = {name: _text(step, f"env {name}", evaluate(v, scope)) for name, v in step.env.items()}
    stdin = "" if step.stdin is None else evaluate(step.stdin, scope)
    if not isinstance(stdin, str):
        stdin = json.dumps(stdin, sort_keys=True, ensure_ascii=False)
    cwd = _text(step, "cwd", evaluate(step.cwd, scope))
    place = (root / cwd).resolve()
    if place != root.resolve() and root.resolve() not in place.parents:
        raise UsageError(f"step {step.id}: its cwd {cwd!r} leads out of the repository")
    return CommandLine(argv, env, stdin, cwd, step.effect)


def _refuse_options(step: Step, values: Sequence[Any]) -> None:
    """A value must not choose an option: many programs have one that starts another program."""
    parts = step.run or ()
    if not parts or program_name(parts[0]) in INTERPRETERS:
        return  # its options come before the script, and its script is no value
    for number, (part, value) in enumerate(zip(parts, values, strict=True), 1):
        if part == "--":
            return
        is_option = isinstance(value, str) and _OPTION.match(value) is not None
        if is_option and part.startswith("${"):
            raise UsageError(
                f"step {step.id}: argument {number} is {value[:60]!r}",
                why=f"{parts[0]} could take it for an option, and no value may choose one",
                next_step='write "--" before it, or --name=${…} where the program takes that',
            )


def _text(step: Step, what: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str) or "\0" in value:
        kind = "holds a NUL character" if isinstance(value, str) else _kind(value)
        raise UsageError(
            f"step {step.id}: {what} {kind}",
            why="only text, numbers and booleans can be given to a command",
            next_step="hand larger values over on stdin, or choose a field",
        )
    return value


def _kind(value: Any) -> str:
    return "has no value" if value is None else f"is a {type(value).__name__}"


def command_output(step: Step, result: ProcessResult) -> CommandOutput:
    """What a command gave, its value parsed and checked as the step says."""
    raw = result.stdout.decode("utf-8", "replace")
    stderr = clean_lines(result.stderr.decode("utf-8", "replace"), OUTPUT_KEPT)
    stdout = clean_lines(raw, OUTPUT_KEPT)
    problem = _problem(result, stderr)
    value: Any = None
    if not problem:
        value, problem = _value(step, raw, stdout)
    return CommandOutput(
        exit_code=result.exit_code,
        stdout=stdout,
        stderr=stderr,
        elapsed_s=result.elapsed_s,
        value=value,
        problem=problem,
        is_truncated=result.is_truncated or len(raw) > OUTPUT_KEPT,
    )


def _problem(result: ProcessResult, stderr: str) -> str:
    if result.is_timed_out:
        return "it did not end in time"
    if result.is_truncated:
        return "it wrote more than can be kept, and was stopped"
    if result.exit_code == 0:
        return ""
    last = stderr.strip().splitlines()[-1:] or [""]
    return f"exit code {result.exit_code}" + (f": {last[0][:300]}" if last[0] else "")


def _value(step: Step, raw: str, stdout: str) -> tuple[Any, str]:
    if step.parse == "text":
        return stdout.strip(), ""
    if step.parse == "lines":
        return stdout.splitlines(), ""
    try:
        value = msgspec.json.decode(raw.encode())
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        return None, f"its output is no JSON: {error}"
    if step.output is not None:
        checked = check_schema(value, step.output)
        if checked.verdict != "pass":
            wrong = [f"{f.symbol}: {f.message}" for f in checked.findings[:5]]
            return None, "its output misses its schema: " + ("; ".join(wrong) or checked.reason)
    return value, ""
