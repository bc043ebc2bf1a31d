"""Modules that import each other in a circle, by grimp's import graph."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import msgspec

from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.gates.gate import Scope
from ladder_tui.gates.outcome import Observation, RawFinding, observe
from ladder_tui.gates.scope import select
from ladder_tui.gates.source import SourceCache
from ladder_tui.gates.worker_call import WORKERS, ask_worker
from ladder_tui.process.runner import ProcessRunner

RULE = "import-cycle"
SHOWN = 6
"""Modules of a long cycle that the message names."""


class _Edge(msgspec.Struct):
    path: str
    line: int
    importer: str
    imported: str


class _Cycle(msgspec.Struct):
    edges: list[_Edge]
    knot: int


class _Answer(msgspec.Struct):
    cycles: list[_Cycle]
    skipped: list[Skip]


@dataclass(frozen=True)
class ImportCycleGate:
    """Builds one import graph over all modules in scope, loose ones included.

    Imports for type checking only do not count. A cycle that holds an import inside a function
    is low: it works, and hides the coupling.
    """

    name: str = "import-cycles"
    lens: str = "architecture"
    summary: str = "Modules that import each other in a circle (grimp)"
    script: Path = WORKERS / "import_cycle.py"
    timeout_s: float = 60.0
    executes_code: bool = False

    @property
    def version(self) -> str:
        """Tool and version."""
        return f"grimp {metadata.version('grimp')}"

    async def run(self, scope: Scope, process: ProcessRunner) -> GateResult:
        """Look for cycles among all modules in scope."""
        selection = select(scope, "module")
        root = scope.root.resolve()

        async def look() -> Observation:
            answer, result = await ask_worker(
                process,
                self.script,
                {"files": selection.files},
                _Answer,
                root=root,
                timeout_s=self.timeout_s,
            )
            sources = SourceCache(root)
            return Observation(
                [_finding(cycle, scope, sources) for cycle in answer.cycles],
                skipped=answer.skipped,
                command=("python", "-I", self.script.name),
                sandbox=result.level,
            )

        return await observe(self, scope, selection, look)


def _finding(cycle: _Cycle, scope: Scope, sources: SourceCache) -> RawFinding:
    """Report a cycle at its first import, or at the first one on a changed line."""
    edges = cycle.edges
    changed = scope.changed or {}
    place = next((e for e in edges if e.line in changed.get(e.path, ())), edges[0])
    start = edges.index(place)
    turned = edges[start:] + edges[:start]
    names = [edge.importer for edge in turned]
    if len(names) > SHOWN:
        names = [*names[: SHOWN - 1], f"… {len(names) - SHOWN + 1} more"]
    circle = " → ".join([*names, place.importer])
    knot = f"; {cycle.knot} modules reach each other here" if cycle.knot > len(edges) else ""
    is_deferred = any(sources.symbol(edge.path, edge.line) for edge in edges)
    return RawFinding(
        RULE,
        place.path,
        place.line,
        "low" if is_deferred else "medium",
        f"import cycle: {circle}{knot}",
        f"Move what `{place.importer}` and `{place.imported}` share into a module "
        "that imports neither.",
    )


GATE = ImportCycleGate()
