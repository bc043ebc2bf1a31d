"""The YAML header of a Markdown file, read from files as they are in the wild.

Three tries, each more tolerant: YAML as it is; YAML with the top-level values put in quotes (the
usual mistake is a colon in a description); then line by line. Nothing is executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec

from ladder_tui.library.plain_yaml import read_plain
from ladder_tui.library.yaml_document import YamlDocument, YamlFault, parse_yaml, plain_value

HEADER_LIMIT = 64 * 1024
"""Longest header in characters."""

_KEY_LINE = re.compile(r"([A-Za-z_][\w .-]{0,60}?)\s*:(?:\s+(.*))?$")
_BLOCK_START = re.compile(r"[|>][-+]?[1-9]?\s*(#.*)?$")
_START = re.compile(r"(?:[^\S\n]*\n)*---[^\S\n]*\n")
_END = re.compile(r"^(?:---|\.\.\.)[^\S\n]*$", re.MULTILINE)
_NEWLINE = 10
_REFUSED = frozenset({"alias", "size"})


class Frontmatter(msgspec.Struct, frozen=True):
    """Header and body of a file. ``fields`` keeps the keys as they are written."""

    fields: dict[str, Any]
    lines: dict[str, int]
    """Line of each key in the file, from 1."""
    body: str
    """Without empty lines around it."""
    body_line: int
    """Line of the file that the body begins on."""
    body_lines: int
    """How many lines it has."""
    has_header: bool
    fault: YamlFault | None = None
    """What was wrong with the header."""
    is_recovered: bool = False
    """True where ``fields`` were read in spite of ``fault``."""


def parse_frontmatter(text: str) -> Frontmatter:
    """Split and read ``text`` (``\\n`` line ends, no byte order mark). Never raises."""
    parts = _split(text)
    header, first_line, body, body_line = parts if parts is not None else ("", 1, text, 1)
    body_line += len(body) - len(body.lstrip("\n"))
    body = body.strip("\n")

    def found(
        fields: dict[str, Any],
        lines: dict[str, int],
        fault: YamlFault | None = None,
        *,
        is_recovered: bool = False,
    ) -> Frontmatter:
        return Frontmatter(
            fields,
            lines,
            body,
            body_line,
            body.count("\n") + 1,
            parts is not None,
            fault,
            is_recovered,
        )

    if parts is None:
        return found({}, {})
    if len(header) > HEADER_LIMIT:
        place = parse_yaml("", first_line=first_line).place(())
        message = f"header is over {HEADER_LIMIT:,} characters"
        return found({}, {}, YamlFault("size", place, message, "shorten"))
    document = parse_yaml(header, first_line=first_line)
    if not document.faults and isinstance(document.value, dict):
        return found(document.value, _lines(document))
    if not document.faults and document.value is None:
        return found({}, {})
    fault = _first_fault(document)
    if fault.kind in _REFUSED:
        return found({}, {}, fault)
    return found(*_recover(header, first_line), fault, is_recovered=True)


def parse_usual(data: bytes) -> Frontmatter | None:
    """Read a file as nearly all are, several times as fast; None says nothing about it.

    What comes back is what ``parse_frontmatter`` gives for the text. Never raises.
    """
    end = data.find(b"\n---\n", 3)
    if not data.startswith(b"---\n") or not 3 < end <= HEADER_LIMIT:
        return None
    if b"\r" in data or b"\0" in data:
        return None
    start, stop = end + 5, len(data)
    while start < stop and data[start] == _NEWLINE:
        start += 1
    while start < stop and data[stop - 1] == _NEWLINE:
        stop -= 1
    try:
        header, body = data[4:end].decode(), data[start:stop].decode()
    except UnicodeDecodeError:
        return None
    plain = read_plain(header)
    if plain is None:
        return None
    fields, places = plain
    lines = {key: line + 2 for key, line in places.items()}
    first = header.count("\n") + start - end - 1
    return Frontmatter(fields, lines, body, first, data.count(b"\n", start, stop) + 1, True)


@lru_cache(maxsize=2_000)
def canonical_key(key: str) -> str:
    """Kebab case of a key in kebab, snake, camel or spaced form: ``allowedTools`` and the like."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", key.strip())
    return re.sub(r"[\s_.-]+", "-", spaced).lower()


