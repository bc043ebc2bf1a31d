"""The YAML that nearly every header is written in, read ten times as fast as YAML.

Keys at the start of a line; values that are plain or quoted on that line, block text, a list of
such values, or keys again, indented. Anything else is left to ``yaml_document``, and so is every
text that has something wrong with it. A property test holds the two against each other.
"""

from __future__ import annotations

import re
from typing import Any

from ladder_tui.library.yaml_document import plain_value

MAX_DEPTH = 4

_UNUSUAL = re.compile(
    r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Tabs, control characters and what YAML takes for line ends."""
_ASCII = bytes([10, *range(32, 127)])
_KEY = re.compile(r"([A-Za-z_][\w-]*):(?: +(.*[^ ]))? *$")
_DOUBLE = re.compile(r'"[^"\\]*"')
_SINGLE = re.compile(r"'[^']*'")
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`\xa0\u3000 ")
_BLOCKS = {"|": ("\n", "\n"), "|-": ("\n", ""), ">": (" ", "\n"), ">-": (" ", "")}
"""What joins the lines of a block, and what ends it."""
_WORDS = re.compile(r"\[ *(?:[A-Za-z_][\w.-]*(?: *, *[A-Za-z_][\w.-]*)* *)?\]", re.ASCII)


class _OtherError(Exception):
    """The text needs the whole of YAML."""


def read_plain(text: str) -> tuple[dict[str, Any], dict[str, int]] | None:
    """Fields and the line of each, from 0; None for a text that is not of the plain kind."""
    if _UNUSUAL.search(text) if not text.isascii() else text.encode().translate(None, _ASCII):
        return None
    lines = text.split("\n")
    places: dict[str, int] = {}
    try:
        return _mapping(lines, 0, len(lines), 0, places), places
    except _OtherError:
        return None


def _mapping(
    lines: list[str], start: int, end: int, indent: int, places: dict[str, int]
) -> dict[str, Any]:
    if indent > 0 and lines[start][indent] == " ":
        raise _OtherError
    fields: dict[str, Any] = {}
    index = start
    deeper = " " * (indent + 1)
    while index < end:
        match = _KEY.match(lines[index], indent)
        if match is None or match[1] in fields:
            raise _OtherError
        key, text = match.groups()
        places[key] = index
        index += 1
        first = index
        while index < end and lines[index].startswith(deeper):
            index += 1
        fields[key] = _scalar(text) if first == index else _group(text, lines, first, index, indent)
        if index < end and indent and not lines[index].startswith(deeper[1:]):
            raise _OtherError
    return fields


def _group(text: str | None, lines: list[str], start: int, end: int, indent: int) -> Any:
    """The value whose lines, all deeper than their key, go from ``start`` to ``end``."""
    first = lines[start]
    inner = len(first) - len(first.lstrip(" "))
    if inner == len(first):
        raise _OtherError
    if text is not None:
        return _block(text, lines[start:end], inner, is_last=end == len(lines))
    if first.startswith("- ", inner):
        return [_entry(line, inner) for line in lines[start:end]]
    if inner - indent > 8 or inner > MAX_DEPTH * 8:
        raise _OtherError
    return _mapping(lines, start, end, inner, {})


def _entry(line: str, inner: int) -> Any:
    if not line.startswith(" " * inner + "- "):
        raise _OtherError
    text = line[inner + 2 :].strip(" ")
    if not text or _KEY.match(text):
        raise _OtherError
    return _scalar(text)


def _block(style: str, lines: list[str], inner: int, *, is_last: bool) -> str:
    if style not in _BLOCKS:
        raise _OtherError
    margin = " " * inner
    if any(not line.startswith(margin) or line[inner : inner + 1] in ("", " ") for line in lines):
        raise _OtherError
    glue, tail = _BLOCKS[style]
    return glue.join(line[inner:] for line in lines) + ("" if is_last else tail)


def _scalar(text: str | None) -> Any:
    if text is None:
        return None
    first = text[0]
    if first == '"' or first == "'":
        if not (_DOUBLE if first == '"' else _SINGLE).fullmatch(text):
            raise _OtherError
        return text[1:-1]
    if first == "[" and _WORDS.fullmatch(text):
        words = text[1:-1].strip(" ")
        return [plain_value(word.strip(" ")) for word in words.split(",")] if words else []
    if first in _INDICATORS or ": " in text or " #" in text or text[-1] == ":":
        raise _OtherError
    return plain_value(text)
