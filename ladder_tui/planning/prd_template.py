"""The text of a new PRD."""

from __future__ import annotations

_TEMPLATE = """\
---
status: draft
---
# {title}

## Intent

<!-- Two or three sentences: who needs what, why now, and what gets better for them. -->

## Non-goals

<!-- What a reader might expect and this will not do. One line each. -->
-

## Requirements

<!-- One behaviour each, so that a test could fail: who does what, and what happens then. -->
- FR-1:

## Success criteria

<!-- How you will know: each with a number or a check, and where it is measured. -->
- SC-1:

## Constraints

<!-- What must always or never be so, in words that may be copied into every prompt. -->
- C-1:
"""


def new_prd(title: str) -> str:
    """Text of a new PRD, to be filled in: its lint names every part that is still empty."""
    printable = "".join(c if c.isprintable() else " " for c in title)
    return _TEMPLATE.format(title=" ".join(printable.split())[:200] or "Untitled")
