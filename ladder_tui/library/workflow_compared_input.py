"""Which inputs a workflow compares: free text must not be handed to them from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.library.expression import ExpressionError, parse_template
from ladder_tui.library.expression_function import LOOKS_AT_TEXT
from ladder_tui.library.workflow_nest_check import MAX_DEPTH

_TYPED = frozenset({"integer", "number", "boolean"})


def compared_inputs(workflow: Workflow, workflows: Mapping[str, Workflow]) -> frozenset[str]:
    """Inputs of text that ``workflow``, or one that it hands them on to, compares."""
    return _Comparisons(workflows).of(workflow, 0)


class _Comparisons:
    """Looks into each workflow once at each depth, however often it is nested."""

    def __init__(self, workflows: Mapping[str, Workflow]) -> None:
        self._workflows = workflows
        self._known: dict[tuple[str, int], frozenset[str]] = {}

    def of(self, workflow: Workflow, depth: int) -> frozenset[str]:
        key = (workflow.name, depth)
        if key not in self._known:
            declared = workflow.inputs
            texts = {n for n, i in declared.items() if i.type not in _TYPED and not i.enum}
            self._known[key] = frozenset(texts.intersection(self._found(workflow, depth)))
        return self._known[key]

    def _found(self, workflow: Workflow, depth: int) -> Iterator[str]:
        for step in workflow.steps:
            for text in _texts(step):
                yield from _compared(text)
            inner = self._workflows.get(step.workflow or "")
            if inner is not None and depth < MAX_DEPTH:
                for name in self.of(inner, depth + 1):
                    yield from _inputs_in(step.with_.get(name))
        if workflow.result is not None:
            yield from _compared(workflow.result)


def _texts(step: Step) -> Iterator[str]:
    values = [
        step.when, step.for_each, step.with_, step.run, step.env, step.stdin, step.name, step.skill,
        step.by,
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
            if _looks(node):
                yield from _inputs_of(node)


def _looks(node: Mapping[str, Any]) -> bool:
    """Whether a node decides by what a text says; that there is one at all may be asked."""
    match node["type"]:
        case "comparator":
            return not any(c["type"] == "literal" and _is_empty(c["value"])
                           for c in node["children"])  # fmt: skip
        case "function_expression":
            return node["value"] in LOOKS_AT_TEXT
        case kind:
            return bool(kind == "not_expression")


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or value == {}


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
