"""One workflow as lists show it: what it is made of, how its runs went, whether it can run."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.run import FINAL_STATES, RunSummary
from ladder_tui.domain.usage import Cost
from ladder_tui.domain.workflow import StepKind, Workflow
from ladder_tui.library.workflow_file import WorkflowFile, workflow_hash
from ladder_tui.library.workflow_nest_check import nested_names
from ladder_tui.library.workflow_shelf import skill_names


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
    kinds: tuple[StepKind, ...] = ()
    """Kinds of its steps, each once, in order."""
    nested: tuple[str, ...] = ()
    """Workflows that its steps run, each once, in order."""
    why_not: str = ""
    """Why it cannot run here and now, and the next step; empty where it can."""

    @property
    def is_runnable(self) -> bool:
        """Whether a run of it can start."""
        return not self.why_not

    @property
    def is_never_run(self) -> bool:
        """Whether no run of it is known in this repository."""
        return self.runs == 0

    @property
    def success_rate(self) -> float | None:
        """Share of the runs that ended by themselves among those that ended, 0 to 1."""
        return self.done / self.ended if self.ended else None


def build_entry(file: WorkflowFile, past: Sequence[RunSummary], why_not: str = "") -> WorkflowEntry:
    """An entry from a file and its runs, newest first."""
    workflow = file.workflow
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
        workflow=workflow,
        problems=file.problems,
        content_hash=workflow_hash(workflow) if workflow else "",
        skills=skill_names(workflow) if workflow else (),
        last=past[0] if past else None,
        runs=len(past),
        done=len(done),
        ended=sum(r.state in FINAL_STATES for r in past),
        median_cost=sorted((r.cost for r in done), key=_price)[len(done) // 2] if done else None,
        median_s=statistics.median(times) if times else None,
        file=file.file,
        kinds=tuple(dict.fromkeys(s.kind for s in workflow.steps)) if workflow else (),
        nested=nested_names(workflow) if workflow else (),
        why_not=why_not,
    )


def why_not_runnable(
    file: WorkflowFile,
    files: Mapping[str, WorkflowFile],
    usable: Collection[str],
    *,
    is_trusted: bool,
) -> str:
    """Why a workflow cannot run, with the next step; an empty string where it can.

    ``files`` are those that nested workflows may be, ``usable`` the names of skills that may run.
    """
    if file.workflow is None:
        return f"its file has errors: ladder workflows lint {file.name}"
    for inner in with_nested(file, files):
        assert inner.workflow is not None
        starts = any(step.kind == "run" for step in inner.workflow.steps)
        if starts and inner.origin == "project" and not is_trusted:
            return (
                f"this repository is not trusted, and {inner.shown} starts programs:"
                " read it, then ladder skills trust"
            )
        for name in skill_names(inner.workflow):
            if name not in usable:
                return f"skill {name} cannot run here: ladder skills show {name}"
    return ""


def with_nested(file: WorkflowFile, files: Mapping[str, WorkflowFile]) -> list[WorkflowFile]:
    """A usable workflow and all that it runs, each once."""
    found = {file.name: file}
    open_files = [file]
    while open_files:
        workflow = open_files.pop().workflow
        for name in nested_names(workflow) if workflow is not None else ():
            inner = files.get(name)
            if inner is not None and inner.workflow is not None and name not in found:
                found[name] = inner
                open_files.append(inner)
    return list(found.values())


def _price(cost: Cost) -> tuple[int, int]:
    return cost.unpriced_calls, cost.nano_usd
