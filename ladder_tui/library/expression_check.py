"""Checks the expressions of one step at load."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from ladder_tui.library.expression import (
    Expression,
    ExpressionError,
    Reference,
    Template,
    parse_template,
)
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.workflow_report import Report
from ladder_tui.library.yaml_document import YamlPath

ROOTS = ("inputs", "item", "steps")

_WHOLE = ("for_each", "max_parallel", "when")
"""Keys whose text must be one expression, because they need a typed value."""
_TEXT = ("skill", "name", "gate")
_PLAIN = ("id", "aggregate", "over")


class Scope(msgspec.Struct, frozen=True):
    """What the expressions of a step may refer to."""

    inputs: tuple[str, ...]
    steps: tuple[str, ...]
    """Ids of the earlier steps."""
    has_item: bool
    items: list[Any] | None
    """Items of the fan-out where the file holds them."""


def check_expressions(
    step: dict[str, Any],
    path: YamlPath,
    scope: Scope,
    report: Report,
    on_unknown_step: Callable[[YamlPath, str], None],
) -> None:
    """Report expressions that do not parse, stand in a wrong place or refer to nothing."""
    for key in (*_WHOLE, *_TEXT, "with", *_PLAIN):
        value = step.get(key)
        if key == "for_each":
            item_free = msgspec.structs.replace(scope, has_item=False, items=None)
            _walk(value, (*path, key), item_free, report, on_unknown_step)
        else:
            _walk(value, (*path, key), scope, report, on_unknown_step)
        if isinstance(value, str):
            _check_place(key, value, (*path, key), report)


def _check_place(key: str, value: str, path: YamlPath, report: Report) -> None:
    try:
        template = parse_template(value)
    except ExpressionError:
        # Reported by the walk.
        return
    if key in _PLAIN and template.expressions:
        report.add("W032", path, f'"{key}" cannot hold an expression', "write the name")
    if key in _WHOLE and not template.is_whole:
        fix = f"write for example {key}: ${{inputs.{key}}}"
        report.add("W032", path, f'"{key}" must be one expression ${{…}} alone', fix)


def _walk(
    value: Any,
    path: YamlPath,
    scope: Scope,
    report: Report,
    on_unknown_step: Callable[[YamlPath, str], None],
) -> None:
    if isinstance(value, dict):
        for key, part in value.items():
            _walk(part, (*path, key), scope, report, on_unknown_step)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            _walk(part, (*path, index), scope, report, on_unknown_step)
    elif isinstance(value, str):
        template = _parsed(value, path, report)
        for expression in template.expressions if template is not None else ():
            for reference in expression.references:
                _check_reference(expression, reference, path, scope, report, on_unknown_step)


def _parsed(value: str, path: YamlPath, report: Report) -> Template | None:
    try:
        return parse_template(value)
    except ExpressionError as error:
        report.add("W030", path, error.what, error.next_step or "correct the expression")
        return None


def _check_reference(
    expression: Expression,
    reference: Reference,
    path: YamlPath,
    scope: Scope,
    report: Report,
    on_unknown_step: Callable[[YamlPath, str], None],
) -> None:
    root, name = reference[0], reference[1] if len(reference) > 1 else ""
    shown = f"${{{expression.source}}}"
    if root not in ROOTS:
        fix = name_hint(root, ROOTS)
        report.add("W031", path, f'{shown}: "{root}" is not inputs, item or steps', fix)
    elif root == "item" and not scope.has_item:
        fix = "use it in a step with for_each"
        report.add("W031", path, f"{shown}: there is no item here", fix)
    elif root == "inputs" and name and name not in scope.inputs:
        fix = name_hint(name, scope.inputs) or "declare it under inputs:"
        report.add("W031", path, f'{shown}: there is no input "{name}"', fix)
    elif root == "steps" and name and name not in scope.steps:
        on_unknown_step(path, name)
    elif root == "item" and name and scope.items is not None:
        _check_items(shown, name, scope.items, path, report)


def _check_items(shown: str, name: str, items: list[Any], path: YamlPath, report: Report) -> None:
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or name not in item:
            keys = list(item) if isinstance(item, dict) else []
            fix = name_hint(name, keys) or "write the item as a mapping"
            report.add("W031", path, f'{shown}: item {number} has no "{name}"', fix)
            return
