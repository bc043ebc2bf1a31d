"""What a workflow gave, as a few lines: one for each part of its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ladder_tui.cli.terminal import Part, Printer
from ladder_tui.ui.format import plural
from ladder_tui.ui.text import clean_line

_LIMIT = 300
"""Characters shown of a part; the whole is in ``ladder runs show --json``."""


def print_result(printer: Printer, output: Any) -> None:
    """Print the result of a workflow, without merged findings: they have their own list."""
    if output is None or _is_merged(output):
        return
    if not isinstance(output, Mapping):
        printer.fields([("result", _shown(output))])
        printer.line()
        return
    parts = {name: value for name, value in output.items() if not _is_merged(value)}
    if not parts:
        return
    printer.line(("result", "strong"))
    printer.fields([(f"  {name}", _shown(value)) for name, value in parts.items()])
    printer.line()


def _is_merged(value: Any) -> bool:
    return isinstance(value, Mapping) and {"findings", "slots_ok", "missing"} <= value.keys()


def _shown(value: Any) -> Part:
    text = clean_line(_text(value))
    return text if len(text) <= _LIMIT else f"{text[: _LIMIT - 1]}…"


def _text(value: Any) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case [_, *_] if all(isinstance(item, str | int | float) for item in value):
            return ", ".join(map(_text, value))
        case list():
            empty = sum(item is None for item in value)
            return plural(len(value), "item") + (f", {empty} of them empty" if empty else "")
        case {"verdict": str(verdict), "summary": str(summary)}:
            return f"{verdict}: {summary}"
        case {"summary": str(summary)}:
            return summary
        case dict():
            return ", ".join(map(str, value))
        case _:
            return str(value)
