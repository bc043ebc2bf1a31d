"""Checks the steps of a workflow against each other, on the document as it was written.

Works on the raw mapping so that everything is reported at once, even where a part does not decode.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from ladder_tui.domain.workflow import AgentLimits
from ladder_tui.library.expression import ExpressionError, evaluate, parse_template
from ladder_tui.library.expression_check import Scope, check_expressions
from ladder_tui.library.json_schema import schema_fault
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.workflow_input_check import IDENTIFIER
from ladder_tui.library.workflow_report import Report
from ladder_tui.library.yaml_document import YamlPath

KINDS = ("skill", "aggregate", "gate")
MAX_STEPS = 500
MAX_RETRY = 10

_FOR_SKILLS_ONLY = ("for_each", "max_parallel", "limits", "retry", "name")


def check_workflow(
    document: dict[str, Any],
    report: Report,
    *,
    skills: Collection[str] | None,
    gates: Collection[str] | None,
) -> None:
    """Steps, references, names of skills and gates, and the output schema."""
    schema = document.get("output")
    if isinstance(schema, dict) and (reason := schema_fault(schema)):
        message = f"output is no valid JSON Schema: {reason}"
        report.add("W040", ("output",), message, "correct the schema")
    steps = document.get("steps")
    if not isinstance(steps, list):
        return
    if not steps:
        report.add("W010", ("steps",), "there are no steps", "add a step")
    if len(steps) > MAX_STEPS:
        report.add("W010", ("steps",), f"has more than {MAX_STEPS} steps", "split the workflow")
        return
    inputs = document.get("inputs")
    names = tuple(inputs) if isinstance(inputs, dict) else ()
    all_ids = [step.get("id") for step in steps if isinstance(step, dict)]
    checker = _Checker(report, names, [i for i in all_ids if isinstance(i, str)], skills, gates)
    for index, step in enumerate(steps):
        if isinstance(step, dict):
            checker.step(("steps", index), step)


def fan_out_items(step: dict[str, Any]) -> list[Any] | None:
    """Items of a fan-out that are written in the file; None where they are not known yet."""
    items = step.get("for_each")
    return items if isinstance(items, list) else None


class _Checker:
    def __init__(
        self,
        report: Report,
        inputs: tuple[str, ...],
        all_ids: list[str],
        skills: Collection[str] | None,
        gates: Collection[str] | None,
    ) -> None:
        self.report = report
        self.inputs = inputs
        self.all_ids = all_ids
        self.skills = skills
        self.gates = gates
        self.earlier: dict[str, dict[str, Any]] = {}

    def step(self, path: YamlPath, step: dict[str, Any]) -> None:
        self.step_id(path, step)
        self.step_kind(path, step)
        self.fan_out(path, step)
        self.numbers(path, step)
        self.over(path, step)
        self.needs(path, step)
        self.expressions(path, step)
        self.skill_names(path, step)
        self.agent_names(path, step)
        if isinstance(step.get("id"), str):
            self.earlier.setdefault(step["id"], step)

    def step_id(self, path: YamlPath, step: dict[str, Any]) -> None:
        name = step.get("id")
        if not isinstance(name, str):
            return
        if not IDENTIFIER.fullmatch(name):
            fix = "use letters, digits and _, not beginning with a digit"
            self.report.add("W012", (*path, "id"), f'step id "{name[:60]}" cannot be used', fix)
        if name in self.earlier:
            message = f'step id "{name}" is there twice'
            self.report.add("W012", (*path, "id"), message, "rename one")

    def step_kind(self, path: YamlPath, step: dict[str, Any]) -> None:
        kinds = [kind for kind in KINDS if step.get(kind) is not None]
        if len(kinds) != 1:
            said = f"has {' and '.join(kinds)}" if kinds else "says not what it does"
            message = f"step {said}; exactly one of skill, aggregate, gate is needed"
            fix = "split the step" if kinds else "add skill:, aggregate: or gate:"
            self.report.add("W011", path, message, fix)
            return
        if kinds[0] != "skill":
            for key in _FOR_SKILLS_ONLY:
                if key in step:
                    message = f'"{key}" means nothing in a step of kind {kinds[0]}'
                    self.report.add("W018", (*path, key), message, "remove it")
        elif "over" in step:
            fix = "remove it; pass values by with:"
            self.report.add("W018", (*path, "over"), '"over" means nothing for a skill', fix)

    def fan_out(self, path: YamlPath, step: dict[str, Any]) -> None:
        if fan_out_items(step) == []:
            message = "for_each is empty: the step would do nothing"
            self.report.add("W016", (*path, "for_each"), message, "add an item")
        if "max_parallel" in step and "for_each" not in step:
            message = '"max_parallel" means nothing without for_each'
            self.report.add("W018", (*path, "max_parallel"), message, "remove it")

    def numbers(self, path: YamlPath, step: dict[str, Any]) -> None:
        parallel = step.get("max_parallel")
        if isinstance(parallel, int) and not isinstance(parallel, bool) and parallel < 1:
            message = f"max_parallel {parallel} is below 1"
            self.report.add("W017", (*path, "max_parallel"), message, "choose 1 or more")
        retry = step.get("retry")
        is_number = isinstance(retry, int) and not isinstance(retry, bool)
        if is_number and not 0 <= int(retry or 0) <= MAX_RETRY:
            message = f"retry {retry} is not in 0–{MAX_RETRY}"
            self.report.add("W019", (*path, "retry"), message, f"choose 0 to {MAX_RETRY}")
        limits = step.get("limits")
        for field in msgspec.structs.fields(AgentLimits):
            value = limits.get(field.encode_name) if isinstance(limits, dict) else None
            if isinstance(value, int | float) and not isinstance(value, bool) and value <= 0:
                message = f"{field.encode_name} {value} is not above 0"
                where = (*path, "limits", field.encode_name)
                self.report.add("W019", where, message, "choose more than 0")

    def over(self, path: YamlPath, step: dict[str, Any]) -> None:
        target = step.get("over")
        if not isinstance(target, str):
            if step.get("aggregate") is not None and "over" not in step:
                message = "aggregate needs over: the step whose outputs it joins"
                self.report.add("W015", path, message, "add over: STEP")
            return
        if not self.refers((*path, "over"), target, step) or step.get("aggregate") is None:
            return
        joined = self.earlier[target]
        if joined.get("skill") is None or joined.get("for_each") is None:
            message = f'aggregate over "{target}", which is not a fan-out of skills'
            self.report.add("W015", (*path, "over"), message, "name a step with skill and for_each")

    def needs(self, path: YamlPath, step: dict[str, Any]) -> None:
        needs = step.get("needs")
        for index, target in enumerate(needs if isinstance(needs, list) else []):
            if isinstance(target, str):
                self.refers((*path, "needs", index), target, step)

    def refers(self, path: YamlPath, target: str, step: dict[str, Any]) -> bool:
        """Report a reference to anything but an earlier step; True where it is one."""
        if target in self.earlier:
            return True
        if target == step.get("id"):
            message, fix = f'step "{target}" refers to itself', "name an earlier step"
        elif target in self.all_ids:
            message, fix = f'step "{target}" comes later', "move it before this one"
        else:
            message = f'there is no step "{target[:60]}"'
            fix = name_hint(target, self.earlier) or "name an earlier step"
        self.report.add("W014", path, message, fix)
        return False

    def expressions(self, path: YamlPath, step: dict[str, Any]) -> None:
        has_item = step.get("for_each") is not None
        scope = Scope(self.inputs, tuple(self.earlier), has_item, fan_out_items(step))

        def later(where: YamlPath, target: str) -> None:
            self.refers(where, target, step)

        check_expressions(step, path, scope, self.report, later)

    def skill_names(self, path: YamlPath, step: dict[str, Any]) -> None:
        gate = step.get("gate")
        if isinstance(gate, str) and self.gates is not None and gate not in self.gates:
            fix = name_hint(gate, self.gates) or "no gate is known"
            self.report.add("W013", (*path, "gate"), f'unknown gate "{gate[:60]}"', fix)
        if self.skills is None:
            return
        for index, name in static_values(step, "skill"):
            if name not in self.skills:
                where = (*path, "for_each", index) if index is not None else (*path, "skill")
                fix = name_hint(name, self.skills) or "no skill is known"
                self.report.add("W013", where, f'unknown skill "{name[:60]}"', fix)

    def agent_names(self, path: YamlPath, step: dict[str, Any]) -> None:
        seen: set[str] = set()
        for index, name in static_values(step, "name"):
            where = (*path, "for_each", index) if index is not None else (*path, "name")
            if not name or "/" in name or not name.isprintable() or len(name) > 64:
                fix = "use 1 to 64 printable characters without /"
                self.report.add("W041", where, f'agent name "{name[:60]}" cannot be used', fix)
            elif name in seen:
                message = f'two agents of the step are called "{name}"'
                self.report.add("W041", where, message, "give each item its own name")
            seen.add(name)


def static_values(step: dict[str, Any], key: str) -> list[tuple[int | None, str]]:
    """Texts that ``key`` takes as far as the file alone says, with the index of the item.

    The index is None where the text needs no item. Texts that depend on inputs or steps are left
    out.
    """
    text = step.get(key)
    if not isinstance(text, str):
        return []
    try:
        template = parse_template(text)
    except ExpressionError:
        return []
    roots = {reference[0] for part in template.expressions for reference in part.references}
    items = fan_out_items(step)
    if not template.expressions and (items is None or key == "skill"):
        return [(None, evaluate(text, {}))]
    if not roots <= {"item"} or items is None:
        return []
    found: list[tuple[int | None, str]] = []
    for index, item in enumerate(items):
        try:
            value = evaluate(text, {"item": item})
        except ExpressionError:
            continue
        if isinstance(value, str):
            found.append((index, value))
    return found
