"""YAML as plain values with the line of every path.

Stricter than YAML: no aliases, no tags, no duplicate keys, no deep nesting, and plain scalars
follow the core schema of YAML 1.2 (so ``on``, ``no`` and ``1:30`` are strings). The tree is built
from the parser's events: composing deep nesting with libyaml recurses in C and crashes the process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import yaml

YamlPath = tuple[str | int, ...]
MAX_DEPTH = 32
MAX_FAULTS = 50
MAX_NODES = 200_000

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_FLOAT = re.compile(
    r"(?=.*[.eE])[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,2})?"
)
_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


class Place(msgspec.Struct, frozen=True, gc=False):
    """A position in a file, both counted from 1."""

    line: int
    column: int


class YamlFault(msgspec.Struct, frozen=True):
    """Something that a document may not hold."""

    kind: str
    """``syntax``, ``duplicate``, ``alias``, ``tag``, ``key`` or ``size``."""
    place: Place
    message: str
    fix: str


class YamlDocument(msgspec.Struct, frozen=True):
    """A document; ``faults`` is empty when it may be used."""

    value: Any
    marks: Mapping[YamlPath, Any]
    """The parser's mark of the key, or of the list element, at each path; the root is ``()``."""
    faults: tuple[YamlFault, ...]
    first_line: int = 1

    def place(self, path: YamlPath) -> Place:
        """Place of ``path``, or of its nearest parent that is in the file."""
        while path and path not in self.marks:
            path = path[:-1]
        mark = self.marks.get(path)
        return Place(1, 1) if mark is None else _place(mark, self.first_line)


class _StopError(Exception):
    """The rest of the document is not worth reading."""


class _Container:
    """An open mapping or list."""

    __slots__ = ("at", "is_list", "key", "path", "skips", "value")

    def __init__(self, value: Any, path: YamlPath) -> None:
        self.value = value
        """A mapping or a list, as ``is_list`` says."""
        self.path = path
        self.is_list = type(value) is list
        self.key: str | None = None
        """Key of a mapping whose value comes next."""
        self.at: YamlPath = ()
        """Path of what was put in last, in a mapping of its key."""
        self.skips = False
        """True while the value of a refused key is passed over."""


class _Builder:
    """Builds the values from events; a large file has thousands, so they are not passed around."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.root: Any = None
        self.documents = 0
        self.nodes = 0
        self.stack: list[_Container] = []
        self.marks: dict[YamlPath, Any] = {}
        self.faults: list[YamlFault] = []

    def fault(self, kind: str, mark: Any, message: str, fix: str) -> None:
        self.faults.append(YamlFault(kind, _place(mark, self.first_line), message, fix))
        if len(self.faults) >= MAX_FAULTS:
            raise _StopError

    def feed(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self.scalar(event)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.stack.pop()
        elif kind is yaml.MappingStartEvent:
            self.open({}, event)
        elif kind is yaml.SequenceStartEvent:
            self.open([], event)
        elif kind is yaml.AliasEvent:
            mark = event.start_mark
            self.fault("alias", mark, f"alias *{event.anchor} is not supported", "repeat the text")
            self.put(None, mark)
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                mark = event.start_mark
                self.fault("syntax", mark, "a second document begins", "keep one document")
                raise _StopError

    def scalar(self, event: Any) -> None:
        tag, text = event.tag, event.value
        if tag:
            self.refuse_tag(event)
        parent = self.stack[-1] if self.stack else None
        if parent is not None and parent.key is None and not parent.is_list:
            self.key(parent, text, event.start_mark)
        elif event.style or (tag and tag != "!"):
            self.put(text, event.start_mark)
        else:
            self.put(plain_value(text), event.start_mark)

    def key(self, parent: _Container, key: str, mark: Any) -> None:
        parent.key = key
        parent.at = path = (*parent.path, key)
        parent.skips = key in parent.value
        if parent.skips:
            self.fault("duplicate", mark, f'key "{key}" is there twice', "keep one of them")
        else:
            self.marks[path] = mark

    def open(self, value: dict[str, Any] | list[Any], event: Any) -> None:
        if event.tag:
            self.refuse_tag(event)
        mark = event.start_mark
        if self.stack and self.stack[-1].key is None and not self.stack[-1].is_list:
            self.fault("key", mark, "a key must be plain text", "use a text key")
            raise _StopError
        if len(self.stack) >= MAX_DEPTH:
            self.fault("size", mark, f"is nested more than {MAX_DEPTH} deep", "make it flatter")
            raise _StopError
        self.put(value, mark)
        self.stack.append(_Container(value, self.stack[-1].at if self.stack else ()))

    def put(self, value: Any, mark: Any) -> None:
        """Add a value where the document stands."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fault("size", mark, f"holds more than {MAX_NODES:,} values", "split it")
            raise _StopError
        if not self.stack:
            self.root = value
            self.marks[()] = mark
            return
        parent = self.stack[-1]
        if parent.is_list:
            parent.at = path = (*parent.path, len(parent.value))
            parent.value.append(value)
            self.marks[path] = mark
            return
        if parent.key is None:
            self.fault("key", mark, "a key must be plain text", "use a text key")
            raise _StopError
        if not parent.skips:
            parent.value[parent.key] = value
        parent.key = None

    def refuse_tag(self, event: Any) -> None:
        if event.tag not in ("!", "tag:yaml.org,2002:str"):
            message = f"tag {event.tag} is not supported"
            self.fault("tag", event.start_mark, message, "remove the tag")


def _place(mark: Any, first_line: int) -> Place:
    return Place(mark.line + first_line, mark.column + 1)


def parse_yaml(text: str, *, first_line: int = 1) -> YamlDocument:
    """Parse one document. ``first_line`` is the line of the file that ``text`` begins on.

    Never raises for what is in the text: the faults say what is wrong.
    """
    builder = _Builder(first_line)
    try:
        loader = _LOADER(text)
        while (event := loader.get_event()) is not None:
            builder.feed(event)
    except _StopError:
        pass
    except yaml.MarkedYAMLError as error:
        builder.faults.append(_syntax_fault(error, text, first_line))
    # A character that YAML does not know, or a lone surrogate that cannot be encoded.
    except (yaml.YAMLError, UnicodeError) as error:
        reason = str(error).splitlines()[0]
        builder.faults.append(
            YamlFault("syntax", Place(first_line, 1), f"cannot be parsed: {reason}", "remove it")
        )
    return YamlDocument(builder.root, builder.marks, tuple(builder.faults), first_line)


def plain_value(text: str) -> str | int | float | bool | None:
    """Value of an unquoted scalar by the core schema of YAML 1.2 (infinities stay text)."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, first_line: int) -> YamlFault:
    mark = error.problem_mark or error.context_mark
    row = mark.line if mark is not None else 0
    column = mark.column + 1 if mark is not None else 1
    message = error.problem or "cannot be parsed"
    lines = text.split("\n")
    around = lines[row] if row < len(lines) else ""
    if "\t" in around[: len(around) - len(around.lstrip())] or "'\\t'" in message:
        return YamlFault(
            "syntax", Place(row + first_line, column), "a tab indents", "indent with spaces"
        )
    fix = "put quotes around text that holds a colon" if "mapping values" in message else ""
    return YamlFault("syntax", Place(row + first_line, column), message, fix or "check the YAML")
