"""Measure cognitive complexity with complexipy.

Request ``{"root", "files", "limit"}``; answer ``{"functions": [{"path", "line", "name",
"complexity"}], "suppressed", "skipped": [{"path", "reason"}]}``. Only functions above the limit
are told, without those that a comment of the code exempts; these are counted.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from complexipy import code_complexity

MARKER = "complexipy"
"""Every comment that exempts a function holds this word."""

HEADER = re.compile(r"\s*(?:async\s+)?def\b")
NEWLINE = re.compile("\r\n|\r|\n")

Function = tuple[int, str, int]
"""Line, name, complexity."""


def measure(text: str, limit: int, *, is_ignoring: bool) -> set[Function]:
    """Return the functions above the limit; with ``is_ignoring`` also the exempted ones.

    Raises ValueError for a text that does not parse.
    """
    measured = code_complexity(text, no_ignore=is_ignoring)
    return {
        (function.line_start, function.name, function.complexity)
        for function in measured.functions
        if function.complexity > limit
    }


def header_line(lines: list[str], line: int) -> int:
    """Return the line of ``def`` for a function that complexipy starts at its first decorator."""
    for number in range(line, len(lines) + 1):
        if HEADER.match(lines[number - 1]):
            return number
    return line


def answer(root: Path, files: list[str], limit: int) -> dict[str, object]:
    """Return the answer to one request."""
    functions: list[dict[str, object]] = []
    skipped: list[dict[str, str]] = []
    suppressed = 0
    for name in files:
        try:
            text = (root / name).read_bytes().decode("utf-8-sig")
            shown = measure(text, limit, is_ignoring=False)
            if MARKER in text:
                suppressed += len(measure(text, limit, is_ignoring=True) - shown)
        except OSError as error:
            skipped.append({"path": name, "reason": f"cannot be read: {error.strerror}"})
            continue
        except ValueError as error:
            skipped.append({"path": name, "reason": f"syntax error: {error}"})
            continue
        lines = NEWLINE.split(text)
        functions += [
            {
                "path": name,
                "line": header_line(lines, line),
                "name": function,
                "complexity": complexity,
            }
            for line, function, complexity in sorted(shown)
        ]
    return {"functions": functions, "suppressed": suppressed, "skipped": skipped}


def main() -> None:
    """Answer the request on stdin."""
    request = json.load(sys.stdin)
    json.dump(answer(Path(request["root"]), request["files"], request["limit"]), sys.stdout)


if __name__ == "__main__":
    main()
