"""The types that expressions of a workflow see, and the report of what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ladder_tui.domain.workflow import WorkflowInput
from ladder_tui.library.expression import ExpressionError, parse_template
from ladder_tui.library.expression_scope import UNKNOWN, Typed, TypeScope
from ladder_tui.library.expression_type import (
    type_of_document,
    type_of_parts,
    types_of_expressions,
)
from ladder_tui.library.json_type import (
    ANYTHING,
    Schema,
    alternatives,
    either,
    items_of,
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

    def of_texts(self, value: Any, path: YamlPath, item: Typed | None = None) -> Typed:
        """Like ``of`` for values whose parts become text: W052 for lists and mappings in them."""
        if isinstance(value, str):
            return self._of_text(value, path, item)
        if isinstance(value, dict):
            parts = [self.of_texts(part, (*path, key), item) for key, part in value.items()]
        elif isinstance(value, list):
            parts = [self.of_texts(part, (*path, i), item) for i, part in enumerate(value)]
        else:
            return UNKNOWN
        return Typed(ANYTHING, all(part.is_trusted for part in parts))

    def item(self, view: StepView, index: int | None = None) -> Typed | None:
        """What ``item`` is in a step, for one item of the file where ``index`` says so."""
        items = view.raw.get("for_each")
        path: YamlPath = (*view.path, "for_each")
        if isinstance(items, dict):
            return Typed(SHARD, is_trusted=False)
        if isinstance(items, list):
            chosen = items if index is None else items[index : index + 1]
            found = [self.of(part, (*path, i)) for i, part in enumerate(chosen)]
            schema = either(part.schema for part in found)
            return Typed(schema, all(p.is_trusted for p in found), any(p.is_free for p in found))
        if isinstance(items, str):
            whole = self.of(items, path)
            return whole._replace(schema=items_of(whole.schema))
        return None

    def _of_text(self, text: str, path: YamlPath, item: Typed | None) -> Typed:
        try:
            template = parse_template(text)
        except ExpressionError:
            # Reported where expressions are parsed.
            return UNKNOWN
        scope = TypeScope(self.names(item))
        try:
            types = types_of_expressions(scope, template)
            _refuse_collections(scope, types)
            found = type_of_parts(template, types)
        except RecursionError:
            scope.add("W030", "expression is nested too deep", "make it flatter")
            found = UNKNOWN
        self._report(scope, path, text)
        return found

    def _report(self, scope: TypeScope, path: YamlPath, value: Any) -> None:
        if not scope.faults:
            return
        shown = f"{value[:80]}: " if isinstance(value, str) else ""
        for fault in scope.faults:
            self.report.add(fault.rule, path, shown + fault.message, fault.fix)


def _refuse_collections(scope: TypeScope, types: Iterable[Typed]) -> None:
    for found in types:
        kinds = [type_of(part) for part in alternatives(found.schema)]
        if kinds and set(kinds) <= _NOT_TEXT:
            shown = words({"type": kinds[0]})
            fix = "choose a field of it, or use join(', ', …) or to_string(…)"
            scope.add("W052", f"{shown} cannot be put into text", fix)


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
