"""The report over many runs as Markdown, for a mail, a channel or a page."""

from __future__ import annotations

import time

from ladder_tui.domain.usage import Cost
from ladder_tui.insight.report_escape import code, prose, text
from ladder_tui.insight.report_markdown import seconds_text
from ladder_tui.insight.runs_report import NewFinding, ReportedRun, RunsReport, outcome


def render_runs_markdown(report: RunsReport) -> str:
    """Return the report as Markdown. Text from models, tools and files is escaped."""
    parts = [f"# Runs from {_stamp(report.since)} to {_stamp(report.until)}"]
    if not report.runs:
        return "\n\n".join([*parts, "Nothing ran."]) + "\n"
    parts.append(
        f"{_count(len(report.runs), 'run')} ({_verdicts(report)}), "
        f"{_tokens(report)}, {_cost(report.cost)}. Findings: {report.new_total} new, "
        f"{report.known_total} known, {report.dismissed_total} dismissed."
    )
    parts.append("## What to do next")
    parts.append(
        "\n".join(f"* {text(step.what)}: {code(step.command)}" for step in report.next_steps)
        or "Nothing: no question waits, no run failed, nothing is new."
    )
    if report.questions:
        asked = (f"* {text(q.workflow)} #{q.number}: {prose(q.question.text)}"
                 for q in report.questions)  # fmt: skip
        parts += ["## Waiting for an answer", "\n".join(asked)]
    parts += ["## Runs", _runs(report)]
    if report.new:
        parts += ["## New findings", "\n".join(_finding(found) for found in report.new)]
        more = report.new_total - len(report.new)
        parts += [f"{_count(more, 'more finding')} not shown."] if more else []
    return "\n\n".join(parts) + "\n"


def _runs(report: RunsReport) -> str:
    heads = "| run | workflow | started by | outcome | new | known | cost | time | why |"
    lines = [heads, "|" + " --- |" * 9, *(_row(run) for run in report.runs)]
    return "\n".join(lines)


def _row(run: ReportedRun) -> str:
    summary = run.summary
    cells = (
        f"#{summary.number}",
        text(summary.workflow),
        text(summary.trigger) or "a person",
        outcome(summary),
        str(run.new),
        str(run.known),
        _cost(summary.cost),
        seconds_text(run.elapsed_s) if run.elapsed_s is not None else "",
        text(summary.reason),
    )
    return f"| {' | '.join(cells)} |"


def _finding(found: NewFinding) -> str:
    f = found.merged.finding
    place = code(f"{f.path}:{f.line}" if f.line else f.path)
    return f"* **{f.severity}** {place} {code(f.rule)}: {prose(f.message)} (run {found.number})"


def _verdicts(report: RunsReport) -> str:
    return ", ".join(f"{count} {name}" for name, count in report.verdicts.items())


def _tokens(report: RunsReport) -> str:
    mark = " (estimated)" if report.usage.is_estimated else ""
    return f"{report.usage.total_tokens:,} tokens{mark}"


def _cost(cost: Cost) -> str:
    if cost.unpriced_calls and not cost.nano_usd:
        return f"{_count(cost.unpriced_calls, 'call')} unpriced"
    mark = " (estimated)" if cost.is_estimated else ""
    tail = f" and {_count(cost.unpriced_calls, 'call')} unpriced" if cost.unpriced_calls else ""
    return f"${cost.usd:.4f}{mark}{tail}"


def _stamp(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
