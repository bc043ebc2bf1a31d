"""``ladder runs steps``: what each step of a run was given, gave, cost and took."""

from __future__ import annotations

import click
import msgspec

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import Part, Printer, full, print_json
from ladder_tui.cli.wording import state_part
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.projections.run_fold import StepCard
from ladder_tui.ui.format import elapsed, money, tokens
from ladder_tui.ui.text import clean_line

VALUE_CELLS = 60
"""Characters of an input or output in a table."""


@click.command()
@click.argument("run", default="last")
@json_option
def list_steps(run: str, is_json: bool) -> None:
    """List the steps of RUN with inputs, outputs, cost and time; --json gives them whole."""
    with open_front(is_reader=True) as front:
        summary = front.wb.runs.get(run)
        rows = front.wb.runs.steps(summary.run_id)
        if is_json:
            print_json({"run_id": summary.run_id, "steps": [full(row) for row in rows]})
            return
        if not rows:
            front.err.line(f"run #{summary.number} has no steps yet")
            return
        table: list[list[Part]] = [
            [
                row.step_id,
                row.kind,
                state_part(front.out.glyphs, row.state),
                *_figures(row.usage, row.cost, row.elapsed_s, row.attempt),
                brief(row.inputs),
                row.reason or brief(row.output),
            ]
            for row in rows
        ]
        _print(front.out, table)


def print_steps(printer: Printer, cards: list[StepCard]) -> None:
    """One row per step of a view."""
    table: list[list[Part]] = [
        [
            card.step_id,
            card.kind,
            state_part(printer.glyphs, card.state),
            *_figures(card.usage, card.cost, card.elapsed_s, card.attempt),
            brief(card.inputs),
            card.reason or brief(card.output),
        ]
        for card in cards
    ]
    _print(printer, table)


def brief(value: object) -> str:
    """A value on one line, cut; nothing for nothing."""
    if value in (None, {}, []):
        return ""
    text = (
        value if isinstance(value, str) else msgspec.json.encode(value).decode("utf-8", "replace")
    )
    line = clean_line(text)
    return line if len(line) <= VALUE_CELLS else line[: VALUE_CELLS - 1] + "…"


def _figures(usage: Usage, cost: Cost, seconds: float, attempt: int) -> list[Part]:
    return [
        str(attempt) if attempt > 1 else "",
        tokens(usage.total_tokens) if usage.total_tokens else "",
        money(cost) if usage.total_tokens else "",
        elapsed(seconds),
    ]


def _print(printer: Printer, rows: list[list[Part]]) -> None:
    header = ["step", "kind", "state", "attempt", "tokens", "$", "time", "inputs", "gave"]
    printer.table(header, rows, right={3, 4, 5, 6})
