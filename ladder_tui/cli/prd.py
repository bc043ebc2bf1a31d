"""``ladder prd new``, ``list``, ``show`` and ``lint``."""

from __future__ import annotations

import time

import click

from ladder_tui.cli.failure import print_problems
from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import Part, full, print_json
from ladder_tui.cli.workflow import report_lint
from ladder_tui.errors import InvalidFileError
from ladder_tui.ui.format import count, plural
from ladder_tui.workbench.prd import PrdEntry


@click.command()
@click.argument("title")
@json_option
def new_prd(title: str, is_json: bool) -> None:
    """Write a PRD called TITLE from the template, and print its path."""
    with open_front() as front:
        path = front.wb.prds.new(title)
        if is_json:
            print_json({"path": str(path)})
        else:
            front.out.line(str(path))
            front.err.line("fill it in, then: ladder prd lint")


@click.command()
@json_option
def list_prds(is_json: bool) -> None:
    """List the PRDs of this repository, newest first."""
    with open_front(is_reader=True) as front:
        entries = front.wb.prds.list()
        if is_json:
            print_json({"prds": [_summary(entry) for entry in entries]})
            return
        if not entries:
            front.err.line('no PRDs yet; start one: ladder prd new "Export as CSV"')
            return
        rows: list[list[Part]] = [
            [
                entry.shown,
                entry.prd.status if entry.prd else "",
                f"~{count(entry.prd.tokens)}" if entry.prd else "",
                _problem_part(entry),
                time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.modified_at)),
                entry.prd.title if entry.prd else "",
            ]
            for entry in entries
        ]
        header = ["file", "status", "tokens", "problems", "changed", "title"]
        front.out.table(header, rows, right={2})


@click.command()
@click.argument("file")
@json_option
def show_prd(file: str, is_json: bool) -> None:
    """Show the PRD FILE, a path or a name below .ladder/prds, with its sections."""
    with open_front(is_reader=True) as front:
        entry = front.wb.prds.show(file)
        if entry.prd is None:
            raise InvalidFileError(f"{entry.shown} cannot be read", entry.problems)
        text, _ = front.wb.prds.read(entry.path)
        if is_json:
            print_json(
                {"prd": {**_summary(entry), "sections": full(entry.prd.sections)}, "text": text}
            )
            return
        front.out.fields(
            [
                ("PRD", entry.prd.title),
                ("file", entry.shown),
                ("status", entry.prd.status),
                ("size", f"~{count(entry.prd.tokens)} tokens"),
            ]
        )
        rows: list[list[Part]] = [
            [
                section.title,
                section.kind or ("own", "dim"),
                str(len(section.items) or ""),
                f"{section.line}–{section.end_line}",
            ]
            for section in entry.prd.sections
        ]
        front.out.table(["section", "kind", "items", "lines"], rows, right={2})
        front.out.line()
        front.out.lines(text)
        print_problems(front.err, entry.problems)


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1)
@json_option
def lint_prds(files: tuple[str, ...], is_json: bool) -> int:
    """Check PRDs by path or name; without any, all that are in .ladder/prds."""
    with open_front(is_reader=True) as front:
        prds = front.wb.prds
        entries = [prds.show(file) for file in files] if files else prds.list()
        problems = [problem for entry in entries for problem in entry.problems]
        return report_lint(front.out, front.err, problems, len(entries), "PRD", is_json=is_json)


def _problem_part(entry: PrdEntry) -> Part:
    if not entry.problems:
        return "none", "good"
    is_error = any(problem.level == "error" for problem in entry.problems)
    return plural(len(entry.problems), "problem"), "bad" if is_error else "warn"


def _summary(entry: PrdEntry) -> dict[str, object]:
    prd = entry.prd
    return {
        "path": entry.shown,
        "title": prd.title if prd else None,
        "status": prd.status if prd else None,
        "tokens_estimate": prd.tokens if prd else None,
        "modified_at": entry.modified_at,
        "problems": full(entry.problems),
    }
