"""Rows of a bench and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One measured promise. ``ratio`` is ours over reference; units are in the name."""

    name: str
    ours: float
    reference: float
    ratio: float
    target: str
    is_met: bool


def print_table(rows: Sequence[Row]) -> None:
    """Print rows as plain columns; nothing depends on a terminal."""
    width = max((len(row.name) for row in rows), default=4)
    print(f"{'what':<{width}}  {'ours':>10}  {'reference':>10}  {'ratio':>7}  {'target':>8}  met")
    for row in rows:
        print(
            f"{row.name:<{width}}  {row.ours:>10.3f}  {row.reference:>10.3f}  {row.ratio:>7.3f}"
            f"  {row.target:>8}  {'yes' if row.is_met else 'NO'}"
        )
