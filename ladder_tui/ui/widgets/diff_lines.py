"""A unified diff as coloured lines. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from rich.style import Style

from ladder_tui.ui.text import clean_line
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.text_view import TextLine


def diff_lines(diff: Sequence[str], look: Styles) -> list[TextLine]:
    """Added, removed and unchanged lines, made safe."""
    return [(clean_line(line.rstrip("\n")) or " ", diff_style(line, look)) for line in diff]


def diff_style(line: str, look: Styles) -> Style:
    """How a line of a unified diff is drawn."""
    if line.startswith(("+++", "---")):
        return look.strong
    if line.startswith("@@"):
        return look.running
    if line.startswith("+"):
        return look.success
    return look.error if line.startswith("-") else look.plain


def diff_texts(old: str, new: str, old_name: str, new_name: str) -> list[str]:
    """Unified diff of two texts; empty where they are the same."""
    return list(
        difflib.unified_diff(old.splitlines(), new.splitlines(), old_name, new_name, lineterm="")
    )


def diff_counts(diff: Sequence[str]) -> tuple[int, int]:
    """Lines added and removed."""
    added = sum(line.startswith("+") and not line.startswith("+++") for line in diff)
    removed = sum(line.startswith("-") and not line.startswith("---") for line in diff)
    return added, removed
