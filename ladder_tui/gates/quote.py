"""Whether a quoted source line is really there."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.domain.finding import QuoteState
from ladder_tui.gates.source import SourceCache

NEAR_LINES = 12
"""A reviewer miscounts lines; this far from where it said, the nearest equal line is meant."""
MIN_QUOTE_CHARS = 4
"""A shorter quote, such as a brace, proves nothing."""


def verify_quote(root: Path, path: str, line: int, quote: str) -> tuple[QuoteState, int]:
    """Compare a quote with the file and return its state and the line it is really on.

    White space does not count. The quote must be a whole line, or a part of one, at ``line``, near
    it, or, when only one line of the file matches, anywhere. Otherwise it is ``unverified`` and
    the line is returned as it was given, cut to the length of the file.
    """
    lines = SourceCache(root).lines(path)
    wanted = "".join(quote.split())
    if not lines:
        return "unverified", max(1, line)
    if len(wanted) >= MIN_QUOTE_CHARS:
        places = [n for n, text in enumerate(lines, 1) if wanted in "".join(text.split())]
        if places:
            nearest = min(places, key=lambda place: (abs(place - line), place))
            if abs(nearest - line) <= NEAR_LINES or len(places) == 1:
                return "verified", nearest
    return "unverified", min(max(1, line), len(lines))


def source_lines(root: Path, path: str, line: int, context: int) -> list[tuple[int, str]]:
    """Return the numbered lines around a place; empty when the file cannot be read."""
    lines = SourceCache(root).lines(path)
    first = max(1, line - context)
    return [(n, lines[n - 1]) for n in range(first, min(len(lines), line + context) + 1)]
