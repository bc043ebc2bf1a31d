"""Whether the source line that a finding quotes is really there, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ladder_tui.domain.finding import QuoteState
from ladder_tui.gates.fingerprint import squeeze
from ladder_tui.gates.source import NEWLINE, SourceCache

WINDOW = 25
"""Lines around the claimed one in which the nearest match is taken."""

LEAST = 8
"""Characters without whitespace from which on a part of a line counts, or one far away."""

NUMBERED = re.compile(r"^\s*\d+\s*[:|→\t]\s?")
"""A line number in front, as tools show it to models."""

CUT = ("…", "...")


def verify_quote(
    root: Path, path: str, line: int, quote: str, *, sources: SourceCache | None = None
) -> tuple[QuoteState, int]:
    """Return whether ``quote`` stands in the file, and its 1-based line, corrected if need be.

    Whitespace does not count. Looked for at ``line``, then at the nearest place within
    ``WINDOW`` lines, then in the whole file if it is there once only. A quote of several lines
    must match line by line. A path out of ``root``, an unreadable file and an empty quote are
    unverified; then the line comes back as it was.
    """
    lines = (sources or SourceCache(root)).lines(path)
    claimed = min(max(line, 1), max(len(lines), 1))
    for wanted in _readings(quote):
        place = _find([(i, squeeze(text)) for i, text in enumerate(lines, 1)], wanted, claimed)
        if place:
            return "verified", place
    return "unverified", line


def _readings(quote: str) -> list[list[str]]:
    """Return the quote as squeezed lines, and once more without line numbers in front."""
    lines = [text for text in NEWLINE.split(quote) if text.strip()]
    plain = [_without_cut(squeeze(text)) for text in lines]
    readings = [plain]
    if lines and all(NUMBERED.match(text) for text in lines):
        readings.append([_without_cut(squeeze(NUMBERED.sub("", text))) for text in lines])
    return [reading for reading in readings if any(reading)]


def _without_cut(text: str) -> str:
    for mark in CUT:
        text = text.removesuffix(mark) if len(text) > LEAST else text
    return text


def _find(lines: Sequence[tuple[int, str]], wanted: Sequence[str], claimed: int) -> int:
    """Return the line of the match that is meant, 0 for none."""
    code = [(number, text) for number, text in lines if text]
    size = len(wanted)
    is_long = sum(map(len, wanted)) >= LEAST
    starts = [
        i
        for i in range(len(code) - size + 1)
        if all(_is_in(wanted[k], code[i + k][1]) for k in range(size))
    ]
    spans = [(code[i][0], code[i + size - 1][0]) for i in starts]
    if any(first <= claimed <= last for first, last in spans):
        return claimed
    near = [first for first, _ in spans if abs(first - claimed) <= WINDOW]
    if near and is_long:
        return min(near, key=lambda first: (abs(first - claimed), first))
    return spans[0][0] if len(spans) == 1 and is_long else 0


def _is_in(wanted: str, line: str) -> bool:
    return wanted == line or (len(wanted) >= LEAST and wanted in line)
