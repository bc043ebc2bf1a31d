"""New PRDs from templates, and the file names they get."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

_FEATURE = """\
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

TEMPLATES: Mapping[str, str] = {"feature": _FEATURE}
"""Templates by name."""


def new_prd(title: str, template: str = "feature") -> str:
    """Text of a new PRD. Raises KeyError for an unknown template."""
    return TEMPLATES[template].format(title=_clean(title) or "Untitled")


def prd_file_name(title: str, is_taken: Callable[[str], bool]) -> str:
    """File name for a PRD called ``title`` that ``is_taken`` does not know yet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "prd"
    name = f"{stem}.md"
    number = 2
    while is_taken(name):
        name = f"{stem}-{number}.md"
        number += 1
    return name


def _clean(title: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[:200]
