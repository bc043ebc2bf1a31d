"""All workflow files of a repository: its own and those that ship."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.workflow import ASKING, Workflow
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.library.location import Shelf, workflow_shelves
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.workflow_catalog import Catalog
from ladder_tui.library.workflow_draft import static_values
from ladder_tui.library.workflow_file import (
    ReadFile,
    WorkflowFile,
    check_draft,
    read_draft,
    refuse_nested,
)
from ladder_tui.library.workflow_nest_check import nested_names

MAX_FILES = 5_000


def list_workflows(root: Path, catalog: Catalog | None = None) -> list[WorkflowFile]:
    """Workflow files for the repository at ``root`` by name, broken ones too.

    The project's hide those that ship under the same name. Names are checked as far as
    ``catalog`` knows them; workflows may nest those that are found here.
    """
    read = read_shelves(root)
    around = with_workflows(catalog or Catalog(), read)
    found: dict[str, WorkflowFile] = {}
    twins: list[WorkflowFile] = []
    for file in check_drafts(read, around):
        other = found.setdefault(file.name, file)
        if other is not file and other.origin == file.origin:
            twins.append(_twin(file, other))
    return sorted([*found.values(), *twins], key=lambda file: (file.name, file.shown))


def has_own_workflows(root: Path) -> bool:
    """Whether the repository at ``root`` has workflow files of its own."""
    return any(_files(shelf) for shelf in workflow_shelves(root) if shelf.origin == "project")


def read_shelves(root: Path) -> list[ReadFile]:
    """Every workflow file of a repository, read and not checked yet, the strongest first."""
    return [
        read_draft(path, f"{shelf.prefix}/{path.name}", shelf.origin, boundary=shelf.boundary)
        for shelf in workflow_shelves(root)
        for path in _files(shelf)
    ]


def check_drafts(read: Sequence[ReadFile], catalog: Catalog) -> list[WorkflowFile]:
    """Check files against each other: one whose nested workflow has errors cannot be used."""
    files = [check_draft(draft, catalog) for draft in read]
    while True:
        usable = {file.name for file in files if file.workflow is not None}
        broken = {file.name: file.shown for file in files if file.name not in usable}
        spread = [
            place
            for place, file in enumerate(files)
            if file.workflow is not None and broken.keys() & set(nested_names(file.workflow))
        ]
        for place in spread:
            files[place] = refuse_nested(read[place], files[place], broken)
        if not spread:
            return files


def with_workflows(catalog: Catalog, read: Sequence[ReadFile]) -> Catalog:
    """The catalog with the workflows of files that were read, where it knows none."""
    if catalog.workflows is not None:
        return catalog
    workflows: dict[str, Workflow] = {}
    for file in read:
        if file.draft is not None and file.draft.decoded is not None:
            workflows.setdefault(file.name, file.draft.decoded)
    return msgspec.structs.replace(catalog, workflows=workflows)


def find_workflow(files: Sequence[WorkflowFile], name: str) -> WorkflowFile:
    """The usable workflow called ``name``.

    Raises UsageError with the nearest name when there is none, and InvalidFileError with all
    problems when its file cannot be used.
    """
    for file in files:
        if file.name != name:
            continue
        if file.workflow is None:
            raise InvalidFileError(
                f'workflow "{name}" cannot be used',
                file.problems,
                next_step=f"correct {file.shown}, then: ladder workflows lint {name}",
            )
        return file
    hint = name_hint(name, (file.name for file in files))
    raise UsageError(
        f'there is no workflow "{name}"',
        why=hint or "no workflow is installed",
        next_step="ladder workflows list",
    )


def skill_names(workflow: Workflow) -> tuple[str, ...]:
    """Skills that a workflow uses, in order, as far as its file alone says."""
    names: dict[str, None] = {}
    for step in workflow.steps:
        raw = msgspec.to_builtins(step)
        raw["for_each"] = list(step.for_each) if isinstance(step.for_each, tuple) else step.for_each
        names.update((name, None) for _, name in static_values(raw, "skill"))
        if step.aggregate in ASKING and isinstance(step.by, str):
            names[step.by] = None
    return tuple(names)


def _files(shelf: Shelf) -> list[Path]:
    try:
        entries = sorted(shelf.directory.iterdir())
    except OSError:
        # No such shelf, or one that may not be read: there is nothing to list.
        return []
    wanted = [e for e in entries if e.suffix in (".yaml", ".yml") and not e.name.startswith(".")]
    return wanted[:MAX_FILES]


def _twin(file: WorkflowFile, other: WorkflowFile) -> WorkflowFile:
    message = f'another workflow is called "{file.name}": {other.shown}'
    problem = Problem(file.shown, 1, "W025", message, "rename one")
    return msgspec.structs.replace(file, workflow=None, problems=(*file.problems, problem))
