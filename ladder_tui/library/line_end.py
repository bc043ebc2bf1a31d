"""Keeps the line ends and the byte order mark of a file that an editor gave back without them."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")
_MARK = "\ufeff"
_COMPARED = 4_000
"""Lines that are compared one by one; the middle of a longer change takes the usual line end."""


def plain(text: str) -> str:
    """The text with ``\\n`` line ends and without a byte order mark."""
    return text.removeprefix(_MARK).replace("\r\n", "\n").replace("\r", "\n")


def restored(text: str, original: str) -> str:
    """``text`` with line ends and byte order mark as in ``original``.

    Lines that are in both keep their own line end; new ones get the most usual one.
    """
    mark = _MARK if original.startswith(_MARK) else ""
    if mark and not original.startswith(_MARK * 2):
        text = text.removeprefix(_MARK)  # the editor left it there
    old, new = _lines(original.removeprefix(_MARK)), _lines(text)
    ends = [end for _, end in old if end]
    usual = Counter(ends).most_common(1)[0][0] if ends else "\n"
    unmixed = mark + "".join(line + (usual if end else "") for line, end in new)
    if set(ends) <= {usual}:
        return unmixed
    kept = {there: old[here][1] for here, there in _pairs(old, new)}
    mixed = mark + "".join(
        line + (kept.get(i) or usual if end else "") for i, (line, end) in enumerate(new)
    )
    # Where an empty line was taken out, a lone \r may have met the \n of another one.
    return mixed if len(_lines(mixed)) == len(new) else unmixed


def _lines(text: str) -> list[tuple[str, str]]:
    """Lines with their ends; the last one has none."""
    return [(m[1], m[2]) for m in _LINE.finditer(text) if m[0]]


def _pairs(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> list[tuple[int, int]]:
    """Indexes of lines that are the same in both."""
    before, after = [line for line, _ in old], [line for line, _ in new]
    shortest = min(len(before), len(after))
    head = 0
    while head < shortest and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shortest - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    pairs = [(i, i) for i in range(head)]
    pairs += [(len(before) - i, len(after) - i) for i in range(1, tail + 1)]
    middle = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(middle[0]) + len(middle[1]) <= _COMPARED:
        for i, j, size in SequenceMatcher(None, *middle).get_matching_blocks():
            pairs += [(head + i + k, head + j + k) for k in range(size)]
    return pairs
