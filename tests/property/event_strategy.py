"""Strategies for every type of event, made from the types of their fields."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from ladder_tui.domain.event import Event, EventRecord
from ladder_tui.domain.ids import AgentId, RunId, StepId

EVENT_TYPES: tuple[type[Any], ...] = get_args(Event)

# Few ids, so that events meet each other.
_IDS: dict[object, st.SearchStrategy[Any]] = {
    AgentId: st.sampled_from(["scan/a", "scan/b", "merge", "scan/a/child"]),
    StepId: st.sampled_from(["scan", "merge"]),
    RunId: st.just("r-1"),
}
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "tool_use_id": st.sampled_from(["t1", "t2"]),
    "turn": st.integers(1, 3),
    "attempt": st.integers(1, 2),
    "gate": st.sampled_from(["ruff S", "ruff B"]),
    "fingerprint": st.sampled_from(["", "f1", "f2"]),
    "line": st.integers(0, 3),
}
_COUNTS = st.integers(0, 2**40)
_FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)
# Text without lone surrogates: those are replaced on purpose, see the tests of the store.
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _FLOATS | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)
_ATOMS: dict[object, st.SearchStrategy[Any]] = {
    str: _TEXT,
    int: _COUNTS,
    float: _FLOATS,
    bool: st.booleans(),
    NoneType: st.none(),
    Any: _JSON,
}
_KNOWN = _IDS | _ATOMS


def of_type(hint: Any, name: str = "") -> st.SearchStrategy[Any]:
    """Values of an annotated type; ``name`` is that of the field."""
    if name in _FIELDS:
        return _FIELDS[name]
    if hint in _KNOWN:
        return _KNOWN[hint]
    if isinstance(hint, typing.NewType):
        return of_type(hint.__supertype__, name)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return structs(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, UnionType):
        return st.one_of([of_type(argument, name) for argument in arguments])
    if origin is tuple:
        return st.lists(of_type(arguments[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(of_type(arguments[0]), of_type(arguments[1]), max_size=2)
    raise TypeError(f"no strategy for {hint!r}")


def structs(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Values of a struct, every field drawn."""
    hints: Mapping[str, Any] = get_type_hints(kind)
    fields = {name: of_type(hints[name], name) for name in kind.__struct_fields__}
    return st.builds(kind, **fields)


events: st.SearchStrategy[Event] = st.one_of([structs(kind) for kind in EVENT_TYPES])


def records(found: list[Event]) -> list[EventRecord]:
    """Events in their places, a second apart."""
    return [
        EventRecord(10 + 2 * n, RunId("r-1"), n, 1_000.0 + n, event)
        for n, event in enumerate(found, 1)
    ]
