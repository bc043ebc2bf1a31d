"""``ladder runs explain``: why each step of a run ran, or did not."""

from __future__ import annotations

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import full, print_json
from ladder_tui.cli.wording import state_part


@click.command()
@click.argument("run", default="last")
@click.argument("step", default="")
@json_option
def explain_run(run: str, step: str, is_json: bool) -> None:
    """Say why each step of RUN, or STEP and what is below it, ran again or did not."""
    with open_front(is_reader=True) as front:
        summary = front.wb.runs.get(run)
        found = front.wb.runs.explain(summary.run_id, step)
        if is_json:
            print_json({"run_id": summary.run_id, "steps": [full(each) for each in found]})
            return
        if not found:
            front.err.line(f"run #{summary.number} has no steps yet")
            return
        glyphs = front.out.glyphs
        rows = [[each.step_id, state_part(glyphs, each.state), each.text] for each in found]
        front.out.table(["step", "state", "why"], rows)
