"""Reads ``git diff --patch-with-raw -U0``."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES = {b"a": 7, b"b": 8, b"t": 9, b"n": 10, b"v": 11, b"f": 12, b"r": 13}


class RawDiff(msgspec.Struct, frozen=True):
    """Names as bytes: file names need not be text."""

    lines: dict[bytes, set[int]]
    """1-based added or changed lines of every file that still exists, perhaps none."""
    renames: dict[bytes, bytes]
    """New name to old name."""


def parse_diff(output: bytes) -> RawDiff:
    """Parse the raw lines, which name every file, and then the hunks of the patch."""
    diff = RawDiff({}, {})
    current: set[int] | None = None
    rows = iter(output.split(b"\n"))
    for row in rows:
        if row.startswith(b":"):
            _raw_line(row, diff)
        elif row.startswith(b"+++ "):
            current = diff.lines.get(_target(row))
        elif hunk := _HUNK.match(row):
            removed, start, added = (int(n) if n is not None else 1 for n in hunk.groups())
            if current is not None:
                current.update(range(start, start + added))
            # A changed line may look like a header: step over exactly as many as are announced.
            _skip(rows, removed + added)
    return diff


def unquote(name: bytes) -> bytes:
    """Undo git's C-style quoting of an unusual file name."""
    if not name.startswith(b'"'):
        return name
    return _ESCAPE.sub(_unescape, name[1:-1])


def _raw_line(row: bytes, diff: RawDiff) -> None:
    fields, *names = row.split(b"\t")
    status = fields.rsplit(b" ", 1)[-1]
    if status.startswith(b"D"):
        return
    new = unquote(names[-1])
    diff.lines[new] = set()
    if status.startswith(b"R"):
        diff.renames[new] = unquote(names[0])


def _target(row: bytes) -> bytes:
    # Git ends the header with a tab where an unquoted name holds a space.
    return unquote(row[4:].removesuffix(b"\t")).removeprefix(b"b/")


def _skip(rows: Iterator[bytes], count: int) -> None:
    while count > 0 and (row := next(rows, None)) is not None:
        if row[:1] in (b"+", b"-"):
            count -= 1


def _unescape(match: re.Match[bytes]) -> bytes:
    text = match[1]
    code = int(text, 8) if len(text) == 3 else _ESCAPES.get(text, text[0])
    return bytes([code])
