"""Where workflow files are kept, and what ships.

Project directories come first: what a project keeps beats what ships under the same name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

Origin = Literal["shipped", "project", "user"]

PROJECT_WORKFLOWS = ".ladder/workflows"


class Shelf(msgspec.Struct, frozen=True):
    """A directory that holds workflow files."""

    directory: Path
    origin: Origin
    boundary: Path
    """Nothing outside this directory is read, whatever symbolic links say."""
    prefix: str
    """What people see in front of a name: the directory relative to the repository or library."""


def shipped_directory(kind: Literal["skills", "workflows"]) -> Path:
    """Directory of what ships: inside the installed package, else at the top of the checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "shipped" / kind
    return installed if installed.is_dir() else package.parent / kind


def workflow_shelves(root: Path) -> tuple[Shelf, ...]:
    """Directories of workflow files for the repository at ``root``, the strongest first."""
    shipped = shipped_directory("workflows")
    return (
        Shelf(root / PROJECT_WORKFLOWS, "project", root, PROJECT_WORKFLOWS),
        Shelf(shipped, "shipped", shipped, "workflows"),
    )
