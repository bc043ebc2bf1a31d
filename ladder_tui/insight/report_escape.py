"""Untrusted text inside Markdown: it must stay text.

Findings quote source code and model output. Unescaped they could close a table or a code block,
hide text in HTML, show pictures from anywhere, or mention people once a report is posted.
"""

from __future__ import annotations

import re

from ladder_tui.gates.printable import UNPRINTABLE, clean

SPECIAL = re.compile(r"([\\`*_\[\]|~<>&$])")
"""What means something within a line, in CommonMark, tables, strike-through and formulas. What
means something at its start only is left: reports put no untrusted text there."""

ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
LINK = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")
SPAN = re.compile(r"(?<!`)`([^`]*[^`\s][^`]*)`(?!`)")
MENTION = re.compile(r"([@#])(?=\w)")

CELL_LIMIT = 200
CODE_LIMIT = 4_000


def text(value: str, limit: int = CELL_LIMIT) -> str:
    """Return ``value`` as plain text on one line, for paragraphs and table cells.

    Addresses do not become links and names are not mentioned.
    """
    return _escape(clean(value, limit))


def _escape(line: str) -> str:
    escaped = SPECIAL.sub(lambda m: ENTITIES.get(m[1], f"\\{m[1]}"), line)
    unmentioned = MENTION.sub(r"\1&#8203;", escaped)
    return LINK.sub(lambda m: f"{m[1]}&#{ord(m[2])};", unmentioned)


def prose(value: str, limit: int = CELL_LIMIT) -> str:
    """Return ``value`` like ``text``, with pairs of single backticks as inline code.

    Not for table cells.
    """
    parts = SPAN.split(clean(value, limit))
    return "".join(code(part) if i % 2 else _escape(part) for i, part in enumerate(parts))


def code(value: str, limit: int = CELL_LIMIT) -> str:
    """Return ``value`` as inline code on one line, not for table cells."""
    line = clean(value, limit)
    if not line:
        return ""
    fence = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def cell_code(value: str, limit: int = CELL_LIMIT) -> str:
    """Return ``value`` as inline code in a table cell, where a bar ends the cell even in code."""
    return code(value, limit).replace("|", "\\|")


def block(value: str, language: str = "") -> str:
    """Return ``value`` as a fenced code block that its content cannot close."""
    lines = [UNPRINTABLE.sub(" ", line) for line in value[:CODE_LIMIT].split("\n")]
    body = "\n".join(lines)
    fence = "`" * max(3, _longest_run(body) + 1)
    return f"{fence}{language}\n{body}\n{fence}"


def _longest_run(value: str) -> int:
    return max((len(run) for run in re.findall("`+", value)), default=0)
