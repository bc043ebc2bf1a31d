"""Write: a new file, or the whole content of an old one."""

from __future__ import annotations

import asyncio
from typing import Any

from ladder_tui.domain.model import ToolSpec
from ladder_tui.errors import ToolError
from ladder_tui.tools.edit_file import to_crlf
from ladder_tui.tools.plain_text import printable
from ladder_tui.tools.replace_file import MAX_BYTES, read_text, replace_file, writable_path
from ladder_tui.tools.tool import ToolContext, ToolOutput

_BOM = "\ufeff"


class WriteFile:
    """Writes text files; line ends, byte order mark and mode of an old file stay."""

    spec = ToolSpec(
        name="Write",
        description=(
            "Write a text file of your workspace: a new one, with the folders it needs, or the "
            "whole content of one that is there. Use Edit to change a part."
        ),
        input_schema={
            "type": "object",
            "properties": {
                "file_path": {
                    "type": "string",
                    "minLength": 1,
                    "description": "Path of the file, relative to the repository root",
                },
                "content": {
                    "type": "string",
                    "maxLength": MAX_BYTES,
                    "description": "The whole content",
                },
            },
            "required": ["file_path", "content"],
            "additionalProperties": False,
        },
    )

    async def run(self, input: dict[str, Any], context: ToolContext) -> ToolOutput:  # noqa: A002
        """Write in a thread; see ``Tool.run``."""
        return await asyncio.to_thread(_write, input, context)


def _write(given: dict[str, Any], context: ToolContext) -> ToolOutput:
    inside = writable_path(context, given["file_path"])
    content = str(given["content"])
    if (context.root / inside).exists():
        # What cannot be read as text is not overwritten as text either.
        content = _in_style_of(read_text(context, inside), content)
    try:
        data = content.encode()
    except UnicodeEncodeError:
        raise ToolError("content cannot be written", why="it is no valid Unicode") from None
    is_new = replace_file(context, inside, data)
    lines = len(content.splitlines())
    done = "was made" if is_new else "was written"
    size = f"{lines:,} line{'' if lines == 1 else 's'}"
    summary = f"{'new, ' if is_new else ''}{size}"
    return ToolOutput(f"{printable(inside)} {done}: {size}, {len(data):,} bytes", summary)


def _in_style_of(old: str, content: str) -> str:
    if 0 < old.count("\n") == old.count("\r\n"):
        content = to_crlf(content)
    return _BOM + content if old.startswith(_BOM) and not content.startswith(_BOM) else content
