"""Where the workspaces of a run are on the disk."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.config import LADDER_DIR

PRIVATE = "repository.git"


def run_folder(root: Path, run_id: str) -> Path:
    """Where the workspaces of a run are."""
    return root / LADDER_DIR / "worktrees" / run_id


def private_dir(root: Path, run_id: str) -> Path:
    """The private repository of a run in a folder that git does not know."""
    return run_folder(root, run_id) / PRIVATE
