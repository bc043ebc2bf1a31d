"""The preflight of a run: its agents, its model, its estimate, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ladder_tui.config import Config, choose_model
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.run import Estimate, RunSummary
from ladder_tui.domain.skill import Skill
from ladder_tui.domain.usage import NANO
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import InvalidFileError, ProcessError, UsageError
from ladder_tui.gates.scope import build_scope, is_in_scope
from ladder_tui.insight.estimate import Basis, estimate_run
from ladder_tui.library.input import resolve_inputs
from ladder_tui.library.skill_library import untrusted_problem
from ladder_tui.models.price import is_priced, price
from ladder_tui.models.scenario import load_scenario
from ladder_tui.models.token import estimate_tokens_fast
from ladder_tui.planning.prd_file import read_prd
from ladder_tui.process import git
from ladder_tui.workbench.option import PlannedAgent, Preflight, RunOptions
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.workflow import WorkflowEntry
from ladder_tui.workflow.plan import Slot, plan_slots

_NO_BASE = frozenset({"", "none", "all"})
_MOST = 10**12
"""Dollars or tokens above which a budget is a slip of the finger, and overflows."""


def plan_run(
    project: Project,
    config: Config,
    entry: WorkflowEntry,
    given: Mapping[str, Any],
    options: RunOptions,
    history: Sequence[RunSummary],
) -> Preflight:
    """Plan a run of ``entry``'s workflow.

    Wrong inputs become problems of the plan. Raises UsageError for an unknown model or base.
    """
    workflow = entry.workflow
    if workflow is None:
        raise UsageError(f"{entry.name} cannot be used", why="\n  ".join(map(str, entry.problems)))
    choice = choose_model(config, options.model)
    inputs, problems = resolve_inputs(workflow, given, project.root)
    skills = project.library.known_skills()
    slots = _slots(entry, inputs, skills) if not problems else []
    base = _base(workflow_base(entry, inputs), project.root) if not problems else ""
    problems += _option_problems(options) + _scenario_problems(choice, options)
    problems += _budget_problems(config, options, choice, workflow)
    in_scope = 0
    if not problems:
        paths = workflow.paths(inputs)
        in_scope = _count_files(project.root, paths)
        if not in_scope:
            where = ", ".join(paths) or "."
            what = "there is no file to look at below this path"
            problems.append(Problem(where, 0, "R001", what))
    estimate = _estimate(slots, choice, history)
    used = {slot.skill.name for slot in slots}
    runnable = {skill.name for skill in project.library.skills()}
    problems += [untrusted_problem(s) for s in skills if s.name in used - runnable]
    changed = git.changed_lines(project.root, base) if base else {}
    return Preflight(
        workflow=workflow,
        inputs=inputs,
        agents=tuple(PlannedAgent(s.name, s.skill.name, s.skill.lens) for s in slots),
        model=choice,
        estimate=estimate,
        files=in_scope,
        base_commit=base,
        changed_files=len(changed),
        needs_confirm=not estimate.is_priced or estimate.nano_usd_high > config.confirm_usd * NANO,
        skills=tuple(s for s in skills if s.name in used),
        problems=tuple(problems),
        notes=_notes(choice),
    )


def _estimate(
    slots: Sequence[Slot], choice: ModelChoice, history: Sequence[RunSummary]
) -> Estimate:
    basis = Basis(
        choice,
        is_prose_only=choice.provider == "local",
        is_priced=is_priced(choice),
        history=tuple(r for r in history if r.model == choice.label),
    )
    return estimate_run(
        [slot.skill for slot in slots],
        basis,
        estimate_tokens_fast,
        lambda usage: price(choice, usage),
    )


def _option_problems(options: RunOptions) -> list[Problem]:
    """What no front door should let through; a limit that compares with nothing is no limit."""
    wrong = []
    for name, value, least, most in (
        ("budget-usd", options.budget_usd, 0, _MOST),
        ("budget-tokens", options.budget_tokens, 1, _MOST),
        ("max-parallel", options.max_parallel, 1, 64),
    ):
        if value is not None and not least <= value <= most:  # NaN is not
            what = f"{value} is no number from {least} to {most:,}"
            wrong.append(Problem(f"--{name}", 0, "R003", what, "correct it, or leave it out"))
    if options.replay and not Path(options.replay).is_file():
        what = f"there is no cassette {options.replay}"
        wrong.append(Problem("--replay", 0, "R004", what, "record one with --record FILE"))
    if options.prd:
        try:
            read_prd(Path(options.prd), options.prd)
        except UsageError as error:
            why = f"{error.what}: {error.why}" if error.why else error.what
            wrong.append(Problem("--prd", 0, "R005", why, error.next_step))
    return wrong


def _scenario_problems(choice: ModelChoice, options: RunOptions) -> list[Problem]:
    """What is wrong with the file of the scripted model; a replay does not read it."""
    if choice.provider != "scripted" or options.replay:
        return []
    try:
        load_scenario(Path(choice.script))
    except InvalidFileError as error:
        return list(error.problems)
    return []


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


def _slots(entry: WorkflowEntry, inputs: Mapping[str, Any], skills: Sequence[Skill]) -> list[Slot]:
    assert entry.workflow is not None
    by_name = {skill.name: skill for skill in skills}
    names = {"inputs": inputs, "steps": {}}
    return [
        slot
        for step in entry.workflow.steps
        if step.kind == "skill" and step.when is not False
        for slot in plan_slots(step, names, by_name)
    ]


def _budget_problems(
    config: Config, options: RunOptions, choice: ModelChoice, workflow: Workflow
) -> list[Problem]:
    if is_priced(choice):
        return []
    why = f"{choice.label} has no known price, so dollars cannot limit it"
    problems = [
        Problem(
            f"steps.{step.id}.limits.usd", 0, "R002", why, "give limits.tokens, or another model"
        )
        for step in workflow.steps
        if step.kind == "skill" and step.limits.usd is not None
    ]
    has_usd = options.budget_usd is not None or config.budget_usd is not None
    has_tokens = options.budget_tokens is not None or config.budget_tokens is not None
    if has_usd and not has_tokens:
        problems.append(Problem("--budget-usd", 0, "R002", why, "give --budget-tokens"))
    return problems


def _notes(choice: ModelChoice) -> tuple[str, ...]:
    if choice.provider == "local" and choice.model == "smollm2-135m":
        return (
            "the embedded model only writes the summaries; the findings are those of the"
            " evidence tools",
        )
    return ()


def _count_files(root: Path, paths: Sequence[str]) -> int:
    files = git.tracked_files(root)
    if files is None:
        return len(build_scope(root, paths).files)
    return sum(is_in_scope(path, paths) for path in (*files, *git.odd_names(root)))