def split_list(value: Any) -> tuple[str, ...] | None:
    """Entries of a list, a comma string or a space string; None for any other type.

    Separators inside parentheses belong to the entry: ``Bash(git add, git commit) Read``.
    """
    if value is None:
        return ()
    if isinstance(value, list):
        if not all(isinstance(entry, str | int | float) for entry in value):
            return None
        return tuple(part for entry in value if (part := str(entry).strip()))
    if not isinstance(value, str):
        return None
    if value.startswith("[") and value.endswith("]"):
        # A list in a header that is no YAML, or one that was put in quotes.
        return tuple(_unquoted(part) for part in _entries(value[1:-1]))
    return tuple(_entries(value))


def _entries(text: str) -> Iterator[str]:
    if "(" not in text:
        parts = text.split(",") if "," in text else text.split()
        yield from filter(None, map(str.strip, parts))
        return
    depth, start = 0, 0
    has_comma = "," in re.sub(r"\([^()]*\)", "", text)
    for index, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif depth == 0 and (character == "," or (character.isspace() and not has_comma)):
            if part := text[start:index].strip():
                yield part
            start = index + 1
    if part := text[start:].strip():
        yield part


def _split(text: str) -> tuple[str, int, str, int] | None:
    """Header, its first line, body, its first line; None without a header."""
    start = _START.match(text)
    end = _END.search(text, start.end()) if start is not None else None
    if start is None or end is None:
        return None
    first_line = text.count("\n", 0, start.end()) + 1
    header = text[start.end() : max(start.end(), end.start() - 1)]
    lines = text.count("\n", start.end(), end.start())
    return header, first_line, text[end.end() + 1 :], first_line + lines + 1


def _lines(document: YamlDocument) -> dict[str, int]:
    return {key: document.place((key,)).line for key in document.value}


def _first_fault(document: YamlDocument) -> YamlFault:
    if document.faults:
        refused = [fault for fault in document.faults if fault.kind in _REFUSED]
        return (refused or list(document.faults))[0]
    place = document.place(())
    return YamlFault("syntax", place, "is not a list of keys", "write KEY: VALUE lines")


def _recover(header: str, first_line: int) -> tuple[dict[str, Any], dict[str, int]]:
    document = parse_yaml("\n".join(_quoted(header)), first_line=first_line)
    if not document.faults and isinstance(document.value, dict):
        return document.value, _lines(document)
    return _line_by_line(header, first_line)


def _quoted(header: str) -> Iterator[str]:
    """The header with every plain top-level value in single quotes; the lines keep their number."""
    for line in header.split("\n"):
        match = _KEY_LINE.match(line)
        value = (match.group(2) or "").strip() if match else ""
        if match is None or not value or value[0] in "'\"[{" or _BLOCK_START.match(value):
            yield line.replace("\t", "  ")
        elif isinstance(plain_value(value), str):
            yield f"{match.group(1)}: '" + value.replace("'", "''") + "'"
        else:
            yield line


def _line_by_line(header: str, first_line: int) -> tuple[dict[str, Any], dict[str, int]]:
    """``key: value`` lines; indented or unmarked lines continue the value, ``- `` lines list."""
    fields: dict[str, Any] = {}
    lines: dict[str, int] = {}
    key = ""
    for number, line in enumerate(header.split("\n"), first_line):
        match = _KEY_LINE.match(line.removeprefix("\t"))
        if match:
            # A key that is there twice is read past, as is what continues it.
            key = "" if match.group(1) in fields else match.group(1)
        if match and key:
            value = (match.group(2) or "").strip()
            fields[key] = "" if _BLOCK_START.match(value) else _unquoted(value)
            lines[key] = number
        elif key and line.strip() and not line.lstrip().startswith("#"):
            fields[key] = _continued(fields[key], line.strip())
    return fields, lines


def _continued(value: Any, line: str) -> Any:
    if line.startswith("- "):
        entry = _unquoted(line[2:].strip())
        return [*value, entry] if isinstance(value, list) else [entry]
    if isinstance(value, list):
        return value
    return f"{value} {line}".strip()


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value
