"""What expressions of one place may see, with its types, and what is wrong with them.

Rules: W030 a function called wrongly, W051 a field or element that is not there, W054 free text
compared, W055 a comparison that can never be true.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ladder_tui.library.json_fit import is_known, properties_of
from ladder_tui.library.json_type import (
    ANYTHING,
    Schema,
    alternatives,
    either,
    is_anything,
    type_of,
    values_of,
    words,
)
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.step_output import CHOSEN

FREE_FIX = "compare an enum, a boolean, a number, a verdict, a decision or length(…)"


class Typed(NamedTuple):
    """What an expression gives."""

    schema: Schema
    is_trusted: bool = True
    """False for what a model, a process or a person's words decide."""
    is_derived: bool = False
    """Whether it was made from free text, so that its type says nothing of its author."""

    @property
    def is_free(self) -> bool:
        """Whether it may be free text, which must not be compared with anything."""
        return self.is_derived or (not self.is_trusted and _may_be_text(self.schema))


class Fault(NamedTuple):
    """Something wrong with an expression."""

    rule: str
    message: str
    fix: str


UNKNOWN = Typed(ANYTHING)
"""Of what was reported already: nothing follows from it."""


class TypeScope:
    """The names that expressions of one place may use, and the faults found in them."""

    def __init__(self, names: Mapping[str, Typed]) -> None:
        self._names = names
        self.faults: list[Fault] = []

    def add(self, rule: str, message: str, fix: str) -> None:
        """Report a fault."""
        self.faults.append(Fault(rule, message, fix))

    def field(self, name: str, current: Typed | None) -> Typed:
        """A field of ``current``; of the names where that is None, as at the root."""
        if current is None:
            return self._names.get(name, UNKNOWN)
        # Most are plain mappings; a path takes this way for each of its names.
        plain = _plain_field(current.schema, name)
        if plain is not None:
            return Typed(plain, current.is_trusted, current.is_derived)
        if is_anything(current.schema):
            return current
        found = [_field(part, name) for part in alternatives(current.schema)]
        known = [schema for schema in found if schema is not None]
        if not known:
            self._no_field(name, current.schema)
            return UNKNOWN
        schema = known[0] if len(known) == 1 else either(known)
        return Typed(schema, current.is_trusted, current.is_derived)

    def elements(self, current: Typed, what: str) -> Typed:
        """The elements of a list; reports what is certainly none."""
        if is_anything(current.schema):
            return current
        lists = [part for part in alternatives(current.schema) if type_of(part) == "array"]
        if not lists:
            shown = words(current.schema)
            self.add("W051", f"{what} is used on {shown}, which is no list", f"remove {what}")
            return UNKNOWN
        return current._replace(schema=either(part.get("items", ANYTHING) for part in lists))

    def _no_field(self, name: str, schema: Schema) -> None:
        fields = [key for part in alternatives(schema) for key in properties_of(part)]
        if fields:
            fix = name_hint(name, dict.fromkeys(fields))
            self.add("W051", f'there is no field "{name}"', fix)
            return
        kinds = {type_of(part) for part in alternatives(schema)}
        fix = f"remove .{name}"
        if "array" in kinds:
            fix = f"write [*].{name} for all of them, [0].{name} for the first"
        elif kinds == {"boolean"}:
            # In JMESPath ! binds tighter than the dot.
            fix = f"{fix}, or write !(…) around the whole path"
        self.add("W051", f'there is no field "{name}" in {words(schema)}', fix)


def _plain_field(schema: Schema, name: str) -> Schema | None:
    """A declared field of a schema of one mapping, None where it takes more to tell."""
    if schema.get("type") != "object" or "anyOf" in schema or "oneOf" in schema:
        return None
    part = properties_of(schema).get(name)
    return part if isinstance(part, dict) else None


def _field(schema: Schema, name: str) -> Schema | None:
    if type_of(schema) != "object":
        return None
    properties = properties_of(schema)
    if name in properties:
        part = properties[name]
        return part if isinstance(part, dict) else ANYTHING
    if is_known(schema):
        return None
    extra = schema.get("additionalProperties")
    return extra if isinstance(extra, dict) else ANYTHING


def _may_be_text(schema: Schema) -> bool:
    parts = alternatives(schema)
    for part in parts:
        if type_of(part) == "string" and values_of(part) is None and part.get("format") != CHOSEN:
            return True
    return not parts
