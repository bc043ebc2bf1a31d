"""Options that several commands share, and checks of their values."""

from __future__ import annotations

import math
from collections.abc import Sequence

import click

MOST = 10**12
"""Dollars or tokens above which a budget is a slip of the finger, and overflows."""

TRIGGER_LIMIT = 60
"""Characters of the name of a trigger."""

json_option = click.option("--json", "is_json", is_flag=True, help="Print JSON to standard output.")


def finite(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    """Refuse ``inf`` and ``nan``, which pass a range check."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is not an amount", ctx=ctx, param=param)
    return value


def pairs(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """``KEY=VALUE`` texts as a mapping; a key given twice or a missing ``=`` is refused."""
    found: dict[str, str] = {}
    for value in values:
        key, equals, content = value.partition("=")
        key = key.strip()
        if not equals or not key:
            raise click.BadParameter(f"{value!r} is not KEY=VALUE", ctx=ctx, param=param)
        if key in found:
            raise click.BadParameter(f"{key!r} is given twice", ctx=ctx, param=param)
        found[key] = content
    return found


def names(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    """Names separated by commas, each once."""
    return tuple(dict.fromkeys(name for part in value.split(",") if (name := part.strip())))


def trigger_name(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """What started a run, as one short printable line."""
    text = value.strip()
    if len(text) > TRIGGER_LIMIT or not text.isprintable():
        raise click.BadParameter(
            f"it is one line of at most {TRIGGER_LIMIT} characters", ctx=ctx, param=param
        )
    return text
