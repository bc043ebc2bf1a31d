"""Budgets that cannot cover what they are for (W080).

Only what is certain counts: prompts of agents that run in every case, and room for the largest
reply among them, which is reserved before it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import Budget, Step, Workflow
from ladder_tui.library.workflow_catalog import Catalog
from ladder_tui.library.workflow_draft import Draft, StepView, static_values
from ladder_tui.library.workflow_nest_check import MAX_DEPTH
from ladder_tui.library.yaml_document import YamlPath

_CHARACTERS_PER_TOKEN = 6
"""More than any tokenizer packs into a token of prose, so that the need is never said too high."""


class Need(msgspec.Struct, frozen=True):
    """Tokens that a workflow or step needs at least."""

    prompts: int = 0
    reply: int = 0
    """Room for the largest reply."""
    agents: int = 0

    @property
    def tokens(self) -> int:
        """All of it."""
        return self.prompts + self.reply

    def plus(self, other: Need) -> Need:
        """Both, one after the other."""
        return Need(
            self.prompts + other.prompts,
            max(self.reply, other.reply),
            self.agents + other.agents,
        )


def check_budgets(draft: Draft) -> None:
    """Report budgets that are too small for their steps, or for the workflow they are in."""
    workflow = draft.decoded
    whole = _budget(draft.value.get("budget"))
    _check_positive(draft, ("budget",), draft.value.get("budget"))
    for view in draft.views:
        _check_positive(draft, (*view.path, "budget"), view.raw.get("budget"))
        _check_within(view, whole)
    if workflow is None or len(workflow.steps) != len(draft.views):
        return
    needs = _Needs(draft.catalog)
    for view, step in zip(draft.views, workflow.steps, strict=True):
        needed = needs.of_step(step, view.raw, 0)
        part = step.budget
        if part is not None and part.tokens is not None and 0 < part.tokens < needed.tokens:
            _add(view, ("budget", "tokens"), part.tokens, needed)
    needed = needs.of_workflow(workflow, 0)
    if whole.tokens is not None and 0 < whole.tokens < needed.tokens:
        message = _shortage(whole.tokens, needed)
        draft.report.add("W080", ("budget", "tokens"), message, _fix(needed))


class _Needs:
    """Needs of workflows, each looked at once at each depth however often it is nested."""

    def __init__(self, catalog: Catalog) -> None:
        self._skills = catalog.skills or {}
        self._workflows = catalog.workflows or {}
        self._known: dict[tuple[str, int], Need] = {}

    def of_workflow(self, workflow: Workflow, depth: int) -> Need:
        """What the steps of a workflow need at least."""
        need = Need()
        for step in workflow.steps:
            items = list(step.for_each) if isinstance(step.for_each, tuple) else step.for_each
            raw = {"skill": step.skill, "for_each": items}
            need = need.plus(self.of_step(step, raw, depth))
        return need

    def of_step(self, step: Step, raw: Mapping[str, Any], depth: int) -> Need:
        """What one step needs at least, nothing where it may be skipped."""
        if step.when is not None or step.needs:
            return Need()
        if step.kind == "workflow" and step.for_each is None:
            return self._of_nested(step.workflow or "", depth + 1)
        need = Need()
        is_static = step.for_each is None or isinstance(step.for_each, tuple)
        if step.kind == "skill" and is_static:
            for _, name in static_values(raw, "skill"):
                prompt = _prompt(self._skills.get(name))
                need = need.plus(Need(prompt, step.limits.output_tokens, 1))
        return need

    def _of_nested(self, name: str, depth: int) -> Need:
        nested = self._workflows.get(name)
        if nested is None or depth > MAX_DEPTH:
            return Need()
        if (name, depth) not in self._known:
            self._known[name, depth] = self.of_workflow(nested, depth)
        return self._known[name, depth]


def _prompt(skill: Skill | None) -> int:
    if skill is None:
        return 0
    text = len(skill.body) + sum(len(part.body) for part in skill.parts)
    return text // _CHARACTERS_PER_TOKEN


def _check_within(view: StepView, whole: Budget) -> None:
    """A part that is larger than the whole."""
    for field in ("usd", "tokens", "seconds"):
        most = getattr(whole, field)
        if most is None:
            continue
        part = view.mapping("budget").get(field)
        places: dict[YamlPath, Any] = {("budget", field): part}
        if field == "seconds":
            places[("timeout",)] = view.raw.get("timeout")
        for key, value in places.items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if is_number and value > most > 0:
                message = f"{key[-1]} {value:,.15g} is above the {most:,.15g} of the whole workflow"
                view.add("W080", key, message, f"choose {most:,.15g} or less, or raise budget:")


def _check_positive(draft: Draft, path: YamlPath, budget: Any) -> None:
    for name, value in budget.items() if isinstance(budget, dict) else ():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and value <= 0:
            message = f"{name} {value} is not above 0"
            draft.report.add("W019", (*path, name), message, "choose more than 0")


def _budget(value: Any) -> Budget:
    try:
        return msgspec.convert(value or {}, Budget)
    except msgspec.ValidationError:
        # The decoder has reported it.
        return Budget()


def _add(view: StepView, key: tuple[str, str], given: int, needed: Need) -> None:
    view.add("W080", key, _shortage(given, needed), _fix(needed))


def _shortage(given: int, needed: Need) -> str:
    agents = f"{needed.agents} agent{'s' if needed.agents != 1 else ''}"
    return (
        f"{given:,} tokens cannot cover {agents}: their prompts are {needed.prompts:,} or more,"
        f" one reply up to {needed.reply:,}"
    )


def _fix(needed: Need) -> str:
    return f"give more than {needed.tokens:,}, or lower limits.output_tokens"
