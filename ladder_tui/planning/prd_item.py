"""Finds the identified items of a PRD: ``FR-1``, ``NFR-2``, ``SC-3``, ``C-4``."""

from __future__ import annotations

import re

from ladder_tui.domain.prd import PrdItem

_ID = r"(?P<id>(?:NFR|FR|SC|NG|C|A|Q)-[0-9]{1,4}[a-z]?)(?![\w-])"
ITEM = re.compile(
    r"(?P<lead>\s*(?:>\s*)?(?:[-*+]\s+|[0-9]{1,3}[.)]\s+)?(?:\[[ xX]\]\s+)?(?:#{1,6}\s+)?\|?\s*)"
    rf"(?P<open>[*_`\[]*){_ID}(?P<close>[*_`\]]*)\s*(?P<mark>[:.)|\u2013\u2014-]?)"
    r"[\s*_`|]*(?P<text>.*)$"
)
"""A line that defines an item."""

_LIST = re.compile(r"(\s*)(?:[-*+]|[0-9]{1,3}[.)])\s")
_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")


def find_items(prose: list[str], first_line: int) -> tuple[PrdItem, ...]:
    """Items in lines without code; ``first_line`` is the file's line of the first one.

    An item goes on until a blank line, a heading, another item or a list entry that is not below
    it. A line of running text that happens to begin with an id is no item.
    """
    found: list[PrdItem] = []
    index = 0
    while index < len(prose):
        match = ITEM.match(prose[index])
        if match is None or not _defines(match, prose, index):
            index += 1
            continue
        end = _end(prose, index)
        text = " ".join([match.group("text"), *(line.strip() for line in prose[index + 1 : end])])
        text = text.replace("|", " ") if "|" in match.group("lead") else text
        found.append(PrdItem(match.group("id"), " ".join(text.split()), first_line + index))
        index = end
    return tuple(found)


def _defines(match: re.Match[str], prose: list[str], index: int) -> bool:
    if match.group("lead").strip() or match.group("open") or match.group("mark") == ":":
        return True
    before = prose[index - 1] if index else ""
    return not before.strip() or bool(_HEADING.match(before)) or bool(ITEM.match(before))


def _end(prose: list[str], start: int) -> int:
    """Index after the last line of the item on ``start``."""
    indent = len(prose[start]) - len(prose[start].lstrip())
    is_heading = bool(_HEADING.match(prose[start]))
    index = start + 1
    while index < len(prose):
        line = prose[index]
        if _HEADING.match(line) or line.lstrip().startswith("|"):
            break
        if not line.strip() and not (is_heading and index == start + 1):
            break
        marker = _LIST.match(line)
        if marker and len(marker.group(1)) <= indent and not is_heading:
            break
        inner = ITEM.match(line)
        if inner and _defines(inner, prose, index):
            break
        index += 1
    return index
