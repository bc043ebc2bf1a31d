"""Calls of tools as an agent makes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ladder_tui.process.runner import ProcessRunner, SandboxLevel
from ladder_tui.tools.registry import TOOLS, run_tool
from ladder_tui.tools.tool import ToolContext, ToolOutput


async def use(
    root: Path,
    name: str,
    given: Mapping[str, object],
    *,
    level: SandboxLevel = "limits",
    max_output_chars: int = 40_000,
) -> ToolOutput:
    """Run one tool call in ``root``."""
    context = ToolContext(root, ProcessRunner(level), max_output_chars, is_workspace=True)
    return await run_tool(TOOLS, name, dict(given), context)


def files(root: Path, texts: Mapping[str, str | bytes]) -> Path:
    """Write files below ``root``."""
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return root


def names(root: Path) -> list[str]:
    """All that lies below ``root``."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
