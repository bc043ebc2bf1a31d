"""``make bench``: every variant beside its reference, in one run, as one table.

Without arguments everything runs; with names (``journal board``) only those.
"""

from __future__ import annotations

import importlib
import sys
from typing import cast

from bench.table import Row, print_table

BENCHES = (
    "first_paint",
    "help",
    "engine_client",
    "engine",
    "step",
    "board",
    "key",
    "skills",
    "skills_filter",
    "journal",
    "replay",
    "workflow",
)


def main(names: list[str]) -> int:
    """Run the benches and return 1 when a target is missed."""
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}")
        return 2
    rows: list[Row] = []
    for name in names or BENCHES:
        print(f"-- {name}", file=sys.stderr, flush=True)
        module = importlib.import_module(f"bench.{name}")
        rows += cast("list[Row]", module.run())
    print_table(rows)
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
