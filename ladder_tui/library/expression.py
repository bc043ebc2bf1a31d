"""``${…}`` in workflow files: JMESPath over ``inputs``, ``item`` and ``steps``.

A text that is one expression and nothing else gives the typed value; an expression inside other
text is put in as text, and only scalars can be. ``$${`` is a literal ``${``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from ladder_tui.errors import UsageError
from ladder_tui.library.plain_expression import FUNCTIONS, read_plain

LENGTH_LIMIT = 4_000
"""Longest text with expressions, in characters."""
MOST_COPIES = 10_000
"""How often one expression may repeat a value in what it gives: ``[@, @] | [@, @] | …`` would
double it with each pipe."""

Reference = tuple[str, ...]
"""Leading names of a path from the root, for example ``("inputs", "path")``."""

_WHOLE = re.compile(r"\$\{([^\\'\"`{}]*)\}")
"""A text that is one expression without quotes and braces, as most are."""
_SIGN = re.compile(r"[\\'\"`{}]")
_RELATIVE = frozenset({"projection", "value_projection", "filter_projection", "pipe"})


class ExpressionError(UsageError):
    """An expression that does not parse, or that has no usable value."""


class Expression(msgspec.Struct, frozen=True):
    """One compiled ``${…}``."""

    source: str
    compiled: Any
    """The parsed JMESPath; untyped, as its library is."""
    references: tuple[Reference, ...]


class Template(msgspec.Struct, frozen=True):
    """A text cut into literal parts and expressions."""

    text: str
    parts: tuple[str | Expression, ...]
    expressions: tuple[Expression, ...] = ()
    """The expressions among the parts, in order."""
    is_whole: bool = False
    """True where the text is one expression and nothing else."""


@lru_cache(maxsize=4096)
def parse_template(text: str) -> Template:
    """Cut and compile ``text``. Raises ExpressionError where an expression does not parse."""
    if "${" not in text:
        return Template(text, (text,) if text else ())
    if len(text) > LENGTH_LIMIT:
        raise ExpressionError(f"text with expressions is over {LENGTH_LIMIT:,} characters")
    if whole := _WHOLE.fullmatch(text):
        alone = (_compile(whole[1].strip()),)
        return Template(text, alone, alone, is_whole=True)
    parts = tuple(_parts(text))
    expressions = tuple(part for part in parts if isinstance(part, Expression))
    return Template(text, parts, expressions, len(parts) == len(expressions) == 1)


def evaluate(value: Any, scope: Mapping[str, Any]) -> Any:
    """Value of a text in ``scope`` (``inputs``, ``item``, ``steps``), and of texts inside it.

    A text that is one whole expression keeps the type of its value, None where the path leads
    nowhere. Mappings and lists are evaluated in their parts; other values are given back as they
    are. Raises ExpressionError where an expression fails, or where one inside text is no scalar.
    """
    if isinstance(value, str):
        return _evaluate_text(parse_template(value), scope)
    if isinstance(value, Mapping):
        return {key: evaluate(part, scope) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [evaluate(part, scope) for part in value]
    return value


def _evaluate_text(template: Template, scope: Mapping[str, Any]) -> Any:
    if template.is_whole:
        return _search(template.expressions[0], scope)
    return "".join(
        part if isinstance(part, str) else _scalar_text(part, _search(part, scope))
        for part in template.parts
    )


def _parts(text: str) -> Iterator[str | Expression]:
    literal: list[str] = []
    index = 0
    while (start := text.find("${", index)) >= 0:
        if start > index and text[start - 1] == "$":
            literal += [text[index : start - 1], "${"]
            index = start + 2
            continue
        literal.append(text[index:start])
        if before := "".join(literal):
            yield before
        literal.clear()
        end = _closing(text, start + 2)
        yield _compile(text[start + 2 : end].strip())
        index = end + 1
    if rest := "".join((*literal, text[index:])):
        yield rest


def _closing(text: str, index: int) -> int:
    """Index of the brace that closes an expression; braces in quotes and pairs do not."""
    depth = 0
    quote = ""
    while found := _SIGN.search(text, index):
        sign, index = found[0], found.end()
        if quote:
            if sign == "\\":
                index += 1
            elif sign == quote:
                quote = ""
        elif sign == "{":
            depth += 1
        elif sign == "}":
            if depth == 0:
                return found.start()
            depth -= 1
        elif sign != "\\":
            quote = sign
    raise ExpressionError("expression is not closed", next_step="add the missing }")


@lru_cache(maxsize=4096)
def _compile(source: str) -> Expression:
    if not source:
        raise ExpressionError("expression ${} is empty", next_step="write for example ${inputs.x}")
    if plain := read_plain(source):
        # It has no part that could repeat a value, and no unknown function.
        return Expression(source, ParsedResult(source, plain.tree), plain.references)
    try:
        compiled = jmespath.compile(source)
        tree: Mapping[str, Any] = compiled.parsed
        references = tuple(dict.fromkeys(_roots(tree)))
        if _growth(tree) > MOST_COPIES:
            raise ValueError(f"it repeats what it looks at more than {MOST_COPIES:,} times")
    except (JMESPathError, ValueError) as error:
        reason = str(error).splitlines()[0].rstrip(":")
        raise ExpressionError(
            f"expression ${{{source}}} does not parse: {reason}",
            next_step='JMESPath: names with other signs than letters, digits and _ need "quotes"',
        ) from error
    except RecursionError as error:
        raise ExpressionError("expression is nested too deep") from error
    return Expression(source, compiled, references)


def _roots(node: Mapping[str, Any]) -> Iterator[Reference]:
    """Paths that begin at the root of the scope."""
    path = _path(node)
    if path:
        yield path
        return
    kind, children = node["type"], node["children"]
    if kind == "expref":
        return
    if kind in ("subexpression", "index_expression") or kind in _RELATIVE or kind == "flatten":
        yield from _roots(children[0])
        return
    for child in children:
        yield from _roots(child)


def _path(node: Mapping[str, Any]) -> Reference:
    """The leading chain of names of a node that begins with one, else empty."""
    if node["type"] == "field":
        return (str(node["value"]),)
    if node["type"] != "subexpression":
        return ()
    names: list[str] = []
    for position, child in enumerate(node["children"]):
        if position == 0:
            head = _path(child)
            if not head:
                return ()
            names.extend(head)
        elif child["type"] == "field":
            names.append(str(child["value"]))
        else:
            names.extend(_path(child["children"][0]) if child["type"] == "index_expression" else ())
            break
    return tuple(names)


def _growth(node: Mapping[str, Any]) -> int:
    """At most how often the value that a node looks at is in what the node gives.

    Raises ValueError for an unknown function: JMESPath finds it only when it is called.
    """
    kind = node["type"]
    if kind == "function_expression" and node["value"] not in FUNCTIONS:
        raise ValueError(f"unknown function {node['value']}()")
    is_sum = kind in ("multi_select_list", "multi_select_dict")
    growth = 0 if is_sum else 1
    for child in node["children"]:
        if isinstance(child, dict):
            part = _growth(child)
            growth = growth + part if is_sum else growth * part
    return max(1, growth)


def _search(expression: Expression, scope: Mapping[str, Any]) -> Any:
    try:
        return expression.compiled.search(scope)
    # TypeError, ValueError and AttributeError: JMESPath functions given values of a wrong type.
    except (JMESPathError, TypeError, ValueError, AttributeError) as error:
        reason = str(error).splitlines()[0]
        raise ExpressionError(f"${{{expression.source}}} failed", why=reason) from error


def _scalar_text(expression: Expression, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    kind = "no value" if value is None else "a list or mapping"
    raise ExpressionError(
        f"${{{expression.source}}} inside text has {kind}",
        why="only text, numbers and booleans can be put into a text",
        next_step="use the expression alone, or choose a field of it",
    )
