"""Where text goes: results to standard output, everything else for people to standard error.

All text passes through here, so this is also where control sequences of models, tools and files
are taken out, and where glyphs become ASCII in a terminal that has no others.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TextIO

import click
import msgspec

from ladder_tui.config import environment, is_utf8_terminal
from ladder_tui.ui.glyphs import ASCII, UNICODE, Glyphs
from ladder_tui.ui.text import clean, fit, width

Part = str | tuple[str, str]
"""Text, or text with the name of one of the ``STYLES``."""

STYLES: Mapping[str, Mapping[str, Any]] = {
    "good": {"fg": "green"},
    "bad": {"fg": "red"},
    "warn": {"fg": "yellow"},
    "busy": {"fg": "cyan"},
    "money": {"fg": "magenta"},
    "dim": {"dim": True},
    "strong": {"bold": True},
}

_TO_ASCII = str.maketrans({"…": "...", "–": "-", "—": "-", "·": "|", "→": "->", "×": "x"})
# Legal in JSON, and obeyed by some terminals or misleading in them: C1 controls, bidirectional
# overrides, separators. Written as escapes they are the same JSON.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_SMALLEST_COLUMN = 12


class Printer:
    """Prints lines to one of the two standard streams."""

    def __init__(self, *, is_error: bool = False, glyph_set: str = "auto") -> None:
        self._is_error = is_error
        is_ascii = glyph_set == "ascii" or (glyph_set != "unicode" and not is_utf8_terminal())
        self.glyphs: Glyphs = ASCII if is_ascii else UNICODE
        env = environment()
        self.is_terminal = self.stream.isatty()
        self.is_smart = self.is_terminal and env.get("TERM", "") not in ("", "dumb")
        """Whether the terminal can move its cursor."""
        self.has_color = self.is_smart and not env.get("NO_COLOR")

    @property
    def stream(self) -> TextIO:
        """The stream, looked up anew: it may be replaced while the program runs."""
        return sys.stderr if self._is_error else sys.stdout

    def line(self, *parts: Part) -> None:
        """Print one line; newlines inside are kept, control sequences are not."""
        text = "".join(self._styled(part) for part in parts)
        click.echo(text, file=self.stream, color=self.has_color)

    def lines(self, text: str) -> None:
        """Print a text of many lines."""
        for line in text.splitlines():
            self.line(line)

    def fields(self, pairs: Sequence[tuple[str, Part]]) -> None:
        """Print names with their values, aligned; pairs with an empty value are left out."""
        shown = [(name, value) for name, value in pairs if value not in ("", ("", ""))]
        cells = max((len(name) for name, _ in shown), default=0)
        for name, value in shown:
            self.line((f"{name:<{cells}}  ", "dim"), value)

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[Part]],
        *,
        right: Collection[int] = (),
        indent: str = "",
    ) -> None:
        """Print aligned columns; ``right`` names the right-aligned ones.

        Columns in which nothing stands are left out. In a terminal the last column is cut to its
        width; elsewhere nothing is cut.
        """
        used = [i for i in range(len(header)) if not rows or any(_text(row[i]) for row in rows)]
        header = [header[i] for i in used]
        rows = [[row[i] for i in used] for row in rows]
        right = {place for place, i in enumerate(used) if i in right}
        plain = [[self._plain(cell) for cell in row] for row in rows]
        widths = [
            max(width(head), *(width(row[i]) for row in plain)) if plain else width(head)
            for i, head in enumerate(header)
        ]
        if self.is_terminal:
            columns = shutil.get_terminal_size().columns
            left = columns - len(indent) - sum(w + 2 for w in widths[:-1])
            widths[-1] = min(widths[-1], max(left, _SMALLEST_COLUMN))
        self._row(tuple((head, "dim") for head in header), widths, right, indent)
        for row in rows:
            self._row(row, widths, right, indent)

    def _row(
        self, row: Sequence[Part], widths: Sequence[int], right: Collection[int], indent: str
    ) -> None:
        cells: list[Part] = [indent]
        last = len(row) - 1
        for index, cell in enumerate(row):
            text = fit(self._plain(cell), widths[index], self.glyphs.ellipsis)
            fill = " " * (widths[index] - width(text))
            before, after = (fill, "") if index in right else ("", fill if index != last else "")
            cells += [before, (text, cell[1] if isinstance(cell, tuple) else ""), after]
            if index != last:
                cells.append("  ")
        self.line(*cells)

    def _plain(self, part: Part) -> str:
        text = clean(_text(part)).replace("\n", " ").expandtabs(4)
        return text.translate(_TO_ASCII) if self.glyphs.is_ascii else text

    def _styled(self, part: Part) -> str:
        text, style = part if isinstance(part, tuple) else (part, "")
        text = clean(text)
        if self.glyphs.is_ascii:
            text = text.translate(_TO_ASCII)
        return click.style(text, **STYLES[style]) if style and text else text


def _text(part: Part) -> str:
    return part[0] if isinstance(part, tuple) else part


def print_json(value: object) -> None:
    """Print one indented JSON document to standard output."""
    _write_json(msgspec.json.format(_encoded(value), indent=2))


def print_json_line(value: object) -> None:
    """Print one line of JSON to standard output, at once."""
    _write_json(_encoded(value))
    sys.stdout.flush()


def safe_json(text: str) -> str:
    """The same JSON, with characters that terminals obey or are misled by written as escapes."""
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _encoded(value: object) -> bytes:
    """JSON of ``value``; bytes of file names that are not UTF-8 become question marks."""
    try:
        return msgspec.json.encode(value, enc_hook=str)
    except UnicodeEncodeError:
        plain = json.dumps(msgspec.to_builtins(value, enc_hook=str), ensure_ascii=False)
        return plain.encode("utf-8", "replace")


def _write_json(raw: bytes) -> None:
    click.echo(safe_json(raw.decode("utf-8", "replace")).encode("utf-8"))


def full(value: object) -> Any:
    """``value`` as plain data in which every field of a struct is present, defaults included."""
    if isinstance(value, msgspec.Struct):
        names = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
        return {name: full(getattr(value, field)) for name, field in names}
    if isinstance(value, Mapping):
        return {str(key): full(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [full(item) for item in value]
    return value
