"""The report over the runs since a moment."""

from __future__ import annotations

from ladder_tui.insight.runs_report import RunFacts, RunsReport, build_runs_report, is_reported
from ladder_tui.store import result as result_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.finding import Findings
from ladder_tui.workbench.run import Runs

RUNS_READ = 2_000
"""Newest runs that are looked through."""


class Reports:
    """Reports over many runs of a repository."""

    def __init__(self, database: Database, runs: Runs, findings: Findings) -> None:
        self._db = database
        self._runs = runs
        self._findings = findings

    def since(self, since: float, until: float) -> RunsReport:
        """What ran from ``since`` to ``until`` (now), Unix seconds, and what still waits."""
        facts = [
            RunFacts(
                summary,
                self._findings.of_run(summary.run_id),
                result_rows.first_seen(self._db, summary.run_id),
            )
            for summary in self._runs.list(RUNS_READ)
            if is_reported(summary, since)
        ]
        return build_runs_report(
            facts,
            self._findings.dispositions(),
            self._runs.questions(),
            since=since,
            until=until,
        )
