"""What speaks against a run before it starts.

Rules: R002 dollars without a price, R003 limits, R004 cassettes, R005 PRDs, R006 trust; a scenario
has rules of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ladder_tui.config import Config
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.models.price import is_priced
from ladder_tui.models.scenario import load_scenario
from ladder_tui.planning.prd_file import read_prd
from ladder_tui.workbench.option import RunOptions
from ladder_tui.workbench.project import Project
from ladder_tui.workbench.workflow import WorkflowEntry

_MOST = 10**12
"""Dollars or tokens above which a budget is a slip of the finger, and overflows."""


def trust_problems(project: Project, entries: Sequence[WorkflowEntry]) -> list[Problem]:
    """A repository's own commands do nothing before the user trusts it."""
    if project.library.is_trusted:
        return []
    return [
        Problem(
            entry.path,
            0,
            "R006",
            "its run steps are not trusted: they are this repository's own",
            "look at them, then: ladder skills trust",
        )
        for entry in entries
        if entry.origin == "project" and entry.workflow is not None
        if any(step.kind == "run" for step in entry.workflow.steps)
    ]


def option_problems(options: RunOptions) -> list[Problem]:
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


def model_problems(
    config: Config,
    options: RunOptions,
    choices: Sequence[ModelChoice],
    workflows: Sequence[Workflow],
) -> list[Problem]:
    """What speaks against the models that a run may use, each looked at once."""
    problems: list[Problem] = []
    for choice in dict.fromkeys(choices):
        problems += scenario_problems(choice, options)
        problems += budget_problems(config, options, choice, workflows)
    return problems


def scenario_problems(choice: ModelChoice, options: RunOptions) -> list[Problem]:
    """What is wrong with the file of the scripted model; a replay does not read it."""
    if choice.provider != "scripted" or options.replay:
        return []
    try:
        load_scenario(Path(choice.script))
    except InvalidFileError as error:
        return list(error.problems)
    return []


def budget_problems(
    config: Config, options: RunOptions, choice: ModelChoice, workflows: Sequence[Workflow]
) -> list[Problem]:
    """Limits in dollars mean nothing where no price is known."""
    if is_priced(choice):
        return []
    why = f"{choice.label} has no known price, so dollars cannot limit it"
    problems = [
        Problem(
            f"steps.{step.id}.limits.usd", 0, "R002", why, "give limits.tokens, or another model"
        )
        for workflow in workflows
        for step in workflow.steps
        if step.kind == "skill" and step.limits.usd is not None
    ]
    problems += [
        Problem(place, 0, "R002", why, "give budget.tokens, or another model")
        for workflow in workflows
        for place, budget in (
            (f"{workflow.name}: budget.usd", workflow.budget),
            *((f"steps.{step.id}.budget.usd", step.budget) for step in workflow.steps),
        )
        if budget is not None and budget.usd is not None and budget.tokens is None
    ]
    has_usd = options.budget_usd is not None or config.budget_usd is not None
    has_tokens = options.budget_tokens is not None or config.budget_tokens is not None
    if has_usd and not has_tokens:
        problems.append(Problem("--budget-usd", 0, "R002", why, "give --budget-tokens"))
    return problems
