"""Usage and cost as columns: the same eight in every table that has them."""

from __future__ import annotations

from typing import Any

from ladder_tui.domain.usage import Cost, Usage

COLUMNS = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_creation_tokens",
    "is_usage_estimated",
    "nano_usd",
    "unpriced_calls",
    "is_cost_estimated",
)
COLUMN_LIST = ", ".join(COLUMNS)
PLACES = ", ".join("?" * len(COLUMNS))

ADD = ", ".join(
    f"{column} = max({column}, ?)" if column.startswith("is_") else f"{column} = {column} + ?"
    for column in COLUMNS
)
"""``SET`` clause that adds one row of values to the columns."""

Row = tuple[int, int, int, int, int, int, int, int]


def to_row(usage: Usage, cost: Cost) -> Row:
    """Column values, in the order of ``COLUMNS``."""
    return (
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_input_tokens,
        usage.cache_creation_input_tokens,
        int(usage.is_estimated),
        cost.nano_usd,
        cost.unpriced_calls,
        int(cost.is_estimated),
    )


def from_row(row: tuple[Any, ...]) -> tuple[Usage, Cost]:
    """The inverse of ``to_row``."""
    return (
        Usage(row[0], row[1], row[2], row[3], bool(row[4])),
        Cost(row[5], row[6], bool(row[7])),
    )
