"""Checks a JSON Schema that a person wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MAX_DEPTH = 32


def schema_fault(schema: Any) -> str:
    """What is wrong with a JSON Schema (draft 2020-12), or an empty string.

    References outside the schema are refused: following them would need the network.
    """
    if not isinstance(schema, dict):
        return "a JSON Schema must be a mapping"
    outside = _outside_reference(schema, 0)
    if outside or _is_plainly_valid(schema):
        return outside
    # Deferred: it takes 0.11 s to import and 15 ms a schema, before the first frame.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = "/".join(str(part) for part in error.absolute_path)
        reason = error.message if len(error.message) <= 200 else error.message[:200] + "…"
        return f"at {place}: {reason}" if place else reason
    return ""


def value_fault(schema: dict[str, Any], value: Any) -> str:
    """Where and why ``value`` misses a valid ``schema``, or an empty string."""
    # Deferred like the checker above.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
    from referencing.exceptions import Unresolvable

    try:
        error = best_match(Draft202012Validator(schema).iter_errors(value))
    except Unresolvable as missing:
        return f"the schema refers to {missing.ref}, which is not in it"
    except RecursionError:
        return "is nested too deep to be checked"
    if error is None:
        return ""
    place = "/".join(str(part) for part in error.absolute_path)
    reason = error.message if len(error.message) <= 200 else error.message[:200] + "…"
    return f"at {place}: {reason}" if place else reason


def without_patterns(schema: Any) -> Any:
    """A valid schema without its regular expressions, which may be made to match without end."""
    if isinstance(schema, list):
        return [without_patterns(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = {"pattern"} if isinstance(schema.get("pattern"), str) else set()
    if "patternProperties" in schema:
        # What is additional cannot be told without them.
        dropped |= {"patternProperties", "additionalProperties", "unevaluatedProperties"}
    return {key: without_patterns(part) for key, part in schema.items() if key not in dropped}


def _is_plainly_valid(schema: Any) -> bool:
    """True for valid schemas of the few keywords that most are made of; False says nothing."""
    if isinstance(schema, bool):
        return True
    return isinstance(schema, dict) and all(
        key in _PLAIN and _PLAIN[key](value) for key, value in schema.items()
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_type(value: Any) -> bool:
    if _is_name_list(value):
        return bool(value) and _TYPES.issuperset(value)
    return isinstance(value, str) and value in _TYPES


def _is_name_list(value: Any) -> bool:
    is_list = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return is_list and len(set(value)) == len(value)


def _is_schema_map(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_plainly_valid(part) for part in value.values())


def _is_anything(_: Any) -> bool:
    return True


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


_TYPES = frozenset({"object", "array", "string", "integer", "number", "boolean", "null"})
_PLAIN: dict[str, Callable[[Any], bool]] = {
    "title": _is_text,
    "description": _is_text,
    "type": _is_type,
    "enum": _is_list,
    "const": _is_anything,
    "required": _is_name_list,
    "properties": _is_schema_map,
    "additionalProperties": _is_plainly_valid,
    "items": _is_plainly_valid,
}


def _outside_reference(node: Any, depth: int) -> str:
    if depth > MAX_DEPTH:
        return f"is nested more than {MAX_DEPTH} deep"
    if isinstance(node, list):
        return next(filter(None, (_outside_reference(part, depth + 1) for part in node)), "")
    if not isinstance(node, dict):
        return ""
    for key in ("$ref", "$dynamicRef"):
        target = node.get(key)
        if isinstance(target, str) and not target.startswith("#"):
            return f'{key} "{target}" leaves the schema; only #… is followed'
    return next(filter(None, (_outside_reference(part, depth + 1) for part in node.values())), "")
