"""The preflight of a run: its agents, its model, its estimate, and what speaks against it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from ladder_tui.agent.prompt import needs_schema
from ladder_tui.config import Config
from ladder_tui.domain.estimate import Estimate, PastRun
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.routing import Routing
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.usage import NANO
from ladder_tui.domain.workflow import Shards, Step, Workflow
from ladder_tui.errors import ProcessError, UsageError
from ladder_tui.gates.gate import Scope
from ladder_tui.gates.scope import build_scope, is_in_scope
from ladder_tui.library.input import resolve_inputs
from ladder_tui.library.skill_library import untrusted_problem
from ladder_tui.library.workflow_shelf import skill_names
from ladder_tui.models.choice import choose_model, choose_routing
from ladder_tui.process import git
from ladder_tui.process.sandbox import probe_sandbox_now
from ladder_tui.workbench.launch import run_limits
from ladder_tui.workbench.narrowing import narrow
from ladder_tui.workbench.option import PlannedAgent, Preflight, RunOptions
from ladder_tui.workbench.preflight_estimate import Planned, cheaper_plans, estimate_plan
from ladder_tui.workbench.preflight_problem import (
    model_problems,
    option_problems,
    trust_problems,
)
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.workflow import WorkflowEntry
from ladder_tui.workflow.agent_route import agent_route, files_of
from ladder_tui.workflow.outlook import Lookout, Outlook, PlannedSlot, depends_on_steps
from ladder_tui.workflow.plan import Names
from ladder_tui.workflow.shard import Cut, cut_scope, shard_path

_NO_BASE = frozenset({"", "none", "all"})


def plan_run(
    project: Project,
    config: Config,
    entry: WorkflowEntry,
    nested: Sequence[WorkflowEntry],
    given: Mapping[str, Any],
    options: RunOptions,
    history: Sequence[PastRun],
) -> Preflight:
    """Plan a run of ``entry``'s workflow, whose steps run the ``nested`` ones.

    Wrong inputs become problems of the plan. Raises UsageError for an unknown model or base.
    """
    workflow = narrow(_usable(entry), options.only)
    below = tuple(each.workflow for each in nested if each.workflow is not None)
    choice = choose_model(config, options.model)
    routing = choose_routing(config, options.model, (workflow, *below))
    inputs, problems = resolve_inputs(workflow, given, project.root)
    skills = project.library.known_skills()
    ahead = Outlook() if problems else _outlook(project.root, workflow, below, inputs, skills)
    base = _base(workflow_base(entry, inputs), project.root) if not problems else ""
    problems += trust_problems(project, (entry, *nested)) + option_problems(options)
    problems += model_problems(config, options, (choice, *routing.choices), (workflow, *below))
    paths = workflow.paths(inputs)
    in_scope, problems = (0, problems) if problems else _files(project.root, paths)
    planned = Planned(workflow.name, _agents(ahead), choice, in_scope, tuple(history))
    estimate = estimate_plan(planned)
    runnable = {skill.name for skill in project.library.skills()}
    used = _used_skills(ahead, (workflow, *below), skills, runnable)
    problems += [untrusted_problem(skill) for skill in used if skill.name not in runnable]
    return Preflight(
        workflow=workflow,
        inputs=inputs,
        agents=tuple(_planned(slot, in_scope, routing, choice) for slot in ahead.slots),
        model=choice,
        estimate=estimate,
        files=in_scope,
        base_commit=base,
        changed_files=len(git.changed_lines(project.root, base)) if base else 0,
        needs_confirm=_needs_confirm(estimate, config),
        skills=used,
        problems=tuple(problems),
        notes=(*_notes(choice, used), *_sandbox_notes(ahead), *ahead.notes),
        workflows=below,
        outside=tuple(ahead.outside),
        inside=tuple(ahead.inside),
        asks=tuple(ahead.asks),
        routing=routing,
        limits=run_limits(workflow, options, config),
        variants=cheaper_plans(planned, workflow),
    )


def _agents(ahead: Outlook) -> tuple[tuple[str, Skill], ...]:
    return tuple((slot.name, slot.skill) for slot in ahead.slots)


def _needs_confirm(estimate: Estimate, config: Config) -> bool:
    return not estimate.is_priced or estimate.nano_usd.p90 > config.confirm_usd * NANO


def workflow_base(entry: WorkflowEntry, inputs: Mapping[str, Any]) -> str:
    """The value of the workflow's ``git-base`` input, or an empty string without one."""
    assert entry.workflow is not None
    for name, declared in entry.workflow.inputs.items():
        if declared.type == "git-base":
            return str(inputs.get(name) or "")
    return ""


