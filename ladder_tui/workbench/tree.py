"""The files of the repository, for choosing one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from ladder_tui.gates.scope import build_scope
from ladder_tui.process import git
from ladder_tui.workbench.project import Project

MOST = 100_000
"""Files that are offered; nobody finds one of more by scrolling."""


class Tree:
    """What git tracks or does not ignore; without git, the text files that are there."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def files(self) -> Sequence[str]:
        """POSIX paths relative to the repository, sorted. Starts git: call it from a thread."""
        root = self._project.root
        found = git.tracked_files(root)
        if found is None:
            found = sorted(build_scope(root).files)
        return found[:MOST]

    def directories(self) -> Sequence[str]:
        """Directories that hold such files, ``.`` first. Starts git: call it from a thread."""
        found = {"."}
        for path in self.files():
            for parent in PurePosixPath(path).parents:
                if (name := str(parent)) in found:
                    break
                found.add(name)
        return [".", *sorted(found - {"."})]
