"""Calls of evidence tools: what counts as an answer, and how one bad file is kept apart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from ladder_tui.gates.gate import GateError
from ladder_tui.gates.printable import clean
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.process.spec import ProcessResult, ProcessSpec

T = TypeVar("T")

MAX_CALLS = 64
"""Calls that are spent on finding the files a tool crashes on; four files in 10,000 need 60."""

SAID_LIMIT = 200


class CrashError(GateError):
    """The tool was killed by a signal, so it may work on other input."""


async def call(process: ProcessRunner, spec: ProcessSpec) -> ProcessResult:
    """Run a tool and return its result; the result may be truncated.

    Raises GateError where it timed out or failed, CrashError where a signal ended it.
    """
    result = await process.run(spec)
    name = spec.label or spec.argv[0]
    if result.is_timed_out:
        raise GateError(f"{name} did not end within {spec.timeout_s:g} s")
    if result.is_truncated or result.exit_code == 0:
        return result
    said = result.stderr.decode("utf-8", "replace").strip().splitlines()
    why = clean(said[-1], SAID_LIMIT) if said else "it said nothing"
    if result.exit_code is None or result.exit_code < 0 or result.exit_code > 128:
        raise CrashError(f"{name} crashed (exit {result.exit_code})", why=why)
    raise GateError(f"{name} ended with {result.exit_code}", why=why)


async def divide(
    files: Sequence[str], ask: Callable[[Sequence[str]], Awaitable[T]]
) -> tuple[list[T], list[str]]:
    """Return the answers of ``ask`` over all files, and the single files that it crashes on.

    One call where nothing crashes; else halves are tried, so that a deeply nested source costs
    the result of that source only. Raises CrashError when ``MAX_CALLS`` do not suffice, or when
    it crashes on every file.
    """
    answers: list[T] = []
    crashed: list[str] = []
    todo: list[Sequence[str]] = [files]
    calls = 0
    while todo:
        part = todo.pop()
        calls += 1
        try:
            answers.append(await ask(part))
        except CrashError:
            if calls >= MAX_CALLS:
                raise
            if len(part) == 1:
                crashed.append(part[0])
                continue
            middle = len(part) // 2
            todo += [part[middle:], part[:middle]]
    if crashed and len(crashed) == len(files):
        raise CrashError("the tool crashed on every file")
    return answers, sorted(crashed)
