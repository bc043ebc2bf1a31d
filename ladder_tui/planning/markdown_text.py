"""Finds what is prose in Markdown: code fences, comments and code spans are blanked."""

from __future__ import annotations

import re

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_LINK_TARGET = re.compile(r"(?<=\])\([^()\s]*\)|<?https?://[^\s>]+>?")


def split_lines(text: str) -> list[str]:
    """Lines without their ends, as editors count them; CRLF and lone CR are ends too."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def without_code(lines: list[str]) -> list[str]:
    """The lines with code fences and HTML comments blanked, one for one."""
    return _without_comments(_without_fences(lines))


def without_spans(line: str) -> str:
    """A line with code spans and link targets blanked; columns stay."""
    line = _CODE_SPAN.sub(_blank, line) if "`" in line else line
    return _LINK_TARGET.sub(_blank, line) if "(" in line or "http" in line else line


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _without_fences(lines: list[str]) -> list[str]:
    result: list[str] = []
    fence = ""
    for line in lines:
        match = _FENCE.match(line)
        if fence:
            closes = match and match.group(1).startswith(fence) and not match.group(2).strip()
            fence = "" if closes else fence
            result.append("")
        elif match and not (match.group(1)[0] == "`" and "`" in match.group(2)):
            fence = match.group(1)
            result.append("")
        else:
            result.append(line)
    return result


def _without_comments(lines: list[str]) -> list[str]:
    result: list[str] = []
    is_inside = False
    for line in lines:
        if not is_inside and "<!--" not in line:
            result.append(line)
            continue
        kept: list[str] = []
        while line:
            mark = "-->" if is_inside else "<!--"
            before, found, line = line.partition(mark)
            kept.append(" " * len(before) if is_inside else before)
            kept.append(" " * len(found))
            is_inside = is_inside != bool(found)
        result.append("".join(kept).rstrip())
    return result
