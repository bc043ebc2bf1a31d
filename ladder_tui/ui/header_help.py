"""Help with the YAML header of a skill: the key under the cursor, and how it goes on. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ladder_tui.domain.skill import SkillKind
from ladder_tui.ui.highlight import FENCE
from ladder_tui.workbench.frontmatter_key import FrontmatterKey, keys_of

_KEY = re.compile(r"([A-Za-z_][\w-]*)\s*:")
_WORD = re.compile(r"[\w-]*$")


def is_in_header(lines: Sequence[str], row: int) -> bool:
    """True between the two ``---``; the second may not be written yet."""
    if row == 0 or not lines or lines[0].lstrip("\ufeff").rstrip() != FENCE:
        return False
    return not any(line.rstrip() == FENCE for line in lines[1 : row + 1])


def key_at(lines: Sequence[str], row: int, kind: SkillKind) -> FrontmatterKey | None:
    """The key that a line belongs to; None outside the header and for keys nobody knows."""
    if not is_in_header(lines, row):
        return None
    for line in reversed(lines[1 : row + 1]):
        found = _KEY.match(line)
        if found is not None:
            name = found[1].lower().replace("_", "-")
            return next((key for key in keys_of(kind) if key.name == name), None)
    return None


def completion(lines: Sequence[str], row: int, column: int, kind: SkillKind) -> str:
    """What would complete the key or value at the end of a line; empty for nothing."""
    line = lines[row]
    if column != len(line) or not is_in_header(lines, row):
        return ""
    word = _word(line)
    if not word:
        return ""
    if line == word:
        taken = {found[1] for text in lines[1:] if (found := _KEY.match(text))}
        names = [f"{key.name}: " for key in keys_of(kind) if key.name not in taken]
        return _rest(word, names)
    key = key_at(lines, row, kind)
    if key is None or not key.choices:
        return ""
    written = set(re.findall(r"[\w-]+", line[: -len(word)])) if key.is_list else set()
    return _rest(word, [choice for choice in key.choices if choice not in written])


def _word(line: str) -> str:
    found = _WORD.search(line)
    return found[0] if found is not None else ""


def _rest(word: str, candidates: Sequence[str]) -> str:
    """What is missing of the first candidate that begins with the word; a whole one needs none."""
    if word in candidates:
        return ""
    return next((c[len(word) :] for c in candidates if c.startswith(word)), "")
