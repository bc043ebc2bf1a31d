"""Sections of a Markdown body: what can become a skill of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)
_MARKS = re.compile(r"[*_`]|^[-+>]\s+|^\d+[.)]\s+")


class Section(msgspec.Struct, frozen=True):
    """A heading with everything below it, up to the next heading of its level or above."""

    title: str
    level: int
    """1 for ``#``."""
    first: int
    """Index of the heading among the lines."""
    last: int
    """Index after its last line."""


def sections(lines: Sequence[str]) -> list[Section]:
    """Sections in order, nested ones after their parent. Headings inside code do not count."""
    heads = list(_headings(lines))
    found = []
    for place, (index, level, title) in enumerate(heads):
        later = (i for i, other, _ in heads[place + 1 :] if other <= level)
        found.append(Section(title, level, index, next(later, len(lines))))
    return found


def find_section(lines: Sequence[str], title: str) -> Section | None:
    """The first section of a title, with or without its ``#``; case and spaces do not count."""
    wanted = _same(title.lstrip("#"))
    return next((s for s in sections(lines) if _same(s.title) == wanted), None)


def raised(lines: Sequence[str], section: Section) -> list[str]:
    """The lines of a section with its heading on the first level, and those inside it moved up."""
    inside = lines[section.first : section.last]
    by = section.level - 1
    levels = {index: level for index, level, _ in _headings(inside)}
    return [
        re.sub(rf"^( {{0,3}})#{{{by}}}", r"\1", line) if by and index in levels else line
        for index, line in enumerate(inside)
    ]


def first_sentence(lines: Sequence[str], limit: int = 300) -> str:
    """The first sentence of the text below a heading, without marks; empty where there is none."""
    words: list[str] = []
    for line in lines:
        text = _MARKS.sub("", line.strip())
        if text and not text.startswith(("#", "<!--", "```", "~~~", "|")):
            words.append(text)
        elif words:
            break
    text = " ".join(" ".join(words).split())
    match = _SENTENCE.match(text)
    return (match[1] if match else text)[:limit].rstrip()


def _headings(lines: Sequence[str]) -> list[tuple[int, int, str]]:
    """Index, level and title of every heading."""
    found = []
    fence = ""
    for index, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            is_end = mark and mark[1].startswith(fence) and not mark[2].strip()
            fence = "" if is_end else fence
        elif mark:
            fence = mark[1]
        elif heading := _HEADING.match(line):
            found.append((index, len(heading[1]), (heading[2] or "").strip()))
    return found


def _same(title: str) -> str:
    return " ".join(title.split()).casefold()
