"""The functions of JMESPath: how they are called and what they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jmespath.functions import Functions

from ladder_tui.library.expression_scope import FREE_FIX, UNKNOWN, Typed, TypeScope
from ladder_tui.library.json_type import (
    ANYTHING,
    BOOLEAN,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    alternatives,
    either,
    items_of,
    list_of,
    type_of,
    words,
)

_TABLE: Mapping[str, Any] = Functions.FUNCTION_TABLE
LOOKS_AT_TEXT = frozenset({"contains", "starts_with", "ends_with"})
"""Functions that compare a text with another."""
_FRESH = frozenset({"length", "type"})
"""Functions whose result says nothing of what a text says."""
_KINDS = {"type": "string", "enum": ["number", "string", "boolean", "array", "object", "null"]}


def call_type(scope: TypeScope, name: str, arguments: Sequence[Typed]) -> Typed:
    """What a call gives; ``arguments`` holds for ``&expression`` what that gives for an element."""
    if not _is_called_rightly(scope, name, arguments):
        return UNKNOWN
    if name in LOOKS_AT_TEXT and any(_holds_text(argument) for argument in arguments):
        scope.add("W054", f"{name}() looks into free text", FREE_FIX)
    result = _RESULTS.get(name, ANYTHING)
    schema = result(arguments) if callable(result) else result
    if name in _FRESH or name in LOOKS_AT_TEXT:
        return Typed(schema)
    is_made_of_text = name in ("to_number", "join", "to_string")
    return Typed(
        schema,
        all(argument.is_trusted for argument in arguments),
        any(a.is_derived or (is_made_of_text and a.is_free) for a in arguments),
    )


def _is_called_rightly(scope: TypeScope, name: str, arguments: Sequence[Typed]) -> bool:
    signature = _TABLE[name]["signature"]
    is_open = any(part.get("variadic") for part in signature)
    if len(arguments) < len(signature) or (len(arguments) > len(signature) and not is_open):
        message = f"{name}() takes {len(signature)} values, not {len(arguments)}"
        scope.add("W030", message, "see jmespath.org")
        return False
    for position, argument in enumerate(arguments):
        wanted = signature[min(position, len(signature) - 1)]["types"]
        kinds = {type_of(part) for part in alternatives(argument.schema)}
        allowed = {kind.split("-")[0] for kind in wanted}
        allowed |= {"integer"} if "number" in allowed else set()
        if kinds and allowed and "expref" not in allowed and not kinds & allowed:
            message = f"{name}() cannot take {words(argument.schema)}"
            fix = f"it takes {' or '.join(sorted(kind.split('-')[0] for kind in wanted))}"
            scope.add("W030", message, fix)
            return False
    return True


def _holds_text(argument: Typed) -> bool:
    if argument.is_free:
        return True
    is_list = any(type_of(part) == "array" for part in alternatives(argument.schema))
    return is_list and argument._replace(schema=items_of(argument.schema)).is_free


def _same(arguments: Sequence[Typed]) -> Schema:
    return arguments[0].schema


def _element(arguments: Sequence[Typed]) -> Schema:
    return items_of(arguments[0].schema)


def _mapped(arguments: Sequence[Typed]) -> Schema:
    return list_of(arguments[0].schema)


def _any(arguments: Sequence[Typed]) -> Schema:
    return either(argument.schema for argument in arguments)


_RESULTS: Mapping[str, Schema | Callable[[Sequence[Typed]], Schema]] = {
    "abs": NUMBER,
    "avg": NUMBER,
    "ceil": WHOLE,
    "contains": BOOLEAN,
    "ends_with": BOOLEAN,
    "floor": WHOLE,
    "join": TEXT,
    "keys": list_of(TEXT),
    "length": WHOLE,
    "map": _mapped,
    "max": _element,
    "max_by": _element,
    "min": _element,
    "min_by": _element,
    "not_null": _any,
    "reverse": _same,
    "sort": _same,
    "sort_by": _same,
    "starts_with": BOOLEAN,
    "sum": NUMBER,
    "to_number": NUMBER,
    "to_string": TEXT,
    "type": _KINDS,
    "values": list_of(ANYTHING),
}
"""What a call gives; ``merge`` and ``to_array`` give anything."""
