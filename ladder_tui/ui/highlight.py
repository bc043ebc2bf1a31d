"""Colours of Markdown with a YAML header, line by line. Pure: text in, spans of meanings out.

Good enough to read by, and cheap enough to run on every key: no grammar, no parser, no dependency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

LineKind = Literal["text", "fence", "header", "code"]
"""``fence``: a ``---`` of the header; ``header``: YAML between them; ``code``: a fenced block."""
Meaning = Literal[
    "heading", "marker", "code", "strong", "quote", "link", "key", "string", "comment"
]

FENCE = "---"
_CODE_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])(?=\s)")
_QUOTE = re.compile(r" {0,3}>")
_INLINE = re.compile(
    r"(?P<code>`[^`]+`)|(?P<strong>\*\*[^*]+\*\*|__[^_]+__)|(?P<link>\[[^\]]*\]\([^)]*\))"
)
_KEY = re.compile(r"\s*(?:- )?[A-Za-z_][\w-]*(?=\s*:(?:\s|$))")
_VALUE = re.compile(r"(?P<comment>(?:^|(?<=\s))#.*)|(?P<string>\"[^\"]*\"|'[^']*')")


class Span(NamedTuple):
    """Characters of a line that mean something."""

    start: int
    end: int
    meaning: Meaning


def line_kinds(lines: Sequence[str]) -> list[LineKind]:
    """What each line is a part of."""
    kinds: list[LineKind] = []
    is_header = bool(lines) and lines[0].lstrip("\ufeff").rstrip() == FENCE
    fence = ""
    for index, line in enumerate(lines):
        if is_header:
            is_fence = line.lstrip("\ufeff").rstrip() == FENCE
            kinds.append("fence" if is_fence else "header")
            is_header = not is_fence or index == 0
            continue
        found = _CODE_FENCE.match(line)
        if found is not None and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
            kinds.append("code")
        else:
            kinds.append("code" if fence else "text")
    return kinds


def yaml_kinds(lines: Sequence[str]) -> list[LineKind]:
    """Every line of a YAML file is one of a header."""
    return ["header"] * len(lines)


def header_end(lines: Sequence[str]) -> int:
    """Index of the line that closes the header; 0 where there is none or it is open."""
    if not lines or lines[0].lstrip("\ufeff").rstrip() != FENCE:
        return 0
    return next((i for i, line in enumerate(lines) if i and line.rstrip() == FENCE), 0)


def spans(line: str, kind: LineKind) -> Iterator[Span]:
    """What the parts of a line mean, in order; parts without a meaning are left out."""
    if kind == "fence":
        yield Span(0, len(line), "comment")
    elif kind == "code":
        yield Span(0, len(line), "code")
    elif kind == "header":
        yield from _header_spans(line)
    elif _HEADING.match(line):
        yield Span(0, len(line), "heading")
    elif _QUOTE.match(line):
        yield Span(0, len(line), "quote")
    else:
        yield from _text_spans(line)


def _header_spans(line: str) -> Iterator[Span]:
    key = _KEY.match(line)
    if key is not None:
        yield Span(0, key.end(), "key")
    for found in _VALUE.finditer(line, key.end() if key is not None else 0):
        is_comment = found.lastgroup == "comment"
        yield Span(found.start(), found.end(), "comment" if is_comment else "string")


def _text_spans(line: str) -> Iterator[Span]:
    marker = _MARKER.match(line)
    if marker is not None:
        yield Span(0, marker.end(), "marker")
    for found in _INLINE.finditer(line):
        meaning: Meaning = "link"
        if found.lastgroup == "code":
            meaning = "code"
        elif found.lastgroup == "strong":
            meaning = "strong"
        yield Span(found.start(), found.end(), meaning)
