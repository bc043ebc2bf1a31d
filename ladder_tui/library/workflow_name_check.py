"""Names in a step: earlier steps, skills, gates, workflows, and the names of its agents."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from typing import Any

from ladder_tui.domain.skill import Skill
from ladder_tui.domain.workflow import ASKING
from ladder_tui.library.expression_check import (
    Scope,
    check_expressions,
    is_unknown_step,
    parsed,
    reference_fault,
    step_references,
)
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.workflow_draft import Draft, StepView, fan_out_items
from ladder_tui.library.yaml_document import YamlPath

_LISTS = ("union-dedup", "concat")
"""Aggregates whose results can be reduced further."""


def check_name(draft: Draft) -> None:
    """W026: a name of the workflow that cannot be used."""
    name = draft.value.get("name")
    if isinstance(name, str) and not _is_name(name):
        fix = "use 1 to 64 printable characters without /"
        draft.report.add("W026", ("name",), f"name {name[:60]!r} cannot be used", fix)


def check_over(view: StepView) -> None:
    """W015: an aggregate needs a fan-out to join."""
    target = view.raw.get("over")
    if not isinstance(target, str):
        if view.kind == "aggregate" and "over" not in view.raw:
            message = "aggregate needs over: the step whose outputs it joins"
            view.add("W015", "", message, "add over: STEP")
        return
    if not refers(view, ("over",), target) or view.kind != "aggregate":
        return
    joined = view.earlier[target]
    if view.text("aggregate") == "tree-reduce" and joined.get("aggregate") in _LISTS:
        return
    if joined.get("for_each") is None:
        message = f'aggregate over "{target}", which is not a fan-out'
        view.add("W015", "over", message, "name a step with for_each")
    elif view.text("aggregate") == "union-dedup" and joined.get("skill") is None:
        message = f'union-dedup over "{target}", which is not a fan-out of skills'
        view.add("W015", "over", message, "name a step with skill and for_each, or use concat")


def check_references(view: StepView) -> None:
    """W014: ``needs``, ``redo`` and expressions name earlier steps only."""
    for index, target in enumerate(view.items("needs")):
        if isinstance(target, str):
            refers(view, ("needs", index), target)
    redo = view.mapping("ask").get("redo")
    if isinstance(redo, str):
        refers(view, ("ask", "redo"), redo)
    items = fan_out_items(view.raw)
    scope = Scope(view.draft.inputs, view.earlier, view.is_fan_out, items)
    check_expressions(view, scope, lambda where, target: refers(view, where, target))


def refers(view: StepView, key: YamlPath, target: str) -> bool:
    """Report a reference to anything but an earlier step; True where it is one."""
    if target in view.earlier:
        return True
    if target == view.id:
        message, fix = f'step "{target}" refers to itself', "name an earlier step"
    elif target in view.draft.by_id:
        if way := _way_back(view.draft, target, view.id):
            shown = " → ".join((view.id, *way))
            view.add("W033", key, f"steps wait for each other: {shown}", "remove one reference")
            return False
        message, fix = f'step "{target}" comes later', "move it before this one"
    else:
        message = f'there is no step "{target[:60]}"'
        fix = name_hint(target, view.earlier) or "name an earlier step"
    view.add("W014", key, message, fix)
    return False


def check_ends(draft: Draft) -> None:
    """W014, W030 to W032 for what is evaluated at the end: ``result`` and ``fail_on.when``."""
    _check_end(draft, ("result",), draft.value.get("result"), "${steps.merge}")
    fail_on = draft.value.get("fail_on")
    if isinstance(fail_on, dict):
        example = "${steps.judgement.verdict != 'pass'}"
        _check_end(draft, ("fail_on", "when"), fail_on.get("when"), example)


def _check_end(draft: Draft, path: YamlPath, value: Any, example: str) -> None:
    if not isinstance(value, str):
        return
    template = parsed(draft, path, value)
    if template is None:
        return
    if not template.is_whole:
        fix = f"write for example {path[-1]}: {example}"
        draft.report.add("W032", path, f'"{path[-1]}" must be one expression ${{…}} alone', fix)
    scope = Scope(draft.inputs, draft.by_id, False, None)
    for expression in template.expressions:
        for reference in expression.references:
            if is_unknown_step(reference, scope):
                fix = name_hint(reference[1], draft.by_id) or "name a step"
                draft.report.add("W014", path, f'there is no step "{reference[1][:60]}"', fix)
            elif fault := reference_fault(reference, scope):
                message = f"${{{expression.source}}}: {fault[0]}"
                draft.report.add("W031", path, message, fault[1])


def _way_back(draft: Draft, start: str, target: str) -> tuple[str, ...]:
    """Ids of steps that refer to each other from ``start`` to ``target``; empty without a way."""
    came_from = {start: ""}
    open_ids = [start]
    while open_ids:
        step_id = open_ids.pop()
        if step_id == target:
            way = [step_id]
            while came_from[way[-1]]:
                way.append(came_from[way[-1]])
            return tuple(reversed(way))
        view = draft.by_id.get(step_id)
        for name in step_references(view) if view is not None else ():
            if name not in came_from:
                came_from[name] = step_id
                open_ids.append(name)
    return ()


def check_names(view: StepView) -> None:
    """W013: skills, gates and workflows that do not exist."""
    catalog = view.draft.catalog
    gate = view.raw.get("gate")
    if isinstance(gate, str) and catalog.gates is not None and gate not in catalog.gates:
        _unknown(view, ("gate",), "gate", gate, catalog.gates)
    for index, name in view.static("skill") if catalog.skills is not None else ():
        where: YamlPath = ("for_each", index) if index is not None else ("skill",)
        skill = (catalog.skills or {}).get(name)
        if skill is None:
            _unknown(view, where, "skill", name, catalog.skills or ())
        else:
            _check_skill(view, where, skill)
    _check_by(view)
    nested = view.raw.get("workflow")
    if isinstance(nested, str) and nested not in (catalog.workflows or (nested,)):
        _unknown(view, ("workflow",), "workflow", nested, catalog.workflows or ())


def _check_by(view: StepView) -> None:
    """The skill or the gates that an aggregate decides by."""
    catalog = view.draft.catalog
    by = view.raw.get("by")
    if view.text("aggregate") in ASKING and isinstance(by, str) and catalog.skills is not None:
        skill = catalog.skills.get(by)
        if skill is None:
            _unknown(view, ("by",), "skill", by, catalog.skills)
        else:
            _check_skill(view, ("by",), skill)
    elif view.text("aggregate") == "best-of" and catalog.gates is not None:
        for gate in [by] if isinstance(by, str) else view.items("by"):
            if isinstance(gate, str) and gate not in catalog.gates:
                _unknown(view, ("by",), "gate", gate, catalog.gates)


def _check_skill(view: StepView, key: YamlPath, skill: Skill) -> None:
    """Tools and the model that a skill asks for."""
    catalog = view.draft.catalog
    for tool in skill.allowed_tools if catalog.tools is not None else ():
        bare = tool.split("(", 1)[0].strip()
        if not _matches(bare, catalog.tools or ()):
            fix = f"in {skill.path}: {_hint(bare, catalog.tools or ())}"
            message = f'skill {skill.name} asks for the unknown tool "{bare[:60]}"'
            view.add("W013", key, message, fix)
    if skill.model and catalog.models is not None and not _matches(skill.model, catalog.models):
        fix = f"in {skill.path}: {_hint(skill.model, catalog.models)}"
        message = f'skill {skill.name} asks for the unknown model "{skill.model[:60]}"'
        view.add("W013", key, message, fix)


def _matches(name: str, patterns: Collection[str]) -> bool:
    return name in patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _is_name(name: str) -> bool:
    return 0 < len(name) <= 64 and name.strip() == name and name.isprintable() and "/" not in name


def _hint(name: str, patterns: Collection[str]) -> str:
    return name_hint(name, {pattern.rstrip("*") for pattern in patterns if pattern[0].isalpha()})


def _unknown(view: StepView, key: YamlPath, noun: str, name: str, known: Collection[str]) -> None:
    fix = name_hint(name, known) or f"no {noun} is known"
    view.add("W013", key, f'unknown {noun} "{name[:60]}"', fix)


def check_agent_names(view: StepView) -> None:
    """W041: names of agents that are equal or cannot be used."""
    seen: set[str] = set()
    for index, name in view.static("name"):
        where: YamlPath = ("for_each", index) if index is not None else ("name",)
        if not _is_name(name):
            fix = "use 1 to 64 printable characters without /"
            view.add("W041", where, f'agent name "{name[:60]}" cannot be used', fix)
        elif name in seen:
            message = f'two agents of the step are called "{name}"'
            view.add("W041", where, message, "give each item its own name")
        seen.add(name)
