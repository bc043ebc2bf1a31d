"""``ladder runs export``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.outcome import catch_up
from ladder_tui.cli.terminal import safe_json
from ladder_tui.domain.finding import Disposition
from ladder_tui.domain.run import RunSpec
from ladder_tui.errors import UsageError
from ladder_tui.insight.parallel_verdict import ParallelVerdict
from ladder_tui.insight.report_json import render_json
from ladder_tui.insight.report_markdown import render_markdown
from ladder_tui.insight.report_sarif import render_sarif
from ladder_tui.projections.run_view import RunView
from ladder_tui.ui.text import clean

Render = Callable[[RunView, RunSpec, Mapping[str, Disposition], ParallelVerdict | None], str]

FORMATS: Final[Mapping[str, Render]] = {
    "markdown": lambda view, spec, decided, found: clean(
        render_markdown(view, spec, decided, found)
    ),
    "sarif": lambda view, spec, decided, _: safe_json(render_sarif(view, spec, decided)),
    "json": lambda view, spec, decided, found: safe_json(render_json(view, spec, decided, found)),
}


@click.command()
@click.argument("run", default="last")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="markdown",
    show_default=True,
    help="Form of the report.",
)
@click.option(
    "-o", "--output", default="", metavar="FILE", help="File to write instead of printing it."
)
def export_run(run: str, form: str, output: str) -> None:
    """Write the report of RUN; default is the last one."""
    with open_front(is_reader=True) as front:
        summary = front.wb.runs.get(run)
        feed = front.wb.runs.feed(summary.run_id)
        catch_up(feed)
        text = FORMATS[form](
            feed.view,
            front.wb.runs.spec(summary.run_id),
            front.wb.findings.dispositions(),
            front.wb.runs.verdict(summary.run_id) if form != "sarif" else None,
        )
        if not output:
            click.echo(text.encode("utf-8"), nl=False)
            return
        _write(Path(output), text)
        front.err.line(f"the report of run #{summary.number} is in {output}")


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all. Raises UsageError where it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written",
            why=error.strerror or str(error),
            next_step="choose another file with -o",
        ) from error
