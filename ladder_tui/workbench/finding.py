"""Findings of runs, and what people decided about them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Literal

from ladder_tui.domain.finding import Disposition, MergedFinding
from ladder_tui.domain.ids import RunId
from ladder_tui.errors import UsageError
from ladder_tui.gates.source import source_lines
from ladder_tui.store import result as result_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.project import Project

Decision = Literal["dismissed", "accepted", "reopened"]


class Findings:
    """Findings and dispositions of a repository."""

    def __init__(self, project: Project, database: Database) -> None:
        self._project = project
        self._db = database

    def of_run(self, run_id: RunId) -> Sequence[MergedFinding]:
        """Merged findings of a run in rank order."""
        return result_rows.findings_of_run(self._db, run_id)

    def dispositions(self) -> dict[str, Disposition]:
        """The newest decision by fingerprint."""
        return result_rows.latest_dispositions(self._db)

    def decide(
        self,
        fingerprint: str,
        decision: Decision,
        *,
        reason: str = "",
        run_id: str = "",
        decision_s: float = 0.0,
    ) -> Disposition:
        """Record a decision; it holds for every later run that finds the same thing.

        ``decision_s`` is how long the finding was on screen before. Raises UsageError for a
        dismissal without a reason.
        """
        if decision == "dismissed" and not reason.strip():
            raise UsageError(
                "dismissing a finding needs a reason",
                why="the next reader must be able to tell why it does not matter",
                next_step="give one line with --reason",
            )
        disposition = Disposition(
            fingerprint, decision, reason.strip(), time.time(), decision_s, run_id
        )
        result_rows.add_disposition(self._db, disposition)
        return disposition

    def source(self, path: str, line: int, context: int = 6) -> list[tuple[int, str]]:
        """Lines around a place as they are on disk now; empty when the file is gone."""
        return source_lines(self._project.root, path, line, context)
