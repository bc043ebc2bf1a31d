"""PRDs: list, read, write without losing anybody's text, lint."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ladder_tui.domain.prd import Prd
from ladder_tui.domain.problem import Problem
from ladder_tui.errors import StoreError, UsageError
from ladder_tui.models.token import count_tokens
from ladder_tui.planning.prd_file import parse_prd, read_prd
from ladder_tui.planning.prd_lint import lint_prd
from ladder_tui.planning.prd_template import new_prd
from ladder_tui.store import record as record_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.authored_file import (
    conflict,
    encoded,
    modified_ns,
    unwritable,
    write_authored,
)
from ladder_tui.workbench.project import Project


class PrdEntry(msgspec.Struct, frozen=True):
    """One PRD file as lists show it."""

    path: Path
    shown: str
    prd: Prd | None
    """None where the file cannot be read as text."""
    problems: tuple[Problem, ...]
    modified_at: float


class Prds:
    """The PRDs of a repository."""

    def __init__(self, project: Project, database: Database) -> None:
        self._project = project
        self._db = database

    def list(self) -> Sequence[PrdEntry]:
        """All PRD files in ``.ladder/prds``, newest first."""
        try:
            paths = [p for p in self._project.prds.iterdir() if p.suffix == ".md" and p.is_file()]
        except OSError:
            return []
        entries = [entry for path in paths if (entry := self._entry_or_none(path)) is not None]
        return sorted(entries, key=lambda e: (-e.modified_at, e.shown))

    def find(self, ref: str) -> Path:
        """The file that ``ref`` means: a path, or a name below ``.ladder/prds``.

        Raises UsageError when there is none.
        """
        for candidate in (Path(ref), self._project.prds / ref, self._project.prds / f"{ref}.md"):
            if candidate.is_file():
                return candidate.absolute()
        raise UsageError(
            f"there is no PRD {ref!r}", next_step="ladder prd list, or: ladder prd new"
        )

    def show(self, ref: str) -> PrdEntry:
        """One PRD with its problems. Raises UsageError when there is none."""
        return self._entry(self.find(ref))

    def new(self, title: str) -> Path:
        """Write a PRD from the template and return its path. Raises UsageError or StoreError."""
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60]
        if not slug:
            raise UsageError("a PRD needs a title", next_step='ladder prd new "Export as CSV"')
        path = self._project.prds / f"{slug}.md"
        self._project.create()
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(new_prd(title))
        except FileExistsError as error:
            raise UsageError(
                f"{self._shown(path)} exists already", next_step="choose another title"
            ) from error
        except OSError as error:
            raise unwritable(path, error) from error
        return path

    def read(self, path: Path) -> tuple[str, int]:
        """Text of a PRD and its modification time in ns, to be given back to ``save``.

        Raises UsageError or InvalidFileError where it is no readable text.
        """
        before = path.stat().st_mtime_ns if path.is_file() else 0
        return read_prd(path, self._shown(path)), before

    def save(self, path: Path, text: str, expected_mtime_ns: int, editing_s: float = 0.0) -> int:
        """Write a PRD whole or not at all and return its new modification time in ns.

        A symbolic link stays one: the file that it names is written, inside the repository only.

        Raises ConflictError when the file changed since it was read, StoreError when it cannot
        be written, UsageError for text that is no UTF-8 or a link that leads elsewhere.
        ``editing_s`` is recorded as the time spent on it.
        """
        current = modified_ns(path)
        if current != expected_mtime_ns:
            raise conflict(self._shown(path), is_gone=current == 0)
        written_ns = write_authored(self._target(path), encoded(path.name, text))
        # The text is safe by now: an unwritable database must not make it look unsaved.
        with contextlib.suppress(StoreError):
            record_rows.add_prd_edit(self._db, self._shown(path), editing_s, time.time())
        return written_ns

    def lint_text(self, path: str, text: str) -> tuple[Prd, Sequence[Problem]]:
        """Parse and lint text that may not be saved yet."""
        prd = parse_prd(path, text, count_tokens)
        return prd, lint_prd(prd, text)

    def _entry_or_none(self, path: Path) -> PrdEntry | None:
        try:
            return self._entry(path)
        except OSError:  # it was removed while the list was made
            return None

    def _entry(self, path: Path) -> PrdEntry:
        shown = self._shown(path)
        modified_at = path.stat().st_mtime
        try:
            prd, problems = self.lint_text(shown, read_prd(path, shown))
        except UsageError as error:
            problem = Problem(shown, 0, "P00", error.what, error.next_step)
            return PrdEntry(path, shown, None, (problem,), modified_at)
        return PrdEntry(path, shown, prd, tuple(problems), modified_at)

    def _target(self, path: Path) -> Path:
        if not path.is_symlink():
            return path
        real = path.resolve()
        if not real.is_relative_to(self._project.root.resolve()):
            raise UsageError(
                f"{self._shown(path)} is a link that leads out of the repository",
                why=f"it names {real}",
                next_step="put the file itself there",
            )
        return real

    def _shown(self, path: Path) -> str:
        try:
            return path.absolute().relative_to(self._project.root).as_posix()
        except ValueError:
            return str(path)
