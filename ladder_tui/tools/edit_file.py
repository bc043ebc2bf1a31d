"""Edit: an exact piece of one file is replaced by another."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from ladder_tui.domain.model import ToolSpec
from ladder_tui.errors import ToolError
from ladder_tui.tools.plain_text import printable
from ladder_tui.tools.replace_file import MAX_BYTES, read_text, replace_file, writable_path
from ladder_tui.tools.tool import ToolContext, ToolOutput

CONTEXT_LINES = 3
MAX_SHOWN_LINES = 60
MAX_LINE_CHARS = 400
MAX_PLACES = 10
_NUMBERED = re.compile(r"^ *\d+\t", re.MULTILINE)


class EditFile:
    """Replaces text that is there exactly once, or everywhere; the rest stays byte for byte."""

    spec = ToolSpec(
        name="Edit",
        description=(
            "Replace text in a file of your workspace. old_string must be there exactly once, "
            "with the same spaces and line breaks, unless replace_all is true. Copy it from Read "
            "without the line numbers."
        ),
        input_schema={
            "type": "object",
            "properties": {
                "file_path": {
                    "type": "string",
                    "minLength": 1,
                    "description": "Path of the file, relative to the repository root",
                },
                "old_string": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": MAX_BYTES,
                    "description": "Text to replace, exactly as it is in the file",
                },
                "new_string": {
                    "type": "string",
                    "maxLength": MAX_BYTES,
                    "description": "Text to put in its place",
                },
                "replace_all": {
                    "type": "boolean",
                    "description": "Replace every occurrence (default false)",
                },
            },
            "required": ["file_path", "old_string", "new_string"],
            "additionalProperties": False,
        },
    )

    async def run(self, input: dict[str, Any], context: ToolContext) -> ToolOutput:  # noqa: A002
        """Edit in a thread; see ``Tool.run``."""
        return await asyncio.to_thread(_edit, input, context)


def _edit(given: dict[str, Any], context: ToolContext) -> ToolOutput:
    inside = writable_path(context, given["file_path"])
    text = read_text(context, inside)
    old, new = _as_in_file(text, given["old_string"], given["new_string"])
    if old == new:
        raise ToolError("old_string and new_string are the same", why="nothing would change")
    count = text.count(old)
    if count == 0:
        raise _missing(text, old, inside)
    if count > 1 and not given.get("replace_all", False):
        raise _ambiguous(text, old, count, inside)
    first = text.index(old)
    edited = text.replace(old, new)
    replace_file(context, inside, _encoded(edited))
    places = f" in {count} places" if count > 1 else ""
    shown = _excerpt(edited, first, first + len(new), context.max_output_chars)
    summary = f"+{_lines(new)} -{_lines(old)} lines{places}"
    return ToolOutput(f"{printable(inside)} was edited{places}:\n{shown}", summary)


def _as_in_file(text: str, old: str, new: str) -> tuple[str, str]:
    """Both strings with the line ends of the file, where a model wrote plain ones."""
    has_only_crlf = 0 < text.count("\n") == text.count("\r\n")
    if has_only_crlf or (old not in text and "\r\n" in text):
        return to_crlf(old), to_crlf(new)
    return old, new


def to_crlf(text: str) -> str:
    """Return the text with every line end as ``\\r\\n``."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ToolError("new_string cannot be written", why="it is no valid Unicode") from None


def _missing(text: str, old: str, inside: str) -> ToolError:
    what = f"old_string is not in {printable(inside)}"
    if _NUMBERED.match(old) and _NUMBERED.sub("", old) in text:
        return ToolError(what, next_step="leave out the line numbers that Read puts in front")
    words = old.split()
    loose = re.compile(r"\s+".join(map(re.escape, words))) if 0 < len(words) <= 2_000 else None
    near = loose.search(text) if loose is not None else None
    if near is not None:
        why = f"line {_line(text, near.start())} differs only in spaces or line breaks"
        return ToolError(what, why=why, next_step="copy it exactly as Read shows it")
    first = next((line.strip() for line in old.splitlines() if line.strip()), "")
    if first and (at := text.find(first)) >= 0 and first != old.strip():
        why = f"its first line is there, line {_line(text, at)}, and what follows differs"
        return ToolError(what, why=why, next_step="read the file again, it may have changed")
    return ToolError(what, next_step="read the file again and copy the text from there")


def _ambiguous(text: str, old: str, count: int, inside: str) -> ToolError:
    lines, at = [], -1
    for _ in range(min(count, MAX_PLACES)):
        at = text.index(old, at + 1)
        lines.append(str(_line(text, at)))
    more = ", …" if count > MAX_PLACES else ""
    return ToolError(
        f"old_string is in {printable(inside)} {count} times",
        why=f"lines {', '.join(lines)}{more}",
        next_step="add lines around it until there is one, or set replace_all",
    )


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _lines(text: str) -> int:
    return len(text.splitlines())


def _excerpt(text: str, start: int, end: int, max_chars: int) -> str:
    """The lines around the first place that changed, numbered as Read numbers them."""
    lines = text.split("\n")
    first = max(_line(text, start) - 1 - CONTEXT_LINES, 0)
    last = min(_line(text, end) + CONTEXT_LINES, len(lines), first + MAX_SHOWN_LINES)
    shown = [
        f"{number:>6}\t{printable(line.rstrip(chr(13))[:MAX_LINE_CHARS])}"
        for number, line in enumerate(lines[first:last], start=first + 1)
    ]
    return "\n".join(shown)[: max_chars - 300]
