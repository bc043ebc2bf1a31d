"""Finding a path by a few letters of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence


def best_paths(query: str, paths: Sequence[str], most: int = 500) -> list[str]:
    """The paths that hold every word of ``query``, the best first; all of them without one.

    A word that is nowhere as it stands may lie scattered: ``uiap`` finds ``ui/app.py``. Upper and
    lower case are the same. What is in the name of a file counts more than what is in a folder,
    and short paths before long ones.
    """
    words = query.lower().split()
    if not words:
        return list(paths[:most])
    ranked = []
    for path in paths:
        lower = path.lower()
        name_at = lower.rfind("/") + 1
        if all(word in lower for word in words):
            ranked.append((_rank(words, lower, name_at), len(path), path))
    if not ranked:
        scattered = re.compile(".*?".join(map(re.escape, "".join(words))))
        ranked = [((9, 0), len(path), path) for path in paths if scattered.search(path.lower())]
    ranked.sort()
    return [path for _, _, path in ranked[:most]]


def _rank(words: Sequence[str], lower: str, name_at: int) -> tuple[int, int]:
    """Lower is better: whole name, beginning of the name, inside the name, in a folder."""
    rank = 0
    for word in words:
        if lower == word or lower[name_at:] == word:
            continue
        if lower.startswith(word, name_at):
            rank += 1
        elif lower.find(word, name_at) >= 0:
            rank += 2
        else:
            rank += 4
    return rank, lower.count("/")
