"""Text that could not be saved when the program ended, kept where it replaces nothing."""

from __future__ import annotations

from collections.abc import Sequence

from ladder_tui.errors import StoreError
from ladder_tui.workbench.authored_file import encoded, write_authored
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.skill_folder import private_folder

MOST = 1_000
"""Texts of one file that are kept."""
NAME_KEPT = 60
"""Characters of its path, the last ones, in the name: however long it is, the text is kept."""


class KeptTexts:
    """Files below ``.ladder/drafts``, one for each text."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def keep(self, path: str, text: str) -> str:
        """Keep what was typed into the file shown as ``path``; returns where, for people.

        Raises StoreError when it cannot be written, UsageError where the folder is a link.
        """
        folder = private_folder(self._project.directory / "drafts")
        flat = path.strip("/~").replace("/", "+")[-NAME_KEPT:]
        for number in range(1, MOST + 1):
            file = folder / f"{number:03d}-{flat}"
            if not file.exists():
                write_authored(file, encoded(path, text))
                return f".ladder/drafts/{file.name}"
        raise StoreError(
            f"what was typed into {path} was not kept",
            why=f".ladder/drafts holds {MOST} texts of it already",
            next_step="look through them and remove what is not needed",
        )

    def list(self) -> Sequence[str]:
        """Where texts are kept, the oldest first."""
        folder = self._project.directory / "drafts"
        try:
            return sorted(
                f".ladder/drafts/{file.name}"
                for file in folder.iterdir()
                if not file.name.startswith(".")
            )
        except OSError:
            return []
