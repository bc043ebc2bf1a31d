"""A product requirements document, parsed."""

from __future__ import annotations

import msgspec


class PrdItem(msgspec.Struct, frozen=True):
    """One identified line: ``FR-1``, ``SC-2``, ``C-3``."""

    id: str
    text: str
    line: int


class PrdSection(msgspec.Struct, frozen=True):
    """A section with its position; ``kind`` is empty for headings that Ladder does not know."""

    kind: str
    title: str
    line: int
    end_line: int
    """Last line of the section, inclusive."""
    body: str
    items: tuple[PrdItem, ...] = ()


class Prd(msgspec.Struct, frozen=True):
    """A PRD file. Lines are 1-based."""

    path: str
    title: str
    status: str
    sections: tuple[PrdSection, ...]
    tokens: int
    """Estimated tokens of the whole file."""
    metadata: dict[str, str] = {}
