"""Reads workflow files and says everything that is wrong with them at once.

Rules are listed in ``docs/workflows.md``. A workflow is usable when no problem is an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.workflow import Workflow
from ladder_tui.library.location import Origin
from ladder_tui.library.text_file import FileFault, decode_text, read_bytes
from ladder_tui.library.typed_decode import decode
from ladder_tui.library.workflow_catalog import Catalog
from ladder_tui.library.workflow_check import check_workflow
from ladder_tui.library.workflow_draft import Draft
from ladder_tui.library.workflow_input_check import check_inputs
from ladder_tui.library.workflow_report import Report
from ladder_tui.library.yaml_document import parse_yaml

WORKFLOW_LIMIT = 512 * 1024
"""Largest workflow file in bytes."""

_YAML_RULES = {"duplicate": "W003", "alias": "W004", "tag": "W004", "size": "W004"}
_DECODE_RULES = {"unknown": "W005", "missing": "W006", "type": "W007"}


class WorkflowFile(msgspec.Struct, frozen=True):
    """What was found in one workflow file."""

    name: str
    """Name in the file, else the file's stem."""
    file: Path
    shown: str
    """Path as people see it: relative to the repository or library, POSIX."""
    origin: Origin
    workflow: Workflow | None
    """None where a problem is an error."""
    text: str
    problems: tuple[Problem, ...]


class ReadFile(msgspec.Struct, frozen=True):
    """A workflow file that was read and decoded, not checked yet."""

    file: Path
    shown: str
    origin: Origin
    text: str
    draft: Draft | None
    """None where the text is no document at all."""
    problems: tuple[Problem, ...] = ()
    """Why there is no draft."""

    @property
    def name(self) -> str:
        """Name in the file, else the file's stem."""
        decoded = self.draft.decoded if self.draft is not None else None
        return decoded.name if decoded is not None else self.file.stem


def parse_workflow(
    text: str, shown: str, catalog: Catalog | None = None
) -> tuple[Workflow | None, list[Problem]]:
    """Read the text of a workflow file shown to people as ``shown``. Never raises.

    Names are checked as far as ``catalog`` knows them.
    """
    report, draft = _draft(text, shown)
    if draft is None:
        return None, report.problems
    return _check(draft, catalog or Catalog())


def read_workflow(
    file: Path,
    shown: str,
    origin: Origin = "project",
    *,
    boundary: Path | None = None,
    catalog: Catalog | None = None,
) -> WorkflowFile:
    """Read and check one workflow file. Never raises for what is on disk.

    Its real place must be below ``boundary``, by default the folder it is in.
    """
    read = read_draft(file, shown, origin, boundary=boundary)
    return check_draft(read, catalog or Catalog())


def read_draft(
    file: Path, shown: str, origin: Origin = "project", *, boundary: Path | None = None
) -> ReadFile:
    """Read and decode one workflow file. Never raises for what is on disk."""
    data = read_bytes(file, boundary if boundary is not None else file.parent, WORKFLOW_LIMIT)
    text: str | FileFault = data if isinstance(data, FileFault) else decode_text(data)
    if isinstance(text, FileFault):
        problem = Problem(shown, text.line, "W001", text.message, text.fix)
        return ReadFile(file, shown, origin, "", None, (problem,))
    report, draft = _draft(text, shown)
    return ReadFile(file, shown, origin, text, draft, () if draft else tuple(report.problems))


def check_draft(read: ReadFile, catalog: Catalog) -> WorkflowFile:
    """Check a file that was read against what exists around it."""
    workflow, problems = None, list(read.problems)
    if read.draft is not None:
        workflow, problems = _check(read.draft, catalog)
    name = workflow.name if workflow is not None else read.file.stem
    problems += name_problems(workflow, read.shown, read.file.stem)
    return WorkflowFile(
        name, read.file, read.shown, read.origin, workflow, read.text, tuple(problems)
    )


def name_problems(workflow: Workflow | None, shown: str, stem: str) -> list[Problem]:
    """A warning where a workflow and its file have two names."""
    if workflow is None or workflow.name == stem:
        return []
    message = f'name "{workflow.name}" differs from the file\'s "{stem}"'
    return [Problem(shown, 1, "W020", message, "give both one name", "warning")]


def refuse_nested(read: ReadFile, file: WorkflowFile, broken: Mapping[str, str]) -> WorkflowFile:
    """The file as unusable because of nested workflows with errors: their names and paths."""
    assert read.draft is not None
    for view in read.draft.views:
        name = view.text("workflow")
        if name in broken:
            message = f'workflow "{name}" cannot be used: its file has errors'
            view.add("W035", "workflow", message, f"correct {broken[name]}")
    kept = [problem for problem in file.problems if problem.level == "warning"]
    problems = dict.fromkeys((*read.draft.report.problems, *kept))
    return msgspec.structs.replace(file, workflow=None, problems=tuple(problems))


def _draft(text: str, shown: str) -> tuple[Report, Draft | None]:
    document = parse_yaml(text)
    report = Report(shown, document)
    for fault in document.faults:
        rule = _YAML_RULES.get(fault.kind, "W002")
        report.add_at(rule, fault.place, fault.message, fault.fix)
    if not isinstance(document.value, dict):
        if not document.faults:
            what = "is empty" if document.value is None else "is not a mapping of keys"
            report.add("W002", (), f"the file {what}", "begin with name: and steps:")
        return report, None
    if "W002" in report.rules:
        return report, None
    workflow, faults = decode(document.value, Workflow)
    for decode_fault in faults:
        rule = _DECODE_RULES[decode_fault.kind]
        report.add(rule, decode_fault.path, decode_fault.message, decode_fault.fix)
    return report, Draft(document.value, report, workflow)


def _check(draft: Draft, catalog: Catalog) -> tuple[Workflow | None, list[Problem]]:
    check_inputs(draft.value, draft.report)
    check_workflow(draft, catalog)
    report = draft.report
    return (None if report.has_errors else draft.decoded), report.problems


def workflow_hash(workflow: Workflow) -> str:
    """SHA-256 of what a workflow says; comments and layout of its file do not count."""
    return hashlib.sha256(msgspec.json.encode(workflow, order="sorted")).hexdigest()
