"""``ladder runs report``: what ran while nobody looked."""

from __future__ import annotations

import re
import time

import click

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import Part, Printer, full, print_json
from ladder_tui.cli.wording import cost_text, place, severity_part, state_part, usage_text
from ladder_tui.errors import UsageError
from ladder_tui.insight.runs_report import RunsReport, outcome
from ladder_tui.insight.runs_report_markdown import render_runs_markdown
from ladder_tui.ui.format import age, elapsed, money, plural
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean, clean_line

_SPAN = re.compile(r"(\d{1,5})\s*([mhdw])")
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_FORMS = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")


@click.command()
@click.option(
    "--since",
    "since",
    default="12h",
    show_default=True,
    metavar="WHEN",
    help="A span back (90m, 12h, 2d) or a local day or time (2026-11-24, 2026-11-24T18:00).",
)
@click.option("--markdown", "is_markdown", is_flag=True, help="Print Markdown.")
@json_option
def report_runs(since: str, is_markdown: bool, is_json: bool) -> None:
    """Say what ran, what is new, what waits for an answer, and what to do next."""
    if is_markdown and is_json:
        raise UsageError("--json and --markdown exclude each other", next_step="leave one out")
    now = time.time()
    start = moment(since, now)
    with open_front(is_reader=True) as front:
        report = front.wb.reports.since(start, now)
        if is_json:
            print_json({"report": full(report)})
        elif is_markdown:
            click.echo(clean(render_runs_markdown(report)).encode("utf-8"), nl=False)
        else:
            _print(front.out, report)


def moment(text: str, now: float) -> float:
    """Unix seconds that ``text`` means. Raises UsageError for what is no span, day or time."""
    span = _SPAN.fullmatch(text.strip())
    if span:
        return now - int(span[1]) * _SECONDS[span[2]]
    for form in _FORMS:
        try:
            at = time.mktime(time.strptime(text.strip(), form))
        except (ValueError, OverflowError):
            continue
        if at > now:
            raise UsageError(f"{text} is still to come", next_step="give an earlier time")
        return at
    raise UsageError(
        f"{text!r} is no time", next_step="give a span or a day: --since 12h, --since 2026-11-24"
    )


def _print(out: Printer, report: RunsReport) -> None:
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(report.since))
    if not report.runs:
        out.line(f"nothing ran since {since}")
        return
    verdicts = ", ".join(f"{count} {name}" for name, count in report.verdicts.items())
    head = f"{plural(len(report.runs), 'run')} since {since}: {verdicts}"
    out.line((head, "strong"))
    out.line(f"{usage_text(report.usage)}, ", (cost_text(report.cost), "money"))
    out.line()
    _print_runs(out, report)
    _print_new(out, report)
    out.line()
    for asked in report.questions:
        waited = age(report.until - asked.asked_at)
        out.line(
            (f"? {asked.workflow} #{asked.number}", "warn"),
            f" asked {waited} ago: {clean_line(asked.question.text)}",
        )
    if not report.next_steps:
        out.line("nothing to do: no question waits, no run failed, nothing is new")
    for step in report.next_steps:
        out.line(("next: ", "dim"), f"{step.what}: ", (step.command, "strong"))


def _print_runs(out: Printer, report: RunsReport) -> None:
    rows = [_row(report, index, out.glyphs) for index in range(len(report.runs))]
    header = ["run", "workflow", "started by", "outcome", "new", "known", "$", "time", "why"]
    out.table(header, rows, right={0, 4, 5, 6, 7})


def _row(report: RunsReport, index: int, glyphs: Glyphs) -> list[Part]:
    run = report.runs[index]
    summary = run.summary
    waits: Part = (f"? {plural(summary.questions, 'question')}", "warn")
    return [
        f"#{summary.number}",
        summary.workflow,
        summary.trigger or "a person",
        waits if summary.questions else state_part(glyphs, outcome(summary)),
        str(run.new),
        str(run.known),
        money(summary.cost),
        elapsed(run.elapsed_s) if run.elapsed_s is not None else "",
        summary.reason,
    ]


def _print_new(out: Printer, report: RunsReport) -> None:
    out.line()
    out.line(
        (f"findings: {report.new_total} new", "strong"),
        f", {report.known_total} known, {report.dismissed_total} dismissed",
    )
    rows: list[list[Part]] = []
    for found in report.new:
        f = found.merged.finding
        rows.append([severity_part(f), f"#{found.number}", place(f), f.rule, f.message])
    if rows:
        out.table(["", "run", "place", "rule", "message"], rows)
    more = report.new_total - len(report.new)
    if more > 0:
        out.line((f"… {more} more", "dim"))
