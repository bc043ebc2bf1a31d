"""Reads and parses a PRD: plain Markdown with sections and identified items, as people write it.

Any text parses. Headings in an unknown language give sections of an unknown kind, unless their
items say what they are.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath

from ladder_tui.domain.prd import Prd, PrdSection
from ladder_tui.errors import UsageError
from ladder_tui.planning.markdown_text import split_lines, without_code
from ladder_tui.planning.prd_heading import (
    ASSUMPTIONS,
    CONSTRAINTS,
    NON_GOALS,
    QUESTIONS,
    REQUIREMENTS,
    SUCCESS,
    heading_kinds,
)
from ladder_tui.planning.prd_item import ITEM, find_items

TokenCounter = Callable[[str], int]
"""Estimates the tokens of a text."""

KIND_OF_PREFIX = {
    "FR": REQUIREMENTS,
    "NFR": REQUIREMENTS,
    "SC": SUCCESS,
    "C": CONSTRAINTS,
    "NG": NON_GOALS,
    "A": ASSUMPTIONS,
    "Q": QUESTIONS,
}
"""What the items of a section say about it."""

PRD_LIMIT = 2 * 1024 * 1024
"""Largest PRD in bytes that is read."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$")
_BOLD_LINE = re.compile(r"\s{0,3}(\*\*|__)(?P<title>[^*_]{2,60}?):?\1:?\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
_METADATA = re.compile(r"([A-Za-z][\w -]{0,40}?)\s*:\s*(.*)$")
_BOLD_METADATA = re.compile(r"\s*\*\*([A-Za-z][\w -]{0,40}?)\s*:?\*\*\s*:?\s*(\S.*)$")
_FRONT_LIMIT = 200
_BOLD_LEVEL = 7


class _Heading:
    __slots__ = ("kinds", "level", "line", "title")

    def __init__(self, line: int, level: int, title: str) -> None:
        self.line = line
        self.level = level
        self.title = title
        self.kinds = heading_kinds(title)


def read_prd(path: Path, shown: str) -> str:
    """Text of a PRD file exactly as on disk: line ends and a byte order mark are kept.

    Raises UsageError, naming the file as ``shown``, where it is missing, unreadable, no regular
    file, too large, or no UTF-8 text.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            is_regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            data = file.read(PRD_LIMIT + 1) if is_regular else b""
    except FileNotFoundError as error:
        raise UsageError(f"{shown} does not exist", next_step="ladder prd list") from error
    # ValueError is a NUL in the name.
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(
            f"{shown} cannot be read", why=reason, next_step="check the file"
        ) from error
    if not is_regular:
        raise UsageError(f"{shown} is not a regular file", next_step="name a text file")
    if len(data) > PRD_LIMIT:
        size = f"{PRD_LIMIT // 1024 // 1024} MiB"
        raise UsageError(f"{shown} is over {size}", next_step="split it: a PRD is a few pages")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise UsageError(f"{shown} is not text: NUL in line {line}", next_step="name a text file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{shown} is not UTF-8: line {line}", next_step="save as UTF-8") from error


def parse_prd(path: str, text: str, count_tokens: TokenCounter) -> Prd:
    """Parse the text of a PRD. Never raises for what is in the text."""
    lines = split_lines(text.removeprefix("\ufeff"))
    front, body_start = _frontmatter(lines)
    prose = [""] * body_start + without_code(lines[body_start:])
    headings = list(_headings(prose))
    title = _title_heading(headings, prose)
    sections = tuple(_sections(lines, prose, headings, title, body_start))
    preamble = sections[0].body if sections and not sections[0].title else ""
    metadata = {**_bold_metadata(preamble), **front}
    name = title.title if title is not None else metadata.get("title", "")
    return Prd(
        path=path,
        title=name or PurePath(path).stem,
        status=metadata.get("status", "").lower() or "draft",
        sections=sections,
        tokens=count_tokens(text),
        metadata=metadata,
    )


def _frontmatter(lines: list[str]) -> tuple[dict[str, str], int]:
    """Flat metadata and the index of the first line after it."""
    if not lines or lines[0].rstrip() != "---":
        return {}, 0
    fields: dict[str, str] = {}
    for index, line in enumerate(lines[1:_FRONT_LIMIT], 1):
        if line.rstrip() in ("---", "..."):
            return fields, index + 1
        match = _METADATA.match(line)
        if match:
            fields[match.group(1).strip().lower()] = match.group(2).strip().strip("\"'")
        elif line.strip() and not line.startswith((" ", "\t", "-", "#")):
            return {}, 0
    return {}, 0


def _bold_metadata(preamble: str) -> dict[str, str]:
    """``**Status**: Draft`` lines before the first section."""
    found = (_BOLD_METADATA.match(line) for line in preamble.split("\n"))
    return {m.group(1).strip().lower(): m.group(2).strip() for m in found if m}


def _headings(prose: list[str]) -> Iterator[_Heading]:
    for index, line in enumerate(prose):
        match = _HEADING.match(line)
        if match:
            title = (match.group(2) or "").strip()
            if not ITEM.match(title):
                yield _Heading(index + 1, len(match.group(1)), title)
        elif (bold := _BOLD_LINE.match(line)) and heading_kinds(bold.group("title")):
            yield _Heading(index + 1, _BOLD_LEVEL, bold.group("title").strip())
        elif _is_underlined(prose, index):
            yield _Heading(index + 1, 1 if prose[index + 1].strip()[0] == "=" else 2, line.strip())


def _is_underlined(prose: list[str], index: int) -> bool:
    """Whether a line is a heading by the line of ``=`` or ``-`` below it."""
    line = prose[index].strip()
    if not line or index + 1 >= len(prose) or not _UNDERLINE.match(prose[index + 1]):
        return False
    is_alone = index == 0 or not prose[index - 1].strip()
    return is_alone and line[0] not in "-*+>|=#" and len(line) <= 120 and not ITEM.match(line)


def _title_heading(headings: list[_Heading], prose: list[str]) -> _Heading | None:
    """The heading that is the document's title: a first one at the top that is no section."""
    if not headings or headings[0].level != 1:
        return None
    first = headings[0]
    if not first.kinds:
        return first
    # "# Requirements" alone at the top, without text of its own, is a title all the same.
    is_only = all(heading.level > 1 for heading in headings[1:])
    end = headings[1].line - 1 if len(headings) > 1 else len(prose)
    has_text = any(line.strip("=- ") for line in prose[first.line : end])
    return first if is_only and not has_text else None


def _sections(
    lines: list[str],
    prose: list[str],
    headings: list[_Heading],
    title: _Heading | None,
    body_start: int,
) -> Iterator[PrdSection]:
    starts = list(_section_starts([h for h in headings if h is not title]))
    first = starts[0][0].line if starts else len(lines) + 1
    begin = max(title.line if title is not None else 0, body_start)
    if any(line.strip() for line in prose[begin : first - 1]):
        yield _section(lines, prose, "", "", begin, first - 1)
    for number, (heading, kind) in enumerate(starts):
        end = starts[number + 1][0].line - 1 if number + 1 < len(starts) else len(lines)
        yield _section(lines, prose, kind, heading.title, heading.line, end)


def _section_starts(headings: list[_Heading]) -> Iterator[tuple[_Heading, str]]:
    """Headings that begin a section, with its kind.

    Those of the top level do, and deeper ones that are known as something else than what they
    stand in; the heading after such a one goes on with what was before.
    """
    top = min((h.level for h in headings), default=1)
    outer = current = ""
    inner_level = 0
    for heading in headings:
        kind = heading.kinds[0] if heading.kinds else ""
        if heading.level <= top:
            outer = current = kind
            inner_level = 0
            yield heading, kind
        elif kind and kind != current:
            current = kind
            inner_level = heading.level
            yield heading, kind
        elif inner_level and heading.level <= inner_level and not kind:
            current = outer
            inner_level = 0
            yield heading, outer


def _section(
    lines: list[str], prose: list[str], kind: str, title: str, line: int, end: int
) -> PrdSection:
    """A section whose heading is on ``line`` (its text begins on the next one)."""
    items = find_items(prose[line:end], line + 1)
    if not kind and items:
        prefixes = [KIND_OF_PREFIX[item.id.split("-")[0]] for item in items]
        kind = max(prefixes, key=prefixes.count)
    return PrdSection(kind, title, max(line, 1), end, "\n".join(lines[line:end]), items)
