"""``ladder workflows overlap``."""

from __future__ import annotations

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import full, print_json


@click.command()
@json_option
def show_overlaps(is_json: bool) -> None:
    """Say which workflows are much alike, share steps, are never run, or fail untouched."""
    with open_front(is_reader=True) as front:
        found = front.wb.workflows.overlaps()
        if is_json:
            print_json({"overlaps": full(found)})
            return
        if not found:
            front.err.line("no workflows overlap, and none is idle or failing")
            return
        for overlap in found:
            front.out.line(f"{overlap.kind}: {' and '.join(overlap.workflows)}")
            front.out.line(f"  {overlap.reason}")
            for step in overlap.steps:
                front.out.line(f"    {step}")
            front.out.line(f"  next: {overlap.next_step}")
