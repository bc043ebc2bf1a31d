"""What the docstrings of structs say about their fields."""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise

import msgspec


@cache
def field_texts(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The text under each field of a struct, as one line, by the name that files use for it.

    Empty where the source is not there, as in a bundled program.
    """
    fields = {field.name: field.encode_name for field in msgspec.structs.fields(kind)}
    try:
        tree = ast.parse(inspect.getsource(sys.modules[kind.__module__]))
    except (OSError, TypeError, KeyError):
        # Only the source holds these texts; without it the schema is complete without them.
        return {}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    body = next((node.body for node in classes if node.name == kind.__name__), [])
    found: dict[str, str] = {}
    for field, below in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            name, text = fields.get(field.target.id), _text(below)
            if name is not None and text:
                found[name] = text
    return found


def _text(node: ast.stmt) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return one_line(text)
    return ""


def one_line(text: str) -> str:
    """A docstring as one line of Markdown."""
    return " ".join(text.split()).replace("``", "`")
