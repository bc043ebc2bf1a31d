"""An agent that attacks: real commands through the Bash tool, in a real worktree."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.process.runner import SandboxLevel
from ladder_tui.tools.tool import ToolOutput
from tests.process.repository import git, new_repository
from tests.tools.call import use

SECRET = "very-secret-value"


def new_worktree(where: Path) -> Path:
    """Make ``where/repo`` with the worktree ``where/tree``, and return that."""
    repository = new_repository(where / "repo", {"a.txt": "one\n", ".gitignore": "ignored\n"})
    git(repository, "worktree", "add", "-q", str(where / "tree"))
    return where / "tree"


async def attack(
    root: Path, command: str, level: SandboxLevel = "bwrap", **more: object
) -> ToolOutput:
    """Run a command line as the agent whose workspace is ``root``."""
    return await use(root, "Bash", {"command": command, **more}, level=level)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
