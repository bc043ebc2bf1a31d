"""Bytes and names of the repository as text that no terminal obeys."""

from __future__ import annotations

import re

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE = re.compile(f"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_BIDI}]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def printable(text: str) -> str:
    """Return one line of text with every character shown that would act on a terminal.

    They are shown and not dropped (``␛``, ``<U+202E>``): what a file hides from people should not
    be hidden from a reviewer.
    """
    return _UNSAFE.sub(_show, text)


def has_control(name: str) -> bool:
    """Say whether a file name holds control characters or undecodable bytes."""
    return _CONTROL.search(name) is not None


def decode(line: bytes) -> tuple[str, bool]:
    """Return the text of a line and whether it was valid UTF-8."""
    try:
        return line.decode(), True
    except UnicodeDecodeError:
        return line.decode(errors="replace"), False


def _show(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"<U+{code:04X}>"
