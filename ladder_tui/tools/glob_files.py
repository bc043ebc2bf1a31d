"""Glob: names of files."""

from __future__ import annotations

import asyncio
from typing import Any

from ladder_tui.domain.model import ToolSpec
from ladder_tui.errors import ToolError
from ladder_tui.tools.confine import resolve
from ladder_tui.tools.listing import list_files
from ladder_tui.tools.pattern import MAX_CHARS, compile_glob
from ladder_tui.tools.tool import ToolContext, ToolOutput

MAX_FILES = 500


class GlobFiles:
    """Lists files whose path matches a pattern, without those that git ignores."""

    spec = ToolSpec(
        name="Glob",
        description=(
            "List files of the repository by glob pattern, for example 'src/**/*.py' or '*.md' "
            "(any depth). Sorted by path; files that git ignores are left out."
        ),
        input_schema={
            "type": "object",
            "properties": {
                "pattern": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": MAX_CHARS,
                    "description": "Glob pattern with *, ?, [abc], ** and {a,b}",
                },
                "path": {
                    "type": "string",
                    "minLength": 1,
                    "description": "Folder to look in, relative to the repository root",
                },
            },
            "required": ["pattern"],
            "additionalProperties": False,
        },
    )

    async def run(self, input: dict[str, Any], context: ToolContext) -> ToolOutput:  # noqa: A002
        """List in a thread; see ``Tool.run``."""
        return await asyncio.to_thread(_glob, input, context)


def _glob(given: dict[str, Any], context: ToolContext) -> ToolOutput:
    inside = resolve(context.root, given.get("path", "."))
    if not (context.root / inside).is_dir():
        raise ToolError(f"{given.get('path')} is not a folder of the repository")
    matches = compile_glob(given["pattern"])
    listing = list_files(context.root, inside, is_repository=not context.prefix)
    start = 0 if inside == "." else len(inside) + 1
    found = [
        context.prefix + path
        for path in listing.paths
        if matches(path[start:]) and context.allows(path)
    ]
    shown: list[str] = []
    room = context.max_output_chars
    for path in found[:MAX_FILES]:
        room -= len(path) + 1
        if room < 0:
            break
        shown.append(path)
    notes = []
    if len(shown) < len(found):
        notes.append(f"[{len(shown)} of {len(found):,} files; use a narrower pattern or path]")
    if listing.is_truncated:
        notes.append("[the folder holds too many files; only a part was looked at]")
    if listing.odd_names:
        notes.append(f"[{listing.odd_names} files with unprintable names are left out]")
    if not found:
        shown = ["no file matches"]
    count = f"{len(found):,} file" + ("s" if len(found) != 1 else "")
    is_truncated = len(shown) < len(found) or listing.is_truncated
    return ToolOutput("\n".join(shown + notes), count, is_truncated)
