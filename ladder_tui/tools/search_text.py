"""Grep: a regular expression over the files of the repository.

A worker process searches, because Python's ``re`` cannot be stopped from inside; see
``search_worker``. Measured on 2 busy cores over 5,000 files of 1 million lines, in either sandbox
level: 0.5 s for a word, 1.0 to 1.3 s ignoring case; 0.05 to 0.1 s for one file. ripgrep is linear
and faster, and is not on every machine; the ``regex`` module knows a time limit, and would hold
the event loop until it is reached.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

import ladder_tui
from ladder_tui.domain.model import ToolSpec
from ladder_tui.errors import ToolError
from ladder_tui.process.runner import ProcessResult, ProcessRunner, ProcessSpec
from ladder_tui.process.sandbox import probe_sandbox
from ladder_tui.tools.confine import open_file, resolve
from ladder_tui.tools.listing import list_files
from ladder_tui.tools.pattern import MAX_CHARS, compile_glob
from ladder_tui.tools.plain_text import printable
from ladder_tui.tools.secret_file import is_secret
from ladder_tui.tools.tool import ToolContext, ToolOutput

MAX_ROWS = 500
DEFAULT_ROWS = 200
MAX_LINE_CHARS = 500
MAX_CONTEXT = 20
MEMORY_MB = 1024
_MODES = ["content", "files_with_matches", "count"]
_PACKAGE = Path(ladder_tui.__file__).parent
# The path is appended, so that nothing beside the package shadows the standard library.
_WORKER = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from ladder_tui.tools.search_worker import main; main()"
)


class _Request(msgspec.Struct, frozen=True):
    files: list[str]
    secret: int
    odd_names: int


class SearchText:
    """Searches text files line by line."""

    spec = ToolSpec(
        name="Grep",
        description=(
            "Search the files of the repository with a Python regular expression, line by line. "
            "Files that git ignores and binary files are left out."
        ),
        input_schema={
            "type": "object",
            "properties": {
                "pattern": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 1000,
                    "description": "Regular expression (Python syntax)",
                },
                "path": {
                    "type": "string",
                    "minLength": 1,
                    "description": "File or folder to search, relative to the repository root",
                },
                "glob": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": MAX_CHARS,
                    "description": "Only files that match, for example '*.py' or 'src/**/*.ts'",
                },
                "output_mode": {
                    "type": "string",
                    "enum": _MODES,
                    "description": "Default: files_with_matches",
                },
                "-i": {"type": "boolean", "description": "Ignore case"},
                "-n": {"type": "boolean", "description": "Line numbers (default true)"},
                "-C": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": MAX_CONTEXT,
                    "description": "Lines of context around each match, for content",
                },
                "head_limit": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_ROWS,
                    "description": f"At most so many lines or files (default {DEFAULT_ROWS})",
                },
            },
            "required": ["pattern"],
            "additionalProperties": False,
        },
    )

    async def run(self, input: dict[str, Any], context: ToolContext) -> ToolOutput:  # noqa: A002
        """Search in a worker process with a time limit; see ``Tool.run``."""
        wanted = await asyncio.to_thread(_choose_files, input, context)
        result = await _search(input, wanted.files, context)
        return _Report(input, wanted, context).output(result)


def _choose_files(given: dict[str, Any], context: ToolContext) -> _Request:
    root = context.root
    inside = resolve(root, given.get("path", "."))
    matches = compile_glob(given["glob"]) if "glob" in given else None
    if inside != "." and not (root / inside).is_dir():
        # Named outright: searched even where git ignores it, refused with a reason otherwise.
        path, file = open_file(root, given["path"], context.allows)
        file.close()
        return _Request([path], 0, 0)
    listing = list_files(root, inside, is_repository=not context.prefix)
    start = 0 if inside == "." else len(inside) + 1
    files = [
        path
        for path in listing.paths
        if context.allows(path) and (matches is None or matches(path[start:]))
    ]
    readable = [path for path in files if not is_secret(path)]
    return _Request(readable, len(files) - len(readable), listing.odd_names)


async def _search(given: dict[str, Any], files: list[str], context: ToolContext) -> ProcessResult:
    root = context.root.resolve()
    request = {
        "root": str(root),
        "pattern": given["pattern"],
        "ignore_case": given.get("-i", False),
        "mode": given.get("output_mode", "files_with_matches"),
        "context": given.get("-C", 0),
        "limit": given.get("head_limit", DEFAULT_ROWS),
        "files": files,
    }
    process = context.process
    if process is None:
        process = ProcessRunner((await probe_sandbox()).level)
    return await process.run(
        ProcessSpec(
            argv=(sys.executable, "-I", "-S", "-c", _WORKER, str(_PACKAGE.parent)),
            cwd=root,
            timeout_s=context.search_timeout_s,
            memory_mb=MEMORY_MB,
            stdin=json.dumps(request).encode(),
            read_paths=(root, _PACKAGE),
            label="Grep",
        )
    )


class _Report:
    """Rows of the worker as text, within the limits, and what was not searched."""

    def __init__(self, given: dict[str, Any], wanted: _Request, context: ToolContext) -> None:
        self._given = given
        self._wanted = wanted
        self._room = context.max_output_chars
        self._timeout_s = context.search_timeout_s
        self._prefix = context.prefix
        self._lines: list[str] = []
        self._is_full = False
        self._matches = 0
        self._files = 0

    def output(self, result: ProcessResult) -> ToolOutput:
        """Return the text. Raises ToolError for a bad pattern and a worker that crashed."""
        totals: dict[str, int] | None = None
        for row in _rows(result.stdout):
            if "error" in row:
                pattern = printable(self._given["pattern"])
                raise ToolError(f"{pattern!r} is no regular expression", why=row["error"])
            if "totals" in row:
                totals = row["totals"]
            elif not self._is_full:
                self._add(row)
        is_stopped = result.is_timed_out or result.is_truncated
        if totals is None and not is_stopped:
            said = printable(result.stderr.decode(errors="replace")[-300:].replace("\n", " "))
            raise ToolError("the search crashed", why=said)
        notes = list(self._notes(totals or {}, is_timed_out=result.is_timed_out))
        if not self._lines:
            self._lines.append("no match")
        is_cut = self._is_full or is_stopped or bool((totals or {}).get("is_limited"))
        return ToolOutput("\n".join(self._lines + notes), self._summary(), is_cut)

    def _add(self, row: dict[str, Any]) -> None:
        path = self._prefix + printable(row["path"])
        self._files += 1
        if "lines" not in row:
            self._matches += row["count"]
            is_count = self._given.get("output_mode") == "count"
            self._put(f"{path}:{row['count']}" if is_count else path)
            return
        previous = 0
        for number, text, is_match in row["lines"]:
            if self._given.get("-C", 0) and number != previous + 1 and self._lines:
                self._put("--")
            previous = number
            self._matches += is_match
            mark = ":" if is_match else "-"
            place = f"{number}{mark}" if self._given.get("-n", True) else ""
            cut = " [cut]" if len(text) > MAX_LINE_CHARS else ""
            self._put(f"{path}{mark}{place}{printable(text[:MAX_LINE_CHARS])}{cut}")

    def _put(self, line: str) -> None:
        self._room -= len(line) + 1
        if self._room < 0:
            self._is_full = True
        else:
            self._lines.append(line)

    def _notes(self, totals: dict[str, int], *, is_timed_out: bool) -> Iterator[str]:
        if is_timed_out:
            yield f"[stopped after {self._timeout_s:g} s: incomplete, use a simpler pattern]"
        if self._is_full or totals.get("is_limited"):
            yield "[there may be more: use a narrower pattern, path or glob]"
        if totals.get("cut"):
            yield "[lines of over 1 MiB and files of over 128 MiB were searched in part only]"
        if totals.get("binary"):
            yield f"[{totals['binary']} binary files not searched]"
        if self._wanted.secret:
            yield f"[{self._wanted.secret} files that usually hold secrets not searched]"
        if self._wanted.odd_names:
            yield f"[{self._wanted.odd_names} files with unprintable names not searched]"

    def _summary(self) -> str:
        files = f"{self._files:,} file" + ("s" if self._files != 1 else "")
        if self._given.get("output_mode", "files_with_matches") == "files_with_matches":
            return files
        return f"{self._matches:,} match" + ("es" if self._matches != 1 else "") + f" in {files}"


def _rows(output: bytes) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        # The last row of a worker that was killed may be torn.
        try:
            yield json.loads(line)
        except ValueError:
            return
