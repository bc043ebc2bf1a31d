"""JSON Schemas as types: what they allow, how people call it, and whether one fits into another.

Only the part of JSON Schema that says what a value is counts here. What cannot be decided fits: it
is checked again with real values when a run gets there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = Mapping[str, Any]

ANYTHING: Schema = {}
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}
MAX_DEPTH = 16
"""How deep schemas are compared; what lies deeper fits."""
_MOST_ALTERNATIVES = 64
_MOST_INLINED = 5_000
"""Mappings of a schema whose definitions are put in; what comes after them is open."""

_NAMES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


def list_of(items: Schema) -> Schema:
    """A list of what ``items`` says."""
    return {"type": "array", "items": items}


def either(schemas: Iterable[Schema]) -> Schema:
    """What any of ``schemas`` allows; anything where one allows that."""
    kept: list[Schema] = []
    for schema in schemas:
        if schema in kept:
            continue
        if is_anything(schema):
            return ANYTHING
        if len(kept) == _MOST_ALTERNATIVES:
            return ANYTHING
        kept.append(schema)
    if len(kept) == 1:
        return kept[0]
    return {"anyOf": kept} if kept else ANYTHING


def items_of(schema: Schema) -> Schema:
    """What the elements of a list are; anything where a schema is of no list."""
    lists = [part for part in alternatives(schema) if type_of(part) == "array"]
    return either(part.get("items", ANYTHING) for part in lists) if lists else ANYTHING


def is_anything(schema: Any) -> bool:
    """Whether a schema says nothing of the type of a value."""
    if not isinstance(schema, dict) or not schema:
        return True
    return not _is_plain(schema) and not alternatives(schema)


def alternatives(schema: Schema) -> list[Schema]:
    """A schema as simple ones with one type or one set of values each; empty where it is open.

    ``null`` is left out beside others: a skipped step gives it, whatever the schema says.
    """
    if _is_plain(schema):
        return [schema]
    found = list(_alternatives(schema, 0))
    if any(part is None for part in found):
        return []
    simple = [part for part in found if part is not None]
    return [part for part in simple if type_of(part) != "null"] or simple


def allows_null(schema: Schema) -> bool:
    """Whether a schema lets null in."""
    parts = list(_alternatives(schema, 0))
    return any(part is None or type_of(part) == "null" for part in parts)


def _is_plain(schema: Schema) -> bool:
    """Whether a schema plainly names one type; most do, and are asked for often."""
    return type(schema.get("type")) is str and "anyOf" not in schema and "oneOf" not in schema


def _alternatives(schema: Any, depth: int) -> Iterable[Schema | None]:
    if not isinstance(schema, dict) or depth > MAX_DEPTH:
        yield None
    elif isinstance(parts := schema.get("anyOf", schema.get("oneOf")), list):
        for part in parts:
            yield from _alternatives(part, depth + 1)
    elif isinstance(kinds := schema.get("type"), list):
        for kind in kinds:
            yield {**schema, "type": kind}
    elif type_of(schema):
        yield schema
    else:
        yield None


def type_of(schema: Schema) -> str:
    """The one type of a simple schema, or an empty string."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return kind
    if values := values_of(schema):
        kinds = {_type_name(value) for value in values}
        return kinds.pop() if len(kinds) == 1 else "string"
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else ""


def values_of(schema: Schema) -> list[Any] | None:
    """The only values that a simple schema allows, None where it names none."""
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) else None


def type_of_value(value: Any) -> Schema:
    """The schema of exactly this value."""
    if isinstance(value, dict):
        return closed({key: type_of_value(part) for key, part in value.items()})
    if isinstance(value, list | tuple):
        return list_of(either(type_of_value(part) for part in value))
    return {"type": _type_name(value), "const": value}


def closed(properties: Mapping[str, Schema]) -> Schema:
    """A mapping of exactly these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def inlined(schema: Schema) -> Schema:
    """A schema with the definitions that it refers to put in; recursive and huge ones end open."""
    if "$ref" not in str(schema):
        return schema
    return _Inlining(schema).inlined(schema, 0)


class _Inlining:
    """Puts definitions in, so often and no more: each may refer to many others many times."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._left = _MOST_INLINED

    def inlined(self, schema: Schema, depth: int) -> Schema:
        reference = schema.get("$ref")
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            return ANYTHING
        if isinstance(reference, str):
            return self.inlined(_referred(self._root, reference), depth + 1)
        return {key: self._part(value, depth) for key, value in schema.items() if key != "$defs"}

    def _part(self, value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            return self.inlined(value, depth + 1)
        if isinstance(value, list):
            return [self._part(part, depth) for part in value]
        return value


def _referred(root: Schema, reference: str) -> Schema:
    node: Any = root
    for part in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
        node = node.get(part) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else ANYTHING


def words(schema: Any) -> str:
    """What a schema allows, for people: ``text``, ``a list of text``, ``one of a, b``."""
    parts = alternatives(schema) if isinstance(schema, dict) else []
    if not parts:
        return "anything"
    return " or ".join(dict.fromkeys(_word(part) for part in parts[:4]))


def _word(schema: Schema) -> str:
    values = values_of(schema)
    if values:
        shown = ", ".join(_shown(value) for value in values[:6])
        return shown if len(values) == 1 else f"one of {shown}"
    kind = type_of(schema)
    if kind == "array" and not is_anything(schema.get("items")):
        return f"a list of {_plural(schema['items'])}"
    return _WORDS.get(kind, kind)


def _plural(schema: Schema) -> str:
    text = words(schema)
    return {"a mapping": "mappings", "a whole number": "whole numbers", "a number": "numbers"}.get(
        text, text
    )


def _shown(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    return _NAMES.get(type(value), "object")
