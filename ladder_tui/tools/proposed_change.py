"""The diff of a change that was not made yet, for the person who is asked about it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ladder_tui.tools.beneath import open_beneath
from ladder_tui.tools.replace_file import MAX_BYTES

MAX_LINES = 4_000
"""Of both sides together; comparing more would hold up whoever waits."""


def proposed_diff(tool: str, given: Mapping[str, Any], path: str, root: Path) -> str:
    """What ``Edit`` or ``Write`` would change, as a unified diff of the texts that are known."""
    if tool == "Edit":
        before, after = str(given.get("old_string", "")), str(given.get("new_string", ""))
    else:
        before, after = _text(root, path), str(given.get("content", ""))
    old, new = before.splitlines(), after.splitlines()
    head = [f"--- a/{path}", f"+++ b/{path}"]
    if len(old) + len(new) > MAX_LINES:
        return "\n".join([*head, *(f"+{line}" for line in new)])
    lines = difflib.unified_diff(old, new, lineterm="")
    return "\n".join([*head, *list(lines)[2:]])


def _text(root: Path, path: str) -> str:
    """What is there now; empty where nothing is, or nothing that can be shown."""
    try:
        with open_beneath(str(root.resolve()), path) as file:
            return file.read(MAX_BYTES).decode(errors="replace")
    except OSError:
        return ""
