"""Which inputs a workflow compares: free text must not be handed to them from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.library.expression import ExpressionError, parse_template
from ladder_tui.library.expression_function import LOOKS_AT_TEXT
from ladder_tui.library.workflow_nest_check import MAX_DEPTH

_TYPED = frozenset({"integer", "number", "boolean"})


def compared_inputs(
    workflow: Workflow, workflows: Mapping[str, Workflow], depth: int = 0
) -> frozenset[str]:
    """Inputs of text that ``workflow``, or one that it hands them on to, compares."""
    found: set[str] = set()
    for step in workflow.steps:
        for text in _texts(step):
            found.update(_compared(text))
        inner = workflows.get(step.workflow or "")
        if inner is not None and depth < MAX_DEPTH:
            for name in compared_inputs(inner, workflows, depth + 1):
                found.update(_inputs_in(step.with_.get(name)))
    if workflow.result is not None:
        found.update(_compared(workflow.result))
    texts = {n for n, declared in workflow.inputs.items() if declared.type not in _TYPED}
    return frozenset(found & {n for n in texts if not workflow.inputs[n].enum})


def _texts(step: Step) -> Iterator[str]:
    values = [
        step.when, step.for_each, step.with_, step.run, step.env, step.stdin, step.name, step.skill
    ]  # fmt: skip
    if step.ask is not None:
        values += [step.ask.question, step.ask.show, step.ask.options, step.ask.next]
    for value in values:
        yield from _texts_in(value)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if "${" in value:
            yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts_in(part)


def _compared(text: str) -> Iterator[str]:
    """Inputs below the comparisons of a text."""
    for tree in _trees(text):
        for node in _nodes(tree):
            is_look = node["type"] == "function_expression" and node["value"] in LOOKS_AT_TEXT
            if is_look or node["type"] == "comparator":
                yield from _inputs_of(node)


def _inputs_in(value: Any) -> Iterator[str]:
    for text in _texts_in(value):
        for tree in _trees(text):
            yield from _inputs_of(tree)


def _inputs_of(tree: Mapping[str, Any]) -> Iterator[str]:
    for node in _nodes(tree):
        if node["type"] == "subexpression":
            first, *rest = node["children"]
            is_input = first["type"] == "field" and first["value"] == "inputs"
            if is_input and rest and rest[0]["type"] == "field":
                yield str(rest[0]["value"])


def _trees(text: str) -> list[Mapping[str, Any]]:
    try:
        return [part.compiled.parsed for part in parse_template(text).expressions]
    except ExpressionError:
        # Reported where that workflow is checked.
        return []


def _nodes(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    open_nodes = [tree]
    while open_nodes:
        node = open_nodes.pop()
        yield node
        open_nodes += [child for child in node["children"] if isinstance(child, dict)]
