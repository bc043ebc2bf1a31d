"""Small repositories for gates to look at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ladder_tui.domain.verdict import GateResult
from ladder_tui.gates.gate import Gate
from ladder_tui.gates.scope import build_scope
from ladder_tui.process.runner import ProcessRunner


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below ``root`` and return it."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


async def run_gate(gate: Gate, root: Path, *paths: str) -> GateResult:
    """Run a gate over a repository without a sandbox."""
    return await gate.run(build_scope(root, paths), ProcessRunner("limits"))


def places(result: GateResult) -> list[tuple[str, str, int]]:
    """Return rule, path and line of each finding, sorted."""
    return sorted((f.rule, f.path, f.line) for f in result.findings)
