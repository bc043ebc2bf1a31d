"""Workflows: the files, what is wrong with them, how their runs went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ladder_tui.domain.overlap import Overlap
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.run import RunSummary
from ladder_tui.domain.skill_entry import SkillEntry
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import UsageError
from ladder_tui.gates.name import GATE_NAMES
from ladder_tui.insight.workflow_overlap import WorkflowPast, overlaps
from ladder_tui.library.input import resolve_inputs
from ladder_tui.library.location import PROJECT_WORKFLOWS
from ladder_tui.library.skill_header import is_skill_name
from ladder_tui.library.skill_library import KNOWN_STATES, skills_of
from ladder_tui.library.skill_tool import KNOWN_TOOLS
from ladder_tui.library.workflow_catalog import Catalog, catalog_of_skills
from ladder_tui.library.workflow_file import WorkflowFile, read_draft
from ladder_tui.library.workflow_schema import workflow_schema
from ladder_tui.library.workflow_shelf import (
    check_drafts,
    find_workflow,
    list_workflows,
    read_shelves,
    with_workflows,
)
from ladder_tui.library.workflow_template import renamed, starter
from ladder_tui.store import record as record_rows
from ladder_tui.store import run as run_rows
from ladder_tui.store.database import Database
from ladder_tui.workbench.authored_file import encoded, write_authored
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.workflow_entry import WorkflowEntry, build_entry, why_not_runnable
from ladder_tui.workbench.workflow_text import WorkflowTexts

__all__ = ["MODEL_NAMES", "WorkflowEntry", "Workflows"]

MODEL_NAMES = ("inherit", "default", "haiku*", "sonnet*", "opus*", "claude-*", "local", "*/*")
"""Models that an agent's file may name: Claude Code's short names, and the forms of ``--model``."""
_MOST_RUNS = 1000


class Workflows:
    """All workflows of a repository."""

    def __init__(self, project: Project, database: Database) -> None:
        self._project = project
        self._db = database
        self._texts = WorkflowTexts(project, self._surroundings)

    def list(self) -> Sequence[WorkflowEntry]:
        """By name, broken files too, each with its last run and how often it ran."""
        skills = self._project.library.entries()
        files = self._files(skills)
        return self._entries(files, files, skills, run_rows.list_runs(self._db, _MOST_RUNS))

    def get(self, name: str) -> WorkflowEntry:
        """One usable workflow. Raises UsageError or InvalidFileError."""
        skills = self._project.library.entries()
        files = self._files(skills)
        runs = run_rows.list_runs(self._db, 200, workflow=name)
        return self._entries([find_workflow(files, name)], files, skills, runs)[0]

    def lint(self, target: str) -> Sequence[Problem]:
        """Problems of all workflows of a name, or of a file by its path.

        Raises UsageError when there is neither.
        """
        path = Path(target)
        if path.suffix in (".yaml", ".yml"):
            if not path.exists() and not path.is_symlink():
                raise UsageError(f"there is no file {target}", next_step="ladder workflows list")
            read = [read_draft(path.absolute(), target), *read_shelves(self._project.root)]
            return check_drafts(read, with_workflows(self._catalog(), read[1:]))[0].problems
        files = self._files()
        named = [file for file in files if file.name == target]
        if not named:
            find_workflow(files, target)
        return tuple(problem for file in named for problem in file.problems)

    def check(self, workflow: Workflow, given: Mapping[str, Any]) -> Sequence[Problem]:
        """What is wrong with values for the inputs of a workflow, at ``inputs.NAME``; quick."""
        return resolve_inputs(workflow, given, self._project.root)[1]

    def last_inputs(self, name: str) -> dict[str, Any]:
        """The inputs of the last launch, for the form; empty when there was none."""
        return record_rows.last_launch(self._db, name)

    def schema(self) -> dict[str, Any]:
        """JSON Schema of a workflow file, with which editors complete and check it."""
        return workflow_schema()

    def new(self, name: str, source: str = "") -> Path:
        """Write a commented starter, or a copy of the workflow ``source``; returns its path.

        A repository without files of its own is trusted with its first one. Raises UsageError for
        a bad or taken name or an unknown source, StoreError when it cannot be written.
        """
        if not is_skill_name(name):
            raise UsageError(
                f"{name!r} is no name for a workflow",
                why="a name is kebab case, at most 64 characters: a-z, 0-9 and single hyphens",
                next_step="choose another, for example review-api",
            )
        files = self._files()
        text = starter(name)
        if source:
            text = renamed(find_workflow(files, source).text, name)
        place = self._project.root / PROJECT_WORKFLOWS / f"{name}.yaml"
        own = next((f for f in files if f.name == name and f.origin == "project"), None)
        if own is not None or place.is_symlink() or place.exists():
            shown = own.shown if own is not None else f"{PROJECT_WORKFLOWS}/{name}.yaml"
            raise UsageError(f"{shown} exists already", next_step="choose another name")
        if not place.parent.resolve().is_relative_to(self._project.root.resolve()):
            raise UsageError(
                f"{PROJECT_WORKFLOWS} is a link that leads out of the repository",
                next_step="put a directory in its place",
            )
        is_first = not self._project.has_own()
        write_authored(place, encoded(name, text))
        if is_first:
            # Nothing in it is a stranger's.
            self._project.trust.trust(self._project.root)
        return place

    def overlaps(self) -> Sequence[Overlap]:
        """Workflows that are much alike, share steps, are never run, or fail untouched."""
        return overlaps(
            [
                WorkflowPast(
                    workflow=entry.workflow,
                    is_own=entry.origin == "project",
                    changed_at=_modified_at(entry.file),
                    runs=run_rows.list_runs(self._db, 50, workflow=entry.name),
                )
                for entry in self.list()
                if entry.workflow is not None
            ]
        )

    # -- the text of a file, shown as ``path``

    def read(self, path: str) -> tuple[str, int]:
        """Text and modification time in ns. Raises UsageError or InvalidFileError."""
        return self._texts.read(path)

    def save(self, path: str, text: str, expected_mtime_ns: int) -> int:
        """Write it and return the new time. Raises ConflictError, UsageError or StoreError."""
        return self._texts.save(path, text, expected_mtime_ns)

    def lint_text(self, path: str, text: str) -> tuple[Workflow | None, Sequence[Problem]]:
        """Read and check text that may not be saved yet."""
        return self._texts.lint_text(path, text)

    def _surroundings(self) -> Catalog:
        """What a workflow of this repository may name, other workflows included."""
        return with_workflows(self._catalog(), read_shelves(self._project.root))

    def _files(self, skills: Sequence[SkillEntry] | None = None) -> Sequence[WorkflowFile]:
        return list_workflows(self._project.root, self._catalog(skills))

    def _catalog(self, skills: Sequence[SkillEntry] | None = None) -> Catalog:
        """What a workflow of this repository may name; ``skills`` where they were just read."""
        entries = self._project.library.entries() if skills is None else skills
        return catalog_of_skills(
            skills_of(entries, *KNOWN_STATES),
            gates=GATE_NAMES,
            tools=(*KNOWN_TOOLS, "mcp__*", "[*]"),
            models=MODEL_NAMES,
        )

    def _entries(
        self,
        chosen: Sequence[WorkflowFile],
        files: Sequence[WorkflowFile],
        skills: Sequence[SkillEntry],
        runs: Sequence[RunSummary],
    ) -> Sequence[WorkflowEntry]:
        past: dict[str, list[RunSummary]] = {}
        for summary in runs:
            past.setdefault(summary.workflow, []).append(summary)
        by_name: dict[str, WorkflowFile] = {}
        for file in files:
            by_name.setdefault(file.name, file)
        usable = {skill.name for skill in skills_of(skills, "usable")}
        is_trusted = self._project.library.is_trusted
        return [
            build_entry(
                file,
                past.get(file.name, []),
                why_not_runnable(file, by_name, usable, is_trusted=is_trusted),
            )
            for file in chosen
        ]


def _modified_at(file: Path | None) -> float:
    try:
        return file.stat().st_mtime if file is not None else 0.0
    except OSError:
        # It went away meanwhile: then nothing is known of it.
        return 0.0
