"""Functions that are hard to follow, by cognitive complexity (complexipy)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import msgspec

from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.gates.call import divide
from ladder_tui.gates.gate import Scope
from ladder_tui.gates.outcome import Observation, RawFinding, observe
from ladder_tui.gates.scope import select
from ladder_tui.gates.worker_call import WORKERS, ask_worker
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.process.spec import ProcessResult

LIMIT = 15
"""Default of complexipy and of SonarSource, who defined the measure (Campbell, "Cognitive
Complexity", 2018)."""

MEDIUM_OVER = 2 * LIMIT
RULE = "cognitive-complexity"


class _Function(msgspec.Struct):
    path: str
    line: int
    name: str
    complexity: int


class _Answer(msgspec.Struct):
    functions: list[_Function]
    suppressed: int
    skipped: list[Skip]


@dataclass(frozen=True)
class CognitiveComplexityGate:
    """Measures every function of every module in scope."""

    name: str = "cognitive-complexity"
    lens: str = "architecture"
    summary: str = f"Functions with a cognitive complexity over {LIMIT} (complexipy)"
    script: Path = WORKERS / "cognitive_complexity.py"
    timeout_s: float = 60.0
    executes_code: bool = False

    @property
    def version(self) -> str:
        """Tool and version."""
        return f"complexipy {metadata.version('complexipy')}"

    async def run(self, scope: Scope, process: ProcessRunner) -> GateResult:
        """Measure all modules in scope."""
        selection = select(scope, "module")
        root = scope.root.resolve()

        async def ask(files: Sequence[str]) -> tuple[_Answer, ProcessResult]:
            request: dict[str, object] = {"files": files, "limit": LIMIT}
            return await ask_worker(
                process, self.script, request, _Answer, root=root, timeout_s=self.timeout_s
            )

        async def look() -> Observation:
            answers, crashed = await divide(selection.files, ask)
            suppressed = sum(answer.suppressed for answer, _ in answers)
            return Observation(
                [_finding(f) for answer, _ in answers for f in answer.functions],
                skipped=[
                    *(Skip(path, "complexipy crashes on it") for path in crashed),
                    *(skip for answer, _ in answers for skip in answer.skipped),
                ],
                notes=[f"{suppressed:,} exempted by comments"] if suppressed else [],
                command=("python", "-I", self.script.name),
                sandbox=answers[0][1].level if answers else "",
            )

        return await observe(self, scope, selection, look)


def _finding(function: _Function) -> RawFinding:
    return RawFinding(
        RULE,
        function.path,
        function.line,
        "medium" if function.complexity > MEDIUM_OVER else "low",
        f"`{function.name.replace('::', '.')}` has a cognitive complexity of "
        f"{function.complexity} (limit {LIMIT})",
        "Take the deepest nested block out into a function of its own.",
    )


GATE = CognitiveComplexityGate()
