"""What was edited since a run started, and the run with the edited files instead of the old."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ladder_tui.domain.run import RunSpec
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.library.input import resolve_inputs
from ladder_tui.library.workflow_file import workflow_hash
from ladder_tui.library.workflow_shelf import skill_names
from ladder_tui.workbench.narrowing import narrow
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.workflow import Workflows


class Revision(msgspec.Struct, frozen=True):
    """A run as it would go on now."""

    spec: RunSpec
    changed: tuple[str, ...]
    """What is another now, for people: ``workflow review``, ``skill review-security``."""


def revised_now(spec: RunSpec, workflows: Workflows, project: Project) -> Revision:
    """Compare a run with the files of its repository. Raises as ``revise`` does, and
    InvalidFileError for an edited workflow that cannot be used."""

    def find(name: str) -> Workflow | None:
        try:
            return workflows.get(name).workflow
        except UsageError:
            return None  # it is gone: the run goes on with what it was started with

    skills = {skill.name: skill for skill in project.library.skills()}
    return revise(spec, find, skills, project.root)


def revise(
    spec: RunSpec,
    find: Callable[[str], Workflow | None],
    skills: Mapping[str, Skill],
    root: Path,
) -> Revision:
    """Compare what a run was started with with the files as they are.

    ``find`` gives a workflow as it is now, None where it is gone; ``skills`` are those that can
    run. What is gone is kept as it was. Raises InvalidFileError where the inputs do not fit the
    edited workflow any more, or where it names a skill that is not there.
    """
    workflow = narrow(find(spec.workflow.name) or spec.workflow, spec.only)
    nested = _nested(workflow, {each.name: each for each in spec.workflows}, find)
    frozen = {skill.name: skill for skill in spec.skills}
    known = {**frozen, **skills}
    names = {name for each in (workflow, *nested) for name in skill_names(each)}
    used = [known[name] for name in sorted({*frozen, *(names & known.keys())})]
    if missing := sorted(names - known.keys()):
        raise UsageError(
            f"{workflow.name} was edited and names skills that are not there: {', '.join(missing)}",
            next_step="correct the file, or resume with --as-started",
        )
    changed = [
        *_changed_workflows((spec.workflow, *spec.workflows), (workflow, *nested)),
        *(f"skill {s.name}" for s in used if s.name not in frozen or _differs(s, frozen[s.name])),
    ]
    inputs = spec.inputs
    if workflow != spec.workflow:
        inputs, problems = resolve_inputs(workflow, _given(spec), root)
        if problems:
            raise InvalidFileError(
                f"{workflow.name} was edited, and the inputs of the run do not fit any more",
                problems,
                next_step="correct the file, or resume with --as-started",
            )
    revised = msgspec.structs.replace(
        spec,
        workflow=workflow,
        workflow_hash=workflow_hash(workflow),
        workflows=nested,
        skills=tuple(used),
        inputs=inputs,
        revision=spec.revision + bool(changed),
        revised=tuple(changed),
    )
    return Revision(revised, tuple(changed))


def _given(spec: RunSpec) -> dict[str, Any]:
    """The inputs that were given; what a default gave is taken from the file as it is now."""
    defaults = {name: declared.default for name, declared in spec.workflow.inputs.items()}
    return spec.given or {n: v for n, v in spec.inputs.items() if v != defaults.get(n)}


def _nested(
    workflow: Workflow, frozen: Mapping[str, Workflow], find: Callable[[str], Workflow | None]
) -> tuple[Workflow, ...]:
    found: dict[str, Workflow] = {}
    waiting = [workflow]
    while waiting:
        for step in waiting.pop().steps:
            name = step.workflow
            if name is None or name in found:
                continue
            below = find(name) or frozen.get(name)
            if below is None:
                raise UsageError(f"workflow {name} is not there", next_step="--as-started")
            found[name] = below
            waiting.append(below)
    return tuple(found.values())


def _changed_workflows(before: Sequence[Workflow], now: Sequence[Workflow]) -> list[str]:
    hashes = {each.name: workflow_hash(each) for each in before}
    return [f"workflow {w.name}" for w in now if hashes.get(w.name) != workflow_hash(w)]


def _differs(now: Skill, before: Skill) -> bool:
    parts = [part.content_hash for part in now.parts]
    return now.content_hash != before.content_hash or parts != [
        part.content_hash for part in before.parts
    ]
