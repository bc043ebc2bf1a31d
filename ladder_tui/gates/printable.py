"""Text of tools and sources made safe to print: one line, no control sequences, bounded."""

from __future__ import annotations

import re

UNPRINTABLE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # terminal control sequences, whole
    "|(?:\x1b\\]|\x9d)[^\x07\x1b]*(?:\x07|\x1b\\\\)?"  # titles, links, clipboard
    "|[\x00-\x08\x0a-\x1f\x7f-\x9f]"  # C0 without tab, DEL, C1
    "|[\u061c\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff]"  # invisible, bidi
    "|[\ud800-\udfff]"  # lone surrogates cannot be encoded
)


def clean(text: str, limit: int) -> str:
    """Return ``text`` on one line without control characters, at most ``limit`` characters.

    Control and invisible characters become spaces; what is cut ends in an ellipsis.
    """
    flat = UNPRINTABLE.sub(" ", text).replace("\t", " ").strip()
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