def _base(wanted: str, root: Path) -> str:
    if wanted in _NO_BASE:
        return ""
    if wanted == "auto":
        return git.default_base(root) or ""
    try:
        return git.resolve_base(root, wanted)
    except ProcessError as error:
        raise UsageError(
            f"changes since {wanted!r} cannot be found",
            why=error.what,
            next_step="use git, or leave the base out: all lines count then",
        ) from error


def _planned(
    slot: PlannedSlot, in_scope: int, routing: Routing, default: ModelChoice
) -> PlannedAgent:
    files = files_of(slot.item, in_scope)
    route = agent_route(slot.step, slot.skill, files, routing, default)
    return PlannedAgent(
        name=slot.name,
        skill=slot.skill.name,
        lens=slot.skill.lens,
        step_id=slot.step_id,
        model=route.choice.label,
        rule=route.rule,
    )


def _usable(entry: WorkflowEntry) -> Workflow:
    if entry.workflow is None:
        raise UsageError(f"{entry.name} cannot be used", why="\n  ".join(map(str, entry.problems)))
    return entry.workflow


def _files(root: Path, paths: Sequence[str]) -> tuple[int, list[Problem]]:
    """How many files a run is about, and what is wrong where it is about none."""
    in_scope = _count_files(root, paths)
    if in_scope:
        return in_scope, []
    what = "there is no file to look at below this path"
    return 0, [Problem(", ".join(paths) or ".", 0, "R001", what)]


def _outlook(
    root: Path,
    workflow: Workflow,
    nested: Sequence[Workflow],
    inputs: Mapping[str, Any],
    skills: Sequence[Skill],
) -> Outlook:
    def cut(step: Step, names: Names) -> Cut:
        assert isinstance(step.for_each, Shards)
        nothing_yet = Scope(root.resolve(), (), ())
        tracked = git.tracked_files(root)
        return cut_scope(nothing_yet, shard_path(step, dict(names)), step.for_each, tracked)

    by_name = {skill.name: skill for skill in skills}
    lookout = Lookout(root, by_name, {each.name: each for each in nested}, cut)
    return lookout.look(workflow, inputs)


def _used_skills(
    ahead: Outlook,
    workflows: Sequence[Workflow],
    skills: Sequence[Skill],
    runnable: Collection[str],
) -> tuple[Skill, ...]:
    """What a run freezes: all that can run where one is named only when earlier steps are done."""
    is_open = any(depends_on_steps(s.skill) or depends_on_steps(s.for_each)
                  for workflow in workflows for s in workflow.steps)  # fmt: skip
    used = {slot.skill.name for slot in ahead.slots}
    used.update(name for workflow in workflows for name in skill_names(workflow))
    used.update(runnable if is_open else ())
    return tuple(skill for skill in skills if skill.name in used)


def _notes(choice: ModelChoice, skills: Sequence[Skill]) -> list[str]:
    """What a model that only writes prose can and cannot do here."""
    if choice.provider != "local" or (choice.weights and choice.structured_output):
        return []
    names = [skill.name for skill in skills if needs_schema(skill)]
    notes = []
    if len(names) < len(skills):
        notes.append(
            "the embedded model only writes the summaries; the findings are those of the"
            " evidence tools"
        )
    if names:
        notes.append(
            f"{choice.label} only writes prose and cannot do the work of {', '.join(names)}:"
            " give another model with --model"
        )
    return notes


def _sandbox_notes(ahead: Outlook) -> tuple[str, ...]:
    """What ``effect: none`` does not hold on a machine without bubblewrap."""
    if not ahead.inside:
        return ()
    report = probe_sandbox_now()
    if report.level == "bwrap":
        return ()
    return (
        "the sandbox of this machine only limits time, memory and output: commands with"
        f" effect none could write and reach the network ({report.reason})",
    )


def _count_files(root: Path, paths: Sequence[str]) -> int:
    files = git.tracked_files(root)
    if files is None:
        return len(build_scope(root, paths).files)
    return sum(is_in_scope(path, paths) for path in (*files, *git.odd_names(root)))
