"""Decodes plain values into structs and reports everything that does not fit, not just the first.

msgspec stops at the first mistake; here each field is converted on its own.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from ladder_tui.library.nearest import name_hint, nearest
from ladder_tui.library.yaml_document import YamlPath

T = TypeVar("T", bound=msgspec.Struct)

_BETWEEN_TICKS = re.compile(r"`([^`]*)`")
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_WHERE = re.compile(r" - at `(.*)`$")


class DecodeFault(msgspec.Struct, frozen=True):
    """One thing that does not fit, at a path of the document."""

    kind: Literal["unknown", "missing", "type"]
    path: YamlPath
    message: str
    fix: str = ""


def decode(value: Any, kind: type[T], path: YamlPath = ()) -> tuple[T | None, list[DecodeFault]]:
    """Convert ``value`` to struct ``kind``.

    Fields that do not fit are reported and take their default; the result is None only where a
    required field is missing or does not fit. Elements of a list of structs that do not fit are
    left out.
    """
    # What fits, and most does, is converted in one go; only the rest is taken apart.
    with suppress(msgspec.ValidationError):
        return msgspec.convert(value, kind), []
    faults: list[DecodeFault] = []
    return _struct(value, kind, path, faults), faults


def _struct(value: Any, kind: type[T], path: YamlPath, faults: list[DecodeFault]) -> T | None:
    if not isinstance(value, Mapping):
        message = f"expected a mapping, got {_type_name(value)}"
        faults.append(DecodeFault("type", path, message, "write key: value lines"))
        return None
    fields = _fields(kind)
    for key in value:
        if key not in fields:
            fix = name_hint(str(key), fields, limit=20)
            faults.append(DecodeFault("unknown", (*path, key), f'unknown key "{key}"', fix))
    known: dict[str, Any] = {}
    is_whole = True
    for name, field in fields.items():
        if name not in value:
            if field.required:
                faults.append(DecodeFault("missing", path, f'key "{name}" is missing', "add it"))
                is_whole = False
            continue
        before = len(faults)
        result = _value(value[name], field.type, (*path, name), faults)
        if result is not _NOTHING:
            known[field.name] = result
        is_whole = is_whole and not (field.required and result is _NOTHING and before < len(faults))
    return kind(**known) if is_whole else None


@cache
def _fields(kind: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


_NOTHING: Any = object()


def _value(value: Any, kind: Any, path: YamlPath, faults: list[DecodeFault]) -> Any:
    kind = _struct_of(kind) if isinstance(value, Mapping) else kind
    origin, arguments = get_origin(kind), get_args(kind)
    if _is_struct(kind):
        result = _struct(value, kind, path, faults)
        return _NOTHING if result is None else result
    if origin is tuple and _is_struct(arguments[0]) and isinstance(value, list):
        parts = [_value(part, arguments[0], (*path, i), faults) for i, part in enumerate(value)]
        return tuple(part for part in parts if part is not _NOTHING)
    if origin is dict and _is_struct(arguments[1]) and isinstance(value, dict):
        pairs = {k: _value(v, arguments[1], (*path, k), faults) for k, v in value.items()}
        return {k: v for k, v in pairs.items() if v is not _NOTHING}
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        faults.append(_type_fault(error, value, kind, path))
        return _NOTHING


def _struct_of(kind: Any) -> Any:
    """The struct that a mapping is meant to be, where a union holds one; else ``kind``."""
    if get_origin(kind) not in (typing.Union, types.UnionType):
        return kind
    return next((part for part in get_args(kind) if _is_struct(part)), kind)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _type_fault(
    error: msgspec.ValidationError, value: Any, kind: Any, path: YamlPath
) -> DecodeFault:
    text = str(error)
    where = _WHERE.search(text)
    if where:
        text = text[: where.start()]
        inner = re.match(r"\$\[(\d+)\]", where.group(1))
        if inner and isinstance(value, list):
            path, value = (*path, int(inner.group(1))), value[int(inner.group(1))]
    options = _literals(kind)
    if options and isinstance(value, str):
        best = nearest(value, options)
        fix = "one of: " + ", ".join(options) + (f"; nearest: {best}" if best else "")
        return DecodeFault("type", path, f'"{value[:60]}" is not allowed here', fix)
    shown = f'"{path[-1]}": ' if path else ""
    text = _BETWEEN_TICKS.sub(lambda found: _in_words(found[1]), text)
    return DecodeFault("type", path, f"{shown}{text[:1].lower()}{text[1:]}", _type_fix(value, text))


def _in_words(kinds: str) -> str:
    """Names of types as msgspec writes them, ``str | null``, for people."""
    names = [kind for kind in kinds.split(" | ") if kind != "null"] or ["null"]
    return " or ".join(_WORDS.get(name, name) for name in names)


def _type_fix(value: Any, text: str) -> str:
    wanted = text.split(", got ")[0].removeprefix("Expected ")
    if "text" in wanted and isinstance(value, bool | int | float):
        return "put it in quotes"
    return f"write {wanted}" if text.startswith("Expected ") else "write what the schema allows"


def _literals(kind: Any) -> list[str]:
    if get_origin(kind) is Literal:
        return [str(option) for option in get_args(kind)]
    if get_origin(kind) in (typing.Union, types.UnionType, tuple):
        return [option for part in get_args(kind) for option in _literals(part)]
    return []


def _type_name(value: Any) -> str:
    if value is None:
        return "nothing"
    names = {dict: "a mapping", list: "a list", str: "text", bool: "a boolean"}
    return names.get(type(value), "a number")
