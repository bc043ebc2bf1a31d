"""Whether every value of one JSON Schema is a value of another, as far as that can be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ladder_tui.library.json_type import (
    MAX_DEPTH,
    Schema,
    allows_null,
    alternatives,
    is_anything,
    type_of,
    values_of,
    words,
)


def misfit(given: Any, wanted: Any, depth: int = 0) -> str:
    """Why values of ``given`` do not fit ``wanted``, or an empty string where they may."""
    if depth > MAX_DEPTH or is_anything(given) or is_anything(wanted):
        return ""
    choices = alternatives(wanted)
    for part in alternatives(given):
        if type_of(part) == "null" and allows_null(wanted):
            continue
        reasons = [_simple_misfit(part, choice, depth) for choice in choices]
        if all(reasons):
            return reasons[0] if len(reasons) == 1 else _plainly(part, wanted)
    return ""


def _plainly(given: Any, wanted: Any) -> str:
    return f"is {words(given)}, not {words(wanted)}"


def _simple_misfit(given: Schema, wanted: Schema, depth: int) -> str:
    has, needs = type_of(given), type_of(wanted)
    if has != needs and not (has == "integer" and needs == "number"):
        return _plainly(given, wanted)
    allowed, values = values_of(wanted), values_of(given)
    if allowed is not None:
        fits = values is not None and all(value in allowed for value in values)
        return "" if fits else _plainly(given, wanted)
    if needs in ("integer", "number"):
        return _range_misfit(values or [], wanted)
    if needs == "array":
        reason = misfit(given.get("items"), wanted.get("items"), depth + 1)
        return f"in its list: {reason}" if reason else ""
    return _object_misfit(given, wanted, depth) if needs == "object" else ""


def _range_misfit(values: list[Any], wanted: Schema) -> str:
    low, high = wanted.get("minimum"), wanted.get("maximum")
    for value in values:
        if isinstance(low, int | float) and value < low:
            return f"is {value}, below {low}"
        if isinstance(high, int | float) and value > high:
            return f"is {value}, above {high}"
    return ""


def _object_misfit(given: Schema, wanted: Schema, depth: int) -> str:
    has, needs = properties_of(given), properties_of(wanted)
    for name in required_of(wanted) if is_known(given) else ():
        if name not in has:
            return f'has no "{name}"'
    for name, part in has.items():
        if name in needs:
            reason = misfit(part, needs[name], depth + 1)
            if reason:
                return f'its "{name}" {reason}'
        elif wanted.get("additionalProperties") is False:
            return f'has "{name}", which is not taken'
    return ""


def properties_of(schema: Schema) -> Mapping[str, Any]:
    """The fields that a schema of a mapping declares."""
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def required_of(schema: Schema) -> list[str]:
    """The fields that a schema of a mapping needs."""
    found = schema.get("required")
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def is_known(schema: Schema) -> bool:
    """Whether a mapping has the declared fields only: some are, and no others are let in."""
    extra = schema.get("additionalProperties", False)
    return extra is False and ("properties" in schema or "additionalProperties" in schema)
