"""The type of a JMESPath expression, found without running it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ladder_tui.library.expression import ExpressionError, Template, parse_template
from ladder_tui.library.expression_comparison import check_comparison
from ladder_tui.library.expression_function import call_type
from ladder_tui.library.expression_scope import FREE_FIX, UNKNOWN, Typed, TypeScope
from ladder_tui.library.json_fit import properties_of
from ladder_tui.library.json_type import (
    ANYTHING,
    BOOLEAN,
    TEXT,
    Schema,
    alternatives,
    closed,
    either,
    items_of,
    list_of,
    type_of,
    type_of_value,
)

Node = Mapping[str, Any]
_Visit = Callable[[TypeScope, Node, Typed | None], Typed]


def type_of_node(scope: TypeScope, node: Node, current: Typed | None = None) -> Typed:
    """The type of a parsed expression within ``current``; None is the root.

    What is wrong is added to the faults of the scope.
    """
    return _VISITS[node["type"]](scope, node, current)


def type_of_template(scope: TypeScope, template: Template) -> Typed:
    """The type of a text with expressions; every expression in it is looked at."""
    found = [type_of_node(scope, part.compiled.parsed) for part in template.expressions]
    if template.is_whole:
        return found[0]
    if not found:
        return Typed(type_of_value("".join(str(part) for part in template.parts)))
    return Typed(TEXT, all(part.is_trusted for part in found), any(p.is_free for p in found))


def type_of_document(scope: TypeScope, value: Any) -> Typed:
    """The type of any value of a workflow file, with the expressions in it."""
    if isinstance(value, str):
        try:
            return type_of_template(scope, parse_template(value))
        except ExpressionError:
            # Reported where expressions are parsed.
            return UNKNOWN
    if isinstance(value, dict):
        parts = [type_of_document(scope, part) for part in value.values()]
        return _joined(parts, lambda found: closed(dict(zip(value, found, strict=True))))
    if isinstance(value, list | tuple):
        parts = [type_of_document(scope, part) for part in value]
        return _joined(parts, lambda found: list_of(either(found)))
    return Typed(type_of_value(value))


def _children(scope: TypeScope, node: Node, current: Typed | None) -> list[Typed]:
    return [type_of_node(scope, child, current) for child in node["children"]]


def _joined(parts: list[Typed], build: Callable[[list[Schema]], Schema]) -> Typed:
    return Typed(
        build([part.schema for part in parts]),
        all(part.is_trusted for part in parts),
        any(part.is_derived for part in parts),
    )


def _field(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    return scope.field(str(node["value"]), current)


def _chain(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    """Subexpressions, pipes and indices: each child is looked up in what the one before gave."""
    for child in node["children"]:
        current = type_of_node(scope, child, current)
    return current if current is not None else UNKNOWN


def _current(_scope: TypeScope, _node: Node, current: Typed | None) -> Typed:
    return current if current is not None else UNKNOWN


def _index(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    return scope.elements(current or UNKNOWN, f"[{node['value']}]")


def _slice(scope: TypeScope, _node: Node, current: Typed | None) -> Typed:
    scope.elements(current or UNKNOWN, "[:]")
    return current or UNKNOWN


def _literal(_scope: TypeScope, node: Node, _current: Typed | None) -> Typed:
    return Typed(type_of_value(node["value"]))


def _projection(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    element = scope.elements(type_of_node(scope, node["children"][0], current), "[*]")
    right = type_of_node(scope, node["children"][1], element)
    return right._replace(schema=list_of(right.schema))


def _filter(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    left, right, condition = node["children"]
    element = scope.elements(type_of_node(scope, left, current), "[?…]")
    type_of_node(scope, condition, element)
    found = type_of_node(scope, right, element)
    return found._replace(schema=list_of(found.schema))


def _values(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    left = type_of_node(scope, node["children"][0], current)
    fields = [part for each in alternatives(left.schema) for part in properties_of(each).values()]
    value = left._replace(schema=either(fields) if fields else ANYTHING)
    right = type_of_node(scope, node["children"][1], value)
    return right._replace(schema=list_of(right.schema))


def _flatten(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    left = type_of_node(scope, node["children"][0], current)
    element = scope.elements(left, "[]")
    parts = alternatives(element.schema)
    flat = [p.get("items", ANYTHING) if type_of(p) == "array" else p for p in parts]
    return left._replace(schema=list_of(either(flat) if flat else ANYTHING))


def _list(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    return _joined(_children(scope, node, current), lambda parts: list_of(either(parts)))


def _dict(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    keys = [str(pair["value"]) for pair in node["children"]]
    values = [type_of_node(scope, pair["children"][0], current) for pair in node["children"]]
    return _joined(values, lambda parts: closed(dict(zip(keys, parts, strict=True))))


def _either(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    return _joined(_children(scope, node, current), either)


def _not(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    if any(typed.is_free for typed in _children(scope, node, current)):
        scope.add("W054", "! asks whether free text is there", FREE_FIX)
    return Typed(BOOLEAN)


def _comparator(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    left, right = _children(scope, node, current)
    check_comparison(scope, node["value"], left, right)
    return Typed(BOOLEAN)


def _function(scope: TypeScope, node: Node, current: Typed | None) -> Typed:
    given = [
        None if child["type"] == "expref" else type_of_node(scope, child, current)
        for child in node["children"]
    ]
    # What an &expression sees is an element of the list that the function is called with.
    whole = next((typed for typed in given if typed is not None), UNKNOWN)
    element = whole._replace(schema=items_of(whole.schema))
    arguments = [
        type_of_node(scope, child["children"][0], element) if typed is None else typed
        for child, typed in zip(node["children"], given, strict=True)
    ]
    return call_type(scope, str(node["value"]), arguments)


def _expref(_scope: TypeScope, _node: Node, _current: Typed | None) -> Typed:
    """An ``&expression`` outside a function call; JMESPath refuses it when it runs."""
    return UNKNOWN


_VISITS: Mapping[str, _Visit] = {
    "field": _field,
    "subexpression": _chain,
    "index_expression": _chain,
    "pipe": _chain,
    "current": _current,
    "identity": _current,
    "index": _index,
    "slice": _slice,
    "literal": _literal,
    "projection": _projection,
    "filter_projection": _filter,
    "value_projection": _values,
    "flatten": _flatten,
    "multi_select_list": _list,
    "multi_select_dict": _dict,
    "or_expression": _either,
    "and_expression": _either,
    "not_expression": _not,
    "comparator": _comparator,
    "function_expression": _function,
    "expref": _expref,
}
