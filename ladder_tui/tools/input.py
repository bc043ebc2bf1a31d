"""Checks the input of a tool call against the tool's schema, in words a model can act on.

Our tools take flat objects of strings, integers and booleans. A contract test holds this against
jsonschema, which would cost 0.1 s at import and says less.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ladder_tui.domain.model import ToolSpec
from ladder_tui.errors import ToolError

_TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "a string"),
    "integer": (int, "an integer"),
    "boolean": (bool, "true or false"),
}


def check_input(spec: ToolSpec, given: dict[str, Any]) -> None:
    """Raise ToolError that names every problem of ``given`` and the parameters there are."""
    problems = list(_problems(spec.input_schema, given))
    if problems:
        known = ", ".join(spec.input_schema["properties"])
        raise ToolError(
            f"{spec.name}: " + "; ".join(problems), next_step=f"the parameters are: {known}"
        )


def _problems(schema: dict[str, Any], given: dict[str, Any]) -> Iterator[str]:
    properties = schema["properties"]
    for name in schema.get("required", ()):
        if name not in given:
            yield f"'{name}' is missing"
    for name, value in given.items():
        if name not in properties:
            yield f"there is no parameter '{name[:40]}'"
        elif problem := _problem(properties[name], value):
            yield f"'{name}' must be {problem}, not {str(value)[:40]!r}"


def _problem(rule: dict[str, Any], value: object) -> str:
    kind, words = _TYPES[rule["type"]]
    # A bool is an int to Python and not to JSON.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return words
    if "enum" in rule and value not in rule["enum"]:
        return "one of " + ", ".join(rule["enum"])
    return _out_of_range(rule, value)


def _out_of_range(rule: dict[str, Any], value: object) -> str:
    if isinstance(value, str):
        if len(value) < rule.get("minLength", 0):
            return "not empty"
        if len(value) > rule.get("maxLength", len(value)):
            return f"at most {rule['maxLength']} characters"
    elif isinstance(value, int):
        low, high = rule.get("minimum", value), rule.get("maximum", value)
        if not low <= value <= high:
            return f"from {rule.get('minimum', 'any')} to {rule.get('maximum', 'any')}"
    return ""
