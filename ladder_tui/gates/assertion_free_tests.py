"""Tests that assert nothing, by our own analysis of their syntax trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from ladder_tui import __version__
from ladder_tui.domain.finding import Severity
from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.gates.call import divide
from ladder_tui.gates.gate import Scope
from ladder_tui.gates.outcome import Observation, RawFinding, observe
from ladder_tui.gates.scope import select
from ladder_tui.gates.worker_call import WORKERS, ask_worker
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.process.spec import ProcessResult

RULE = "assertion-free-test"
MESSAGES: dict[str, tuple[Severity, str]] = {
    "bare": ("medium", "`{}` asserts nothing: it passes whenever nothing is raised"),
    "constant": ("medium", "`{}` only asserts what is always true"),
    "empty": ("medium", "`{}` is empty and always passes"),
}


class _Test(msgspec.Struct):
    path: str
    line: int
    name: str
    kind: Literal["bare", "constant", "empty"]


class _Answer(msgspec.Struct):
    tests: list[_Test]
    seen: int
    skipped: list[Skip]


@dataclass(frozen=True)
class AssertionFreeTestGate:
    """Reads every test function of the test files in scope."""

    name: str = "assertion-free-tests"
    lens: str = "tests"
    summary: str = "Test functions that cannot fail because they assert nothing"
    script: Path = WORKERS / "assertion.py"
    timeout_s: float = 60.0
    executes_code: bool = False

    @property
    def version(self) -> str:
        """Tool and version."""
        return f"ladder {__version__}"

    async def run(self, scope: Scope, process: ProcessRunner) -> GateResult:
        """Read all test files in scope."""
        selection = select(scope, "test")
        root = scope.root.resolve()

        async def ask(files: Sequence[str]) -> tuple[_Answer, ProcessResult]:
            return await ask_worker(
                process, self.script, {"files": files}, _Answer, root=root, timeout_s=self.timeout_s
            )

        async def look() -> Observation:
            answers, crashed = await divide(selection.files, ask)
            seen = sum(answer.seen for answer, _ in answers)
            return Observation(
                [_finding(test) for answer, _ in answers for test in answer.tests],
                skipped=[
                    *(Skip(path, "nested too deeply") for path in crashed),
                    *(skip for answer, _ in answers for skip in answer.skipped),
                ],
                gaps=[] if seen else ["no test function in the test files"],
                notes=[f"{seen:,} test functions read"] if seen else [],
                command=("python", "-I", self.script.name),
                sandbox=answers[0][1].level if answers else "",
            )

        return await observe(self, scope, selection, look)


def _finding(test: _Test) -> RawFinding:
    severity, message = MESSAGES[test.kind]
    return RawFinding(
        RULE,
        test.path,
        test.line,
        severity,
        message.format(test.name),
        "Assert the result or the effect that the name promises.",
    )


GATE = AssertionFreeTestGate()
