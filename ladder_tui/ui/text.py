"""Untrusted text made safe to draw, measured in terminal cells and shortened.

Text of models, tools and files may carry terminal control sequences, bidirectional overrides
and invisible characters; none of them reaches the screen.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

_SEQUENCES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC, also unterminated: titles, clipboard, links
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"  # DCS, SOS, PM, APC
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"  # CSI
    r"|\x1b[ -/]*[0-~]?"  # two-character and charset sequences
    r"|\x9b[0-?]*[ -/]*[@-~]?"  # CSI in its 8-bit form
)
# C0 but tab and newline, DEL, C1, zero-width and bidirectional marks (Trojan Source,
# CVE-2021-42574), line and paragraph separators, byte order mark, interlinear annotation.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb]"
)


def clean(text: str) -> str:
    """The text without control sequences and invisible characters; newlines and tabs stay."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub("", _SEQUENCES.sub("", text))


def visible(text: str) -> str:
    """The text with every control and invisible character replaced by ``�``, one for one.

    For editors, where columns must stay what they are in the file; tabs and newlines stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub("\ufffd", text)


def clean_line(text: str, tab_size: int = 4) -> str:
    """The text as one safe line: newlines become spaces, tabs are expanded."""
    return clean(text).replace("\n", " ").expandtabs(tab_size)


def clean_lines(text: str, tab_size: int = 4) -> list[str]:
    """The text as safe lines with tabs expanded; at least one line."""
    return [line.expandtabs(tab_size) for line in clean(text).split("\n")]


_ASCII = str.maketrans({"–": "-", "—": "-", "…": "~", "·": "|", "×": "x", "→": ">", "’": "'"})


def to_ascii(text: str) -> str:
    """The text for a terminal that knows nothing else, in as many cells as before."""
    if text.isascii():
        return text
    return "".join(c if c.isascii() else "?" * cell_len(c) for c in text.translate(_ASCII))


def width(text: str) -> int:
    """Cells the text takes in a terminal."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, cells: int, ellipsis: str = "…") -> str:
    """The text cut to at most ``cells`` cells, with an ellipsis where something is missing."""
    if width(text) <= cells:
        return text
    if cells <= len(ellipsis):
        return ellipsis[: max(0, cells)]
    return set_cell_size(text, cells - len(ellipsis)).rstrip() + ellipsis


def pad(text: str, cells: int, *, is_right: bool = False, ellipsis: str = "…") -> str:
    """The text in exactly ``cells`` cells, cut or filled with spaces."""
    cut = fit(text, cells, ellipsis)
    fill = " " * max(0, cells - width(cut))
    return fill + cut if is_right else cut + fill


def fit_path(path: str, cells: int, ellipsis: str = "…") -> str:
    """A path shortened in the middle: the first folder and the file name last longest."""
    if width(path) <= cells:
        return path
    parts = path.split("/")
    head, tail = parts[0], parts[-1]
    for count in range(len(parts) - 2, 0, -1):
        short = "/".join([head, ellipsis, *parts[-count:]])
        if width(short) <= cells:
            return short
    if width(tail) + 2 <= cells:
        return f"{ellipsis}/{tail}"
    if cells <= 1:
        return ellipsis[:cells]
    keep = max(0, cells - len(ellipsis))
    return tail[: keep // 2] + ellipsis + tail[len(tail) - (keep - keep // 2) :]


def wrap(text: str, cells: int) -> list[str]:
    """One line of text broken at spaces into lines of at most ``cells`` cells.

    Words longer than a line are broken; leading spaces stay on the first line.
    """
    if width(text) <= cells or cells < 2:
        return [text]
    lines: list[str] = []
    rest = text
    while width(rest) > cells:
        cut = _cut_at(rest, cells)
        space = rest.rfind(" ", 1, cut + 1)
        if space > cells // 3 and rest[:space].strip():
            lines.append(rest[:space].rstrip())
            rest = rest[space + 1 :]
        else:
            lines.append(rest[:cut])
            rest = rest[cut:]
    lines.append(rest)
    return lines


def _cut_at(text: str, cells: int) -> int:
    """Index of the last character that still fits into ``cells`` cells; at least 1."""
    if text.isascii():
        return cells
    used = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > cells:
            return max(1, index)
    return len(text)
