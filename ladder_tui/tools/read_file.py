"""Read: numbered lines of one file."""

from __future__ import annotations

import asyncio
import os
from io import BufferedReader
from typing import Any

from ladder_tui.domain.model import ToolSpec
from ladder_tui.errors import ToolError
from ladder_tui.tools.beneath import MAX_FILE_BYTES, is_binary, read_lines, skip_lines
from ladder_tui.tools.confine import open_file
from ladder_tui.tools.plain_text import decode, printable
from ladder_tui.tools.tool import ToolContext, ToolOutput

MAX_LINES = 2000
MAX_LINE_CHARS = 2000
_BOM = b"\xef\xbb\xbf"


class ReadFile:
    """Reads a part of a text file; never the whole of a large one into memory."""

    spec = ToolSpec(
        name="Read",
        description=(
            "Read a text file of the repository. Lines come as number, tab, text. At most "
            f"{MAX_LINES} lines; longer files are read on with offset."
        ),
        input_schema={
            "type": "object",
            "properties": {
                "file_path": {
                    "type": "string",
                    "minLength": 1,
                    "description": "Path of the file, relative to the repository root",
                },
                "offset": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "First line to read, counted from 1",
                },
                "limit": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_LINES,
                    "description": "How many lines to read",
                },
            },
            "required": ["file_path"],
            "additionalProperties": False,
        },
    )

    async def run(self, input: dict[str, Any], context: ToolContext) -> ToolOutput:  # noqa: A002
        """Read in a thread; see ``Tool.run``."""
        return await asyncio.to_thread(_read, input, context)


def _read(given: dict[str, Any], context: ToolContext) -> ToolOutput:
    first, limit = given.get("offset", 1), given.get("limit", MAX_LINES)
    path, file = open_file(context.root, given["file_path"], context.allows)
    with file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            return ToolOutput("(the file is empty)", "empty")
        if is_binary(file):
            text = f"{printable(path)} is a binary file of {size:,} bytes; it is not shown."
            return ToolOutput(text, "binary")
        page = _Page(first, limit, context.max_output_chars)
        page.fill(file, path)
        return page.output(size)


class _Page:
    """The lines asked for, until one of the caps is met."""

    def __init__(self, first: int, limit: int, max_chars: int) -> None:
        self._first = first
        self._limit = limit
        self._room = max_chars
        self._lines: list[str] = []
        self._cut: list[int] = []
        self._is_utf8 = True
        self._is_full = False

    def fill(self, file: BufferedReader, path: str) -> None:
        """Take lines from ``first`` on. Raises ToolError where there are none."""
        skipped = skip_lines(file, self._first - 1, MAX_FILE_BYTES)
        lines = read_lines(file, 4 * MAX_LINE_CHARS, MAX_FILE_BYTES)
        for number, (line, is_cut) in enumerate(lines, start=skipped + 1):
            if number < self._first or not self._take(number, line, is_cut):
                self._is_full = True
                break
        if not self._lines:
            is_far = file.tell() >= MAX_FILE_BYTES
            why = "it is too far into the file" if is_far else f"it has {skipped} lines"
            raise ToolError(f"{printable(path)} has no line {self._first}", why=why)

    def output(self, size: int) -> ToolOutput:
        """Return the page with what was left out, and how to get it."""
        notes = []
        if self._is_full:
            last = self._first + len(self._lines) - 1
            part = f"lines {self._first}-{last} of a file of {size:,} bytes"
            notes.append(f"{part}; go on with offset={last + 1}")
        if self._cut:
            numbers = ", ".join(map(str, self._cut[:10]))
            notes.append(f"lines cut at {MAX_LINE_CHARS} characters: {numbers}")
        if not self._is_utf8:
            notes.append("not UTF-8: bytes that could not be decoded are shown as \ufffd")
        text = "\n".join([*self._lines, *(f"[{note}]" for note in notes)])
        count = len(self._lines)
        summary = f"{count:,} line" + ("s" if count != 1 else "")
        is_as_asked = count == self._limit < MAX_LINES
        is_truncated = bool(self._cut) or (self._is_full and not is_as_asked)
        return ToolOutput(text, summary, is_truncated)

    def _take(self, number: int, line: bytes, is_cut: bool) -> bool:
        if len(self._lines) == self._limit:
            return False
        if number == 1:
            line = line.removeprefix(_BOM)
        text, is_utf8 = decode(line)
        shown = f"{number:>6}\t{printable(text[:MAX_LINE_CHARS])}"
        if self._lines and len(shown) + 1 > self._room:
            return False
        self._room -= len(shown) + 1
        # A cut may fall into the middle of a character; that is not the file's fault.
        self._is_utf8 = self._is_utf8 and (is_utf8 or is_cut)
        if is_cut or len(text) > MAX_LINE_CHARS:
            self._cut.append(number)
        self._lines.append(shown)
        return True
