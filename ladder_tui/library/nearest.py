"""The nearest right name for a wrong one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, options: Iterable[str]) -> str:
    """The option most like ``word`` (case ignored), or an empty string when none is like it."""
    if len(word) > 100:
        return ""
    by_key = {option.casefold(): option for option in options}
    found = get_close_matches(word.casefold(), by_key, n=1, cutoff=0.6)
    return by_key[found[0]] if found else ""


def name_hint(word: str, options: Iterable[str], *, limit: int = 8) -> str:
    """A fix to show: the nearest option, else the options there are, at most ``limit``."""
    choices = sorted(options)
    best = nearest(word, choices)
    if best:
        return f"nearest: {best}"
    if not choices:
        return ""
    more = f" and {len(choices) - limit} more" if len(choices) > limit else ""
    return "one of: " + ", ".join(choices[:limit]) + more
