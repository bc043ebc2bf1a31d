"""Workflows: the files, what is wrong with them, how their runs went."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.domain.usage import Cost
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import UsageError
from ladder_tui.gates.registry import GATE_NAMES
from ladder_tui.library.input import resolve_inputs
from ladder_tui.library.workflow_catalog import Catalog, catalog_of_skills
from ladder_tui.library.workflow_file import WorkflowFile, read_workflow, workflow_hash
from ladder_tui.library.workflow_shelf import (
    find_workflow,
    list_workflows,
    read_shelves,
    skill_names,
    with_workflows,
)
from ladder_tui.store import record as record_rows
from ladder_tui.store import run as run_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.project import Project


class WorkflowEntry(msgspec.Struct, frozen=True):
    """One workflow as lists show it."""

    name: str
    origin: Literal["shipped", "project", "user"]
    path: str
    text: str
    workflow: Workflow | None
    """None where its file has errors."""
    problems: tuple[Problem, ...]
    content_hash: str = ""
    skills: tuple[str, ...] = ()
    last: RunSummary | None = None
    runs: int = 0
    done: int = 0
    """Runs that ended by themselves."""
    ended: int = 0
    """Runs that ended for good, however."""
    median_cost: Cost | None = None
    """Of the runs that ended by themselves; None without any."""
    median_s: float | None = None
    """Wall time of the same runs, in seconds."""
    file: Path | None = None
    """Where the file really is, to open it in an editor."""


class Workflows:
    """All workflows of a repository."""

    def __init__(self, project: Project, database: Database) -> None:
        self._project = project
        self._db = database

    def list(self) -> Sequence[WorkflowEntry]:
        """By name, broken files too, each with its last run and how often it ran."""
        past: dict[str, list[RunSummary]] = {}
        for summary in run_rows.list_runs(self._db, 1000):
            past.setdefault(summary.workflow, []).append(summary)
        return [_entry(file, past.get(file.name, [])) for file in self._files()]

    def get(self, name: str) -> WorkflowEntry:
        """One usable workflow. Raises UsageError or InvalidFileError."""
        file = find_workflow(self._files(), name)
        return _entry(file, run_rows.list_runs(self._db, 200, workflow=name))

    def lint(self, target: str) -> Sequence[Problem]:
        """Problems of a workflow by its name, or of a file by its path.

        Raises UsageError when there is neither.
        """
        path = Path(target)
        if path.suffix in (".yaml", ".yml"):
            if not path.exists():
                raise UsageError(f"there is no file {target}", next_step="ladder workflows list")
            catalog = with_workflows(self._catalog(), read_shelves(self._project.root))
            return read_workflow(path.absolute(), target, catalog=catalog).problems
        for candidate in self._files():
            if candidate.name == target:
                return candidate.problems
        find_workflow(self._files(), target)
        return ()

    def check(self, workflow: Workflow, given: Mapping[str, Any]) -> Sequence[Problem]:
        """What is wrong with values for the inputs of a workflow, at ``inputs.NAME``; quick."""
        return resolve_inputs(workflow, given, self._project.root)[1]

    def last_inputs(self, name: str) -> dict[str, Any]:
        """The inputs of the last launch, for the form; empty when there was none."""
        return record_rows.last_launch(self._db, name)

    def _files(self) -> Sequence[WorkflowFile]:
        return list_workflows(self._project.root, self._catalog())

    def _catalog(self) -> Catalog:
        """What a workflow of this repository may name."""
        return catalog_of_skills(self._project.library.known_skills(), gates=GATE_NAMES)


def _entry(file: WorkflowFile, past: Sequence[RunSummary]) -> WorkflowEntry:
    done = [r for r in past if r.state == "done"]
    times = [
        r.finished_at - r.started_at
        for r in done
        if r.finished_at is not None and r.started_at is not None
    ]
    return WorkflowEntry(
        name=file.name,
        origin=file.origin,
        path=file.shown,
        text=file.text,
        workflow=file.workflow,
        problems=file.problems,
        content_hash=workflow_hash(file.workflow) if file.workflow else "",
        skills=skill_names(file.workflow) if file.workflow else (),
        last=past[0] if past else None,
        runs=len(past),
        done=len(done),
        ended=sum(r.state in FINAL_STATES for r in past),
        median_cost=sorted((r.cost for r in done), key=_price)[len(done) // 2] if done else None,
        median_s=statistics.median(times) if times else None,
        file=file.file,
    )


def _price(cost: Cost) -> tuple[int, int]:
    return cost.unpriced_calls, cost.nano_usd
