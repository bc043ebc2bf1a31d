"""Searches files for a regular expression, in a process of its own.

Python's ``re`` knows no time limit and backtracks: a pattern from a model may run for ever. So
it runs where it can be killed. Standard library only: started by ``python -I -S``. Reads a
request from stdin as one JSON document and writes a JSON row per file that matches, at once, so
that a search cut short still has results.
"""

from __future__ import annotations

import json
import re
import sys
from collections import deque
from collections.abc import Iterator
from typing import Any

from ladder_tui.tools.beneath import is_binary, open_beneath, read_lines


class Search:
    """One request: root, pattern, ignore_case, mode, context, limit, line_bytes, files."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._root: str = request["root"]
        self._mode: str = request["mode"]
        self._context: int = request["context"]
        self._left: int = request["limit"]
        self._line_bytes: int = request["line_bytes"]
        self._find = re.compile(
            request["pattern"], re.IGNORECASE if request["ignore_case"] else 0
        ).search
        self._is_cut = False
        self.totals = {"searched": 0, "binary": 0, "unreadable": 0, "cut_lines": 0}

    def run(self, files: list[str]) -> Iterator[dict[str, Any]]:
        """Yield a row per file that matches, until the limit."""
        for path in files:
            if self._left <= 0:
                self.totals["is_limited"] = 1
                return
            try:
                with open_beneath(self._root, path) as file:
                    if is_binary(file):
                        self.totals["binary"] += 1
                        continue
                    self.totals["searched"] += 1
                    row = self._file(path, read_lines(file, self._line_bytes))
            except OSError:
                self.totals["unreadable"] += 1
                continue
            if row is not None:
                yield row

    def _file(self, path: str, lines: Iterator[tuple[bytes, bool]]) -> dict[str, Any] | None:
        if self._mode == "content":
            shown = list(self._content(lines))
            return {"path": path, "lines": shown} if shown else None
        count = 0
        for text in self._texts(lines):
            if self._find(text):
                count += 1
                if self._mode == "files_with_matches":
                    break
        if count:
            self._left -= 1
        return {"path": path, "count": count} if count else None

    def _content(self, lines: Iterator[tuple[bytes, bool]]) -> Iterator[tuple[int, str, bool]]:
        """Matching lines with their context; every line shown counts against the limit."""
        before: deque[tuple[int, str]] = deque(maxlen=self._context)
        after = 0
        for number, text in enumerate(self._texts(lines), start=1):
            is_match = self._find(text) is not None
            if is_match:
                for earlier in before:
                    yield (*earlier, False)
                self._left -= len(before)
                before.clear()
                after = self._context + 1
            if after > 0:
                yield number, text, is_match
                self._left -= 1
                after -= 1
            else:
                before.append((number, text))
            if self._left <= 0:
                return

    def _texts(self, lines: Iterator[tuple[bytes, bool]]) -> Iterator[str]:
        for line, is_cut in lines:
            self.totals["cut_lines"] += is_cut
            yield line.decode(errors="replace")


def main() -> None:
    """Answer the request on stdin."""
    request = json.load(sys.stdin.buffer)
    try:
        search = Search(request)
    except (re.error, OverflowError, RecursionError) as error:
        print(json.dumps({"error": str(error)}))
        return
    for row in search.run(request["files"]):
        print(json.dumps(row), flush=True)
    print(json.dumps({"totals": search.totals}))
