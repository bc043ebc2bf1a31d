"""``ladder workflows new`` and ``schema``."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import print_json
from ladder_tui.workbench.authored_file import write_authored


@click.command()
@click.argument("name")
@click.option("--from", "source", metavar="WORKFLOW", default="", help="Copy this one instead.")
@json_option
def new_workflow(name: str, source: str, is_json: bool) -> None:
    """Write .ladder/workflows/NAME.yaml, a commented starter, and print its path."""
    with open_front() as front:
        path = front.wb.workflows.new(name, source)
        if is_json:
            print_json({"path": str(path)})
        else:
            front.out.line(path.relative_to(front.wb.root).as_posix())
            front.err.line(f"change it, then: ladder workflows lint {name}")


@click.command()
@click.option(
    "--write",
    "target",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to a file for an editor instead of printing it.",
)
def workflow_schema(target: Path | None) -> None:
    """Print the JSON Schema of workflow files, with which editors complete and check them."""
    with open_front(is_reader=True) as front:
        schema = front.wb.workflows.schema()
        if target is None:
            print_json(schema)
            return
        write_authored(target, msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n")
        front.out.line(str(target))
        front.err.line("first line of a workflow: # yaml-language-server: $schema=PATH")
