"""The text of a workflow file: read, checked while it is written, saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PurePath

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.library.location import Shelf, workflow_shelves
from ladder_tui.library.text_file import FileFault, decode_text, read_bytes
from ladder_tui.library.workflow_catalog import Catalog
from ladder_tui.library.workflow_file import WORKFLOW_LIMIT, name_problems, parse_workflow
from ladder_tui.workbench.authored_file import conflict, encoded, modified_ns, write_authored
from ladder_tui.workbench.project import Project


class WorkflowTexts:
    """Reads and writes the workflow files of a repository."""

    def __init__(self, project: Project, catalog: Callable[[], Catalog]) -> None:
        self._project = project
        self._catalog = catalog
        """What a workflow may name, workflows included."""

    def read(self, path: str) -> tuple[str, int]:
        """Text of the file shown as ``path`` and its modification time in ns, for ``save``.

        Raises UsageError when there is no such file, InvalidFileError where it is no text.
        """
        shelf, file = self._find(path)
        stamp = modified_ns(file)
        data = read_bytes(file, shelf.boundary, WORKFLOW_LIMIT)
        text = data if isinstance(data, FileFault) else decode_text(data)
        if isinstance(text, FileFault):
            problem = Problem(path, text.line, "W001", text.message, text.fix)
            raise InvalidFileError(f"{path} cannot be edited", [problem])
        return text, stamp

    def save(self, path: str, text: str, expected_mtime_ns: int) -> int:
        """Write a file whole or not at all and return its new modification time in ns.

        Raises ConflictError when it changed since it was read, UsageError for what ships or is no
        UTF-8, StoreError when it cannot be written.
        """
        shelf, file = self._find(path)
        if shelf.origin == "shipped":
            raise UsageError(
                f"{path} ships with Ladder and stays as it is",
                next_step="make a copy of your own: e in the Workflows pane",
            )
        current = modified_ns(file)
        if current != expected_mtime_ns:
            raise conflict(path, is_gone=current == 0)
        real = file.resolve()
        if not real.is_relative_to(shelf.boundary.resolve()):
            raise UsageError(
                f"{path} is a link that leads out of the repository",
                why=f"it names {real}",
                next_step="put the file itself there",
            )
        return write_authored(real, encoded(path, text))

    def lint_text(self, path: str, text: str) -> tuple[Workflow | None, Sequence[Problem]]:
        """Read and check text that may not be saved yet, as the file shown as ``path``."""
        workflow, problems = parse_workflow(text, path, self._catalog())
        return workflow, [*problems, *name_problems(workflow, path, PurePath(path).stem)]

    def _find(self, path: str) -> tuple[Shelf, Path]:
        folder, _, name = path.rpartition("/")
        for shelf in workflow_shelves(self._project.root):
            if shelf.prefix == folder and name:
                return shelf, shelf.directory / name
        raise UsageError(f"there is no workflow file {path}", next_step="ladder workflows list")
