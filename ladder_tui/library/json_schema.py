"""Checks a JSON Schema that a person wrote."""

from __future__ import annotations

from typing import Any

MAX_DEPTH = 32


def schema_fault(schema: Any) -> str:
    """What is wrong with a JSON Schema (draft 2020-12), or an empty string.

    References outside the schema are refused: following them would need the network.
    """
    if not isinstance(schema, dict):
        return "a JSON Schema must be a mapping"
    outside = _outside_reference(schema, 0)
    if outside:
        return outside
    # Deferred: jsonschema takes 0.11 s to import and few front doors need it.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = "/".join(str(part) for part in error.absolute_path)
        reason = error.message if len(error.message) <= 200 else error.message[:200] + "…"
        return f"at {place}: {reason}" if place else reason
    return ""


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
