"""The function or class around a line of Python, also where the file does not parse."""

from __future__ import annotations

import ast
import re
import threading
import warnings

HEADER = re.compile(r"^([ \t]*)(?:async[ \t]+def|def|class)[ \t]+(\w+)")
BLANK_OR_COMMENT = re.compile(r"^\s*(?:#.*)?$")

_PARSING = threading.Lock()
"""``catch_warnings`` changes the filters of the whole process: one thread at a time."""

Span = tuple[int, int, str]
"""First line (decorators included), last line, qualified name."""


class SymbolIndex:
    """Answers which symbol a line is in. Built once per source text."""

    def __init__(self, source: str) -> None:
        self._lines = source.split("\n")
        self._spans = _spans_by_ast(source)

    def at(self, line: int) -> str:
        """Return the qualified name of the innermost symbol around a 1-based line, or ''."""
        if self._spans is None:
            return _symbol_by_indent(self._lines, line)
        best = ""
        size = 0
        for first, last, name in self._spans:
            if first <= line <= last and (not best or last - first <= size):
                best, size = name, last - first
        return best


def _spans_by_ast(source: str) -> list[Span] | None:
    """Return the spans of all symbols, or None when the source cannot be parsed.

    Sources are untrusted: nesting that is too deep ends in RecursionError or MemoryError.
    """
    try:
        with _PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the analysed code, for example bad escapes
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    spans: list[Span] = []
    todo: list[tuple[ast.AST, str]] = [(tree, "")]
    while todo:
        node, prefix = todo.pop()
        for child in ast.iter_child_nodes(node):
            name = prefix
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}.{child.name}" if prefix else child.name
                first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                spans.append((first, child.end_lineno or child.lineno, name))
            if not isinstance(child, ast.expr):  # expressions hold no symbols, only depth
                todo.append((child, name))
    return spans


def _symbol_by_indent(lines: list[str], line: int) -> str:
    """Return the symbol by the headers above the line that are indented less than it."""
    names: list[str] = []
    indent: int | None = None
    for text in reversed(lines[:line]):
        header = HEADER.match(text)
        if indent is None:
            if BLANK_OR_COMMENT.match(text):
                continue
            indent = len(text) - len(text.lstrip()) + (1 if header else 0)
        if header and len(header[1]) < indent:
            names.append(header[2])
            indent = len(header[1])
        if indent == 0:
            break
    return ".".join(reversed(names))
