"""The types that expressions of a workflow see, and the report of what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ladder_tui.domain.workflow import WorkflowInput
from ladder_tui.library.expression import ExpressionError, parse_template
from ladder_tui.library.expression_check import texts
from ladder_tui.library.expression_scope import UNKNOWN, Typed, TypeScope
from ladder_tui.library.expression_type import type_of_document, type_of_node
from ladder_tui.library.json_fit import misfit
from ladder_tui.library.json_type import (
    ANYTHING,
    WHOLE,
    Schema,
    alternatives,
    either,
    items_of,
    list_of,
    type_of,
    words,
)
from ladder_tui.library.step_output import SHARD, input_schema
from ladder_tui.library.workflow_draft import Draft, StepView
from ladder_tui.library.workflow_report import Report
from ladder_tui.library.yaml_document import YamlPath

_NOT_TEXT = frozenset({"array", "object"})


class Typing:
    """Types of the names of one workflow, growing step by step."""

    def __init__(self, draft: Draft) -> None:
        self.report: Report = draft.report
        self.outputs: dict[str, Schema] = {}
        """What the steps so far give, by id."""
        self._names = {
            "inputs": Typed(_open_mapping(_input_schemas(draft))),
            "steps": Typed(_open_mapping(self.outputs), is_trusted=False),
        }

    def names(self, item: Typed | None = None) -> Mapping[str, Typed]:
        """The names of a scope; ``item`` where there is one."""
        return self._names if item is None else {**self._names, "item": item}

    def of(self, value: Any, path: YamlPath, item: Typed | None = None) -> Typed:
        """The type of a value of the file; faults of its expressions are reported at ``path``."""
        scope = TypeScope(self.names(item))
        try:
            found = type_of_document(scope, value)
        except RecursionError:
            scope.add("W030", "expression is nested too deep", "make it flatter")
            found = UNKNOWN
        self._report(scope, path, value)
        return found

    def check_texts(self, value: Any, path: YamlPath, item: Typed | None = None) -> None:
        """Check a value whose parts become text: W052 for lists and mappings in them."""
        for where, text in texts(value, path):
            if "${" in text:
                self._check_text(text, where, item)

    def item(self, view: StepView, index: int | None = None) -> Typed | None:
        """What ``item`` is in a step, for one item of the file where ``index`` says so.

        Reports W052 for a step that fans out over no list.
        """
        items = view.raw.get("for_each")
        path: YamlPath = (*view.path, "for_each")
        if isinstance(items, dict):
            return Typed(SHARD, is_trusted=False)
        if isinstance(items, int):
            return Typed(WHOLE)
        if isinstance(items, list):
            chosen = items if index is None else items[index : index + 1]
            found = [self.of(part, (*path, i)) for i, part in enumerate(chosen)]
            schema = either(part.schema for part in found)
            return Typed(schema, all(p.is_trusted for p in found), any(p.is_free for p in found))
        if isinstance(items, str):
            whole = self.of(items, path)
            if whole.is_trusted and _is_number(whole.schema):
                return Typed(WHOLE)
            if reason := misfit(whole.schema, list_of(ANYTHING)):
                self.report.add("W052", path, f"{items[:80]} {reason}", "choose a list")
            return whole._replace(schema=items_of(whole.schema))
        return None

    def _check_text(self, text: str, path: YamlPath, item: Typed | None) -> None:
        try:
            expressions = parse_template(text).expressions
        except ExpressionError:
            # Reported where expressions are parsed.
            return
        scope = TypeScope(self.names(item))
        try:
            for expression in expressions:
                found = type_of_node(scope, expression.compiled.parsed)
                _refuse_collection(scope, found.schema)
        except RecursionError:
            scope.add("W030", "expression is nested too deep", "make it flatter")
        self._report(scope, path, text)

    def _report(self, scope: TypeScope, path: YamlPath, value: Any) -> None:
        if not scope.faults:
            return
        shown = f"{value[:80]}: " if isinstance(value, str) else ""
        for fault in scope.faults:
            self.report.add(fault.rule, path, shown + fault.message, fault.fix)


def _refuse_collection(scope: TypeScope, schema: Schema) -> None:
    kinds = [type_of(part) for part in alternatives(schema)]
    if kinds and set(kinds) <= _NOT_TEXT:
        shown = words({"type": kinds[0]})
        fix = "choose a field of it, or use join(', ', …) or to_string(…)"
        scope.add("W052", f"{shown} cannot be put into text", fix)


def _is_number(schema: Schema) -> bool:
    """Whether a fan-out is over a number: so many times the same task.

    Only over one that no model decides, or it would decide what a run costs.
    """
    kinds = [type_of(part) for part in alternatives(schema)]
    return bool(kinds) and set(kinds) == {"integer"}


def _input_schemas(draft: Draft) -> Mapping[str, Schema]:
    inputs = draft.value.get("inputs")
    found: dict[str, Schema] = {}
    for name, value in inputs.items() if isinstance(inputs, dict) else ():
        try:
            found[name] = input_schema(msgspec.convert(value, WorkflowInput))
        except msgspec.ValidationError:
            # The decoder has reported it.
            found[name] = ANYTHING
    return found


def _open_mapping(properties: Mapping[str, Schema]) -> Schema:
    """Unknown names give anything: they are reported where references are checked."""
    return {"type": "object", "properties": properties, "additionalProperties": ANYTHING}
