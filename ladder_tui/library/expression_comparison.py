"""Comparisons in expressions: of typed values only, and such that can come true."""

from __future__ import annotations

from typing import Any

from ladder_tui.library.expression_scope import FREE_FIX, Typed, TypeScope
from ladder_tui.library.json_type import alternatives, is_anything, type_of, values_of, words
from ladder_tui.library.nearest import nearest

_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_NUMBERS = frozenset({"integer", "number"})
_COLLECTIONS = frozenset({"array", "object"})


def check_comparison(scope: TypeScope, sign: str, left: Typed, right: Typed) -> None:
    """Report a comparison that looks at free text or can have one outcome only."""
    shown = _SIGNS.get(sign, sign)
    if sign in ("eq", "ne") and (_is_empty(left) or _is_empty(right)):
        # Asks whether something is there, not what it says.
        return
    for side in (left, right):
        if side.is_free or (not side.is_trusted and _is_collection(side)):
            what = "a whole list or mapping" if not side.is_free else "free text"
            scope.add("W054", f"{shown} compares {what}", FREE_FIX)
            return
    if sign not in ("eq", "ne"):
        _check_numbers(scope, shown, left, right)
    elif not _can_be_equal(left, right):
        _report_never(scope, shown, left, right)


def _check_numbers(scope: TypeScope, shown: str, left: Typed, right: Typed) -> None:
    for side in (left, right):
        kinds = {type_of(part) for part in alternatives(side.schema)}
        if kinds and not kinds & _NUMBERS:
            message = f"{shown} compares numbers only, and this is {words(side.schema)}"
            scope.add("W055", message, _number_fix(side))
            return


def _number_fix(side: Typed) -> str:
    values = [v for part in alternatives(side.schema) for v in values_of(part) or ()]
    if len(values) == 1 and isinstance(values[0], str):
        return f"numbers are written in backticks: `{values[0]}`"
    return "compare length(…) or another number"


def _can_be_equal(left: Typed, right: Typed) -> bool:
    if is_anything(left.schema) or is_anything(right.schema):
        return True
    for one in alternatives(left.schema):
        for other in alternatives(right.schema):
            if _kind(type_of(one)) == _kind(type_of(other)) and _overlap(
                values_of(one), values_of(other)
            ):
                return True
    return False


def _kind(name: str) -> str:
    return "number" if name in _NUMBERS else name


def _overlap(one: list[Any] | None, other: list[Any] | None) -> bool:
    return one is None or other is None or any(value in other for value in one)


def _report_never(scope: TypeScope, shown: str, left: Typed, right: Typed) -> None:
    always = "never be true" if shown == "==" else "never be false"
    message = f"{words(left.schema)} {shown} {words(right.schema)} can {always}"
    scope.add("W055", message, _nearest_value(left, right) or "compare values of one type")


def _nearest_value(left: Typed, right: Typed) -> str:
    one, other = _texts(left), _texts(right)
    if len(one) == 1:
        one, other = other, one
    if len(other) != 1 or not one:
        is_quoted = len(other) == 1 and other[0].replace(".", "", 1).isdigit()
        return f"numbers are written in backticks: `{other[0]}`" if is_quoted else ""
    best = nearest(other[0], one)
    return f"nearest: {best}" if best else "one of: " + ", ".join(one[:8])


def _texts(side: Typed) -> list[str]:
    values = [v for part in alternatives(side.schema) for v in values_of(part) or ()]
    return [value for value in values if isinstance(value, str)]


def _is_collection(side: Typed) -> bool:
    return any(type_of(part) in _COLLECTIONS for part in alternatives(side.schema))


def _is_empty(side: Typed) -> bool:
    """Whether a side is written as null, an empty list or an empty mapping."""
    schema = side.schema
    if type_of(schema) == "null":
        return True
    if not side.is_trusted:
        return False
    return schema in (
        {"type": "array", "items": {}},
        {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    )
