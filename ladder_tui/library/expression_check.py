"""Checks the expressions of one step at load: they parse, stand right, refer to something."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec

from ladder_tui.library.expression import ExpressionError, Reference, Template, parse_template
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.workflow_draft import Draft, StepView
from ladder_tui.library.yaml_document import YamlPath

ROOTS = ("inputs", "item", "steps")

WHOLE = ("for_each", "max_parallel", "when")
"""Keys whose text must be one expression, because they need a typed value."""
TEXTS = ("skill", "name", "gate", "run", "env", "stdin", "cwd", "ask", "fallback", "with", "by")
"""Keys whose texts may hold expressions, or are one."""
PLAIN = ("id", "aggregate", "over", "workflow")
"""Keys that name something and take no expression."""
_CHECKED = frozenset((*WHOLE, *TEXTS, *PLAIN))
_WITHOUT_ITEM = frozenset({"for_each", "when", "fallback", "ask"})
"""Keys that are evaluated once for the step, not for each item."""


class Scope(msgspec.Struct, frozen=True):
    """What the expressions of a step may refer to."""

    inputs: Collection[str]
    steps: Collection[str]
    """Ids of the earlier steps."""
    has_item: bool
    items: list[Any] | None
    """Items of the fan-out where the file holds them."""


def check_expressions(
    view: StepView, scope: Scope, on_unknown_step: Callable[[YamlPath, str], object]
) -> None:
    """Report expressions that do not parse, stand in a wrong place or refer to nothing.

    ``on_unknown_step`` is given the path below the step and the id that is no earlier step's.
    """
    without_item = msgspec.structs.replace(scope, has_item=False, items=None)
    scopes = dict.fromkeys(_WITHOUT_ITEM, without_item)
    # Of an aggregate: asked of each answer.
    scopes["by"] = msgspec.structs.replace(scope, has_item=True, items=None)
    for key, value in view.raw.items():
        if key not in _CHECKED:
            continue
        around = scopes.get(key, scope)
        for path, text in texts(value, (key,)):
            if "${" not in text and key not in WHOLE:
                continue
            template = parsed(view.draft, (*view.path, *path), text)
            if template is not None:
                _check_references(view, path, template, around, on_unknown_step)
                if len(path) == 1:
                    _check_place(view, key, template)


def _check_references(
    view: StepView,
    path: YamlPath,
    template: Template,
    scope: Scope,
    on_unknown_step: Callable[[YamlPath, str], object],
) -> None:
    for expression in template.expressions:
        for reference in expression.references:
            if is_unknown_step(reference, scope):
                on_unknown_step(path, reference[1])
            elif fault := reference_fault(reference, scope):
                message, fix = fault
                if reference[0] == "item" and view.is_fan_out and not scope.has_item:
                    fix = f"{path[0]} is asked once for the step, not for each item"
                view.add("W031", path, f"${{{expression.source}}}: {message}", fix)


def texts(value: Any, path: YamlPath) -> list[tuple[YamlPath, str]]:
    """Every text inside a value, with its path."""
    found: list[tuple[YamlPath, str]] = []
    _gather(value, path, found)
    return found


def _gather(value: Any, path: YamlPath, found: list[tuple[YamlPath, str]]) -> None:
    if isinstance(value, str):
        found.append((path, value))
    elif isinstance(value, dict):
        for key, part in value.items():
            _gather(part, (*path, key), found)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            _gather(part, (*path, index), found)


def parsed(draft: Draft, path: YamlPath, text: str) -> Template | None:
    """The text as a template; reports one that does not parse."""
    try:
        return parse_template(text)
    except ExpressionError as error:
        draft.report.add("W030", path, error.what, error.next_step or "correct the expression")
        return None


def step_references(view: StepView) -> tuple[str, ...]:
    """Ids of the steps that a step refers to, by name or in expressions."""
    found = [*view.items("needs"), view.raw.get("over")]
    for key in (*WHOLE, *TEXTS):
        for _, text in texts(view.raw.get(key), (key,)):
            try:
                expressions = parse_template(text).expressions
            except ExpressionError:
                # Reported where expressions are parsed.
                continue
            references = [r for expression in expressions for r in expression.references]
            found += [r[1] for r in references if r[0] == "steps" and len(r) > 1]
    return tuple(dict.fromkeys(name for name in found if isinstance(name, str)))


def _check_place(view: StepView, key: str, template: Template) -> None:
    if key in PLAIN and template.expressions:
        view.add("W032", key, f'"{key}" cannot hold an expression', "write the name")
    if key in WHOLE and not template.is_whole:
        fix = f"write for example {key}: ${{inputs.{key}}}"
        view.add("W032", key, f'"{key}" must be one expression ${{…}} alone', fix)


def is_unknown_step(reference: Reference, scope: Scope) -> bool:
    """Whether a reference names a step that the scope does not have."""
    return reference[0] == "steps" and len(reference) > 1 and reference[1] not in scope.steps


def reference_fault(reference: Reference, scope: Scope) -> tuple[str, str] | None:
    """Message and fix where a reference leads nowhere."""
    root, name = reference[0], reference[1] if len(reference) > 1 else ""
    if root not in ROOTS:
        return f'"{root}" is not inputs, item or steps', name_hint(root, ROOTS)
    if root == "item" and not scope.has_item:
        return "there is no item here", "use it in a step with for_each"
    if root == "inputs" and name and name not in scope.inputs:
        fix = name_hint(name, scope.inputs) or "declare it under inputs:"
        return f'there is no input "{name}"', fix
    if root == "item" and name and scope.items is not None:
        return _item_fault(name, scope.items)
    return None


def _item_fault(name: str, items: list[Any]) -> tuple[str, str] | None:
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or name not in item:
            keys = list(item) if isinstance(item, dict) else []
            return f'item {number} has no "{name}"', (
                name_hint(name, keys) or "write the item as a mapping"
            )
    return None
