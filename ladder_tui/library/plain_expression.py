"""The JMESPath that nearly every expression is written in, read five times as fast as JMESPath.

Paths, a filter behind one, literals, calls, comparisons, ``&&``, ``||`` and brackets. Anything else
is left to ``jmespath``, and so is every text that has something wrong with it. A property test
holds the two against each other.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from jmespath import ast
from jmespath.functions import Functions

Node = Any
"""A node of a parsed expression; untyped, as its library is."""
FUNCTIONS: frozenset[str] = frozenset(Functions.FUNCTION_TABLE)

_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_TOKEN = re.compile(
    r"[ \t\n\r]*(?:(?P<path>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|'(?P<text>[^'\\]*)'"
    r"|`(?P<literal>[^`\\]*)`|(?P<sign>[=!<>]=|&&|\|\||\[\?|[<>(),.\]@])|(?P<end>\Z))",
    re.ASCII,
)
_COMPARATORS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_MOST_DEEP = 16


class Plain(NamedTuple):
    """A parsed expression."""

    tree: Node
    """What JMESPath parses it to."""
    references: tuple[tuple[str, ...], ...]
    """The paths in it that begin at the root, each once."""


class _OtherError(Exception):
    """The text needs the whole of JMESPath."""


def read_plain(source: str) -> Plain | None:
    """An expression of the plain kind, None for any other."""
    if _PATH.fullmatch(source):
        names = tuple(source.split("."))
        return Plain(path_node(names), (names,))
    reader = _Reader(source)
    try:
        tree = reader.either()
    except _OtherError:
        return None
    return Plain(tree, tuple(dict.fromkeys(reader.references))) if reader.kind == "end" else None


class _Reader:
    """Reads from left to right; ``kind`` and ``value`` are the token that comes next."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.index = 0
        self.depth = 0
        self.filters = 0
        """Filters that are open: paths in them begin at an element."""
        self.references: list[tuple[str, ...]] = []
        self.kind = ""
        self.value = ""
        self.advance()

    def advance(self) -> None:
        match = _TOKEN.match(self.source, self.index)
        if match is None:
            self.kind = ""
            return
        self.index = match.end()
        self.kind = str(match.lastgroup)
        self.value = match[self.kind]

    def take(self, sign: str) -> None:
        if self.kind != "sign" or self.value != sign:
            raise _OtherError
        self.advance()

    def either(self) -> Node:
        """Operands of ``||``, which binds the least."""
        self.depth += 1
        if self.depth > _MOST_DEEP:
            raise _OtherError
        left = self.both()
        while self.kind == "sign" and self.value == "||":
            self.advance()
            left = ast.or_expression(left, self.both())
        self.depth -= 1
        return left

    def both(self) -> Node:
        left = self.comparison()
        while self.kind == "sign" and self.value == "&&":
            self.advance()
            left = ast.and_expression(left, self.comparison())
        return left

    def comparison(self) -> Node:
        left = self.operand()
        while self.kind == "sign" and self.value in _COMPARATORS:
            name = _COMPARATORS[self.value]
            self.advance()
            left = ast.comparator(name, left, self.operand())
        return left

    def operand(self) -> Node:
        kind, value = self.kind, self.value
        if kind == "path":
            self.advance()
            return self.path(value)
        if kind == "text" or kind == "literal":
            self.advance()
            return ast.literal(value if kind == "text" else _json(value))
        if kind == "sign" and value == "@":
            self.advance()
            return ast.current_node()
        self.take("(")
        inner = self.either()
        self.take(")")
        return inner

    def path(self, text: str) -> Node:
        names = tuple(text.split("."))
        if self.kind == "sign" and self.value == "(":
            return self.call(names)
        if not self.filters:
            self.references.append(names)
        node = path_node(names)
        if self.kind == "sign" and self.value == "[?":
            self.advance()
            return self.filter(node)
        return node

    def call(self, names: tuple[str, ...]) -> Node:
        if len(names) > 1 or names[0] not in FUNCTIONS:
            raise _OtherError
        self.advance()
        arguments = [self.either()]
        while self.kind == "sign" and self.value == ",":
            self.advance()
            arguments.append(self.either())
        self.take(")")
        return ast.function_expression(names[0], arguments)

    def filter(self, left: Node) -> Node:
        self.filters += 1
        condition = self.either()
        self.filters -= 1
        self.take("]")
        right = ast.identity()
        if self.kind == "sign" and self.value == ".":
            self.advance()
            if self.kind != "path":
                raise _OtherError
            right = path_node(tuple(self.value.split(".")))
            self.advance()
        return ast.filter_projection(left, right, condition)


def path_node(names: tuple[str, ...]) -> Node:
    """A path as JMESPath parses it."""
    fields = [ast.field(name) for name in names]
    return ast.subexpression(fields) if len(fields) > 1 else fields[0]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _OtherError from None
