"""Changes one key in the header of a Markdown file and leaves every other byte as it is."""

from __future__ import annotations

import re

from ladder_tui.library.frontmatter import canonical_key

_KEY = re.compile(r"([A-Za-z_][\w .-]{0,60}?)\s*:(?:\s|$)")
_PLAIN = re.compile(r"[A-Za-z][\w ./,()*-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


def with_field(text: str, key: str, value: str) -> str:
    """``text`` with ``key: value`` in its header, replaced where it is, else added on top.

    A text without a header gets one. Comments, other keys, line ends and a byte order mark stay.
    """
    mark, rest = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    lines = rest.splitlines(keepends=True)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    field = f"{key}: {quoted(value)}{end}"
    span = _header(lines)
    if span is None:
        return f"{mark}---{end}{field}---{end}{rest}"
    first, last = _field_span(lines, span, key) or (span[0] + 1, span[0] + 1)
    return mark + "".join([*lines[:first], field, *lines[last:]])


def quoted(value: str) -> str:
    """A text as one YAML scalar on one line: plain where that is the same text, else in quotes."""
    flat = " ".join(value.split())
    if _PLAIN.fullmatch(flat) and flat.lower() not in _WORDS:
        return flat
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _header(lines: list[str]) -> tuple[int, int] | None:
    """Indexes of the two marks of the header."""
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines) or lines[start].rstrip() != "---":
        return None
    for index in range(start + 1, len(lines)):
        if lines[index].rstrip() in ("---", "..."):
            return start, index
    return None


def _field_span(lines: list[str], header: tuple[int, int], key: str) -> tuple[int, int] | None:
    """The lines of a top-level key with its value, which may go on below it."""
    for index in range(header[0] + 1, header[1]):
        match = _KEY.match(lines[index])
        if match is None or canonical_key(match.group(1)) != key:
            continue
        last = index + 1
        while last < header[1] and lines[last][:1] in (" ", "\t"):
            last += 1
        return index, last
    return None
