"""A run as Markdown, for a pull request or a mail: verdict first, then why it can be believed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from ladder_tui.domain.finding import Disposition
from ladder_tui.domain.run import RunSpec
from ladder_tui.insight.parallel_verdict import ParallelVerdict
from ladder_tui.insight.report_content import build_report
from ladder_tui.insight.report_document import Report, ReportCost, ReportFinding, ReportTokens
from ladder_tui.insight.report_escape import block, cell_code, code, prose, text
from ladder_tui.insight.report_parallel import parallel_part
from ladder_tui.insight.report_step import answer_part, output_part, step_part
from ladder_tui.projections.run_view import RunView

SHOWN = 100
"""Findings that are written out by default."""

SUMMARY_LIMIT = 600
LANGUAGES = {"py": "python", "pyi": "python", "js": "javascript", "ts": "typescript", "sh": "bash"}


def render_markdown(
    view: RunView,
    spec: RunSpec,
    dispositions: Mapping[str, Disposition] | None = None,
    parallel: ParallelVerdict | None = None,
    *,
    shown: int = SHOWN,
) -> str:
    """Return the report as Markdown with at most ``shown`` findings written out.

    Text from models, tools and files is escaped. Dismissed findings are counted only.
    """
    report = build_report(view, spec, dispositions, parallel)
    parts = [
        *_headline(report),
        *_subject(report),
        *output_part(report),
        *step_part(report),
        *answer_part(report),
        *_agents(report),
        *parallel_part(report),
        *_gates(report),
        *_findings(report, shown),
    ]
    return "\n\n".join(parts) + "\n"


def _headline(report: Report) -> list[str]:
    done = "reviewed" if report.is_review else "agents done"
    facts = [
        f"{report.agents_ok} of {report.agents_total} {done}",
        _count(len(report.open_findings), "finding") + _severities(report),
        tokens_text(report.tokens, " tokens"),
        cost_text(report.cost),
        seconds_text(report.elapsed_s),
    ]
    why = f" {prose(report.reason, SUMMARY_LIMIT)}" if report.reason else ""
    parts = [
        f"# Run {code(f'#{report.number}')}: {text(report.workflow)}",
        f"**Verdict: {report.verdict}** ({report.state}).{why}",
        " · ".join(facts),
    ]
    if report.missing:
        parts.append(f"**Missing:** {', '.join(map(text, report.missing))}. Nobody looked there.")
    evidence_only = [agent.name for agent in report.agents if agent.is_evidence_only]
    if evidence_only:
        parts.append(
            f"**Evidence only:** the model of {', '.join(map(text, evidence_only))} wrote the "
            "summary; the findings are those of the evidence tools."
        )
    return parts


def _severities(report: Report) -> str:
    told = [f"{count} {severity}" for severity, count in report.counts.items() if count]
    return f" ({', '.join(told)})" if told else ""


def _subject(report: Report) -> list[str]:
    rows = [
        (f"input {cell_code(name)}", cell_code(str(value))) for name, value in report.inputs.items()
    ]
    rows += [
        ("model", text(report.model)),
        ("tree", cell_code(report.tree)),
        ("base", cell_code(report.base_commit) or "none: all lines count"),
        ("PRD", cell_code(report.prd) or "none"),
        ("sandbox", text(report.sandbox) or "unknown"),
    ]
    return ["## What was reviewed", _table(("", ""), rows)]


def _agents(report: Report) -> list[str]:
    if not report.agents:
        return []
    rows = [
        (
            text(agent.name),
            text(agent.lens),
            agent.state,
            f"{agent.findings}" + (f" ({agent.unverified} unverified)" if agent.unverified else ""),
            f"{agent.turns}" + (f" + {agent.lost_attempts} lost" if agent.lost_attempts else ""),
            tokens_text(agent.tokens),
            cost_text(agent.cost),
            seconds_text(agent.elapsed_s),
            text(agent.reason),
        )
        for agent in report.agents
    ]
    heads = ("agent", "lens", "state", "findings", "turns", "tokens", "cost", "time", "why")
    said = [
        f"**{text(agent.name)}:** {prose(agent.summary, SUMMARY_LIMIT)}"
        for agent in report.agents
        if agent.summary
    ]
    return ["## Agents", _table(heads, rows), *said]


def _gates(report: Report) -> list[str]:
    if not report.gates:
        return []
    rows = [
        (
            text(gate.gate),
            text(gate.agent),
            gate.verdict,
            f"{gate.analysed:,} / {gate.in_scope:,} {text(gate.unit)}",
            f"{gate.findings:,}"
            + (f" ({gate.shown:,} shown)" if gate.shown < gate.findings else ""),
            text(gate.tool),
            text(gate.sandbox),
            seconds_text(gate.elapsed_s),
            text(gate.reason),
        )
        for gate in report.gates
    ]
    heads = ("gate", "for", "verdict", "analysed", "findings", "tool", "sandbox", "time", "why")
    return ["## Gates", _table(heads, rows)]


def _findings(report: Report, shown: int) -> list[str]:
    parts = ["## Findings"]
    found = report.open_findings[:shown]
    left = len(report.open_findings) - len(found) + report.dropped
    notes = []
    if report.dismissed:
        notes.append(f"{_count(report.dismissed, 'finding')} dismissed by a person")
    if left:
        notes.append(f"{_count(left, 'finding')} over the cap not shown")
    if report.reported:
        notes.append(f"{report.reported:,} reported before merging")
    if notes:
        parts.append(f"{'; '.join(notes)}.")
    if not found:
        parts.append("None." if report.state == "done" else "None so far.")
    order = {rule: place for place, rule in enumerate(dict.fromkeys(f.rule for f in found))}
    grouped = sorted(found, key=lambda f: order[f.rule])  # stable: ranked within each rule
    for rule, members in groupby(grouped, key=lambda f: f.rule):
        group = list(members)
        parts.append(f"### {code(rule) or 'unnamed'} ({len(group)})")
        parts += [_one(item) for item in group]
    return parts


def _one(found: ReportFinding) -> str:
    where = code(f"{found.path}:{found.line}")
    symbol = f" in {code(found.symbol)}" if found.symbol else ""
    lines = [f"**{found.severity}** {where}{symbol}: {prose(found.message, SUMMARY_LIMIT)}"]
    if found.quote:
        suffix = found.path.rpartition(".")[2]
        lines.append(block(found.quote, LANGUAGES.get(suffix, "")))
    if found.suggestion:
        lines.append(f"Suggestion: {prose(found.suggestion, SUMMARY_LIMIT)}")
    lines.append(_marks(found))
    return "\n\n".join(lines)


def _marks(found: ReportFinding) -> str:
    marks = [f"by {', '.join(map(text, found.reporters))}"]
    if found.agreement > 1:
        marks.append(f"{found.agreement} of {found.agents_total} agents agree")
    if found.is_disputed:
        told = ", ".join(f"{text(name)}: {severity}" for name, severity in found.severities.items())
        marks.append(f"**disputed** ({told})")
    if found.quote_state == "unverified":
        marks.append("**unverified**: the quoted code was not found")
    if found.is_changed:
        marks.append("on a changed line")
    if found.decision == "accepted":
        marks.append("accepted by a person")
    if found.fingerprint:
        marks.append(code(found.fingerprint))
    return f"<sub>{' · '.join(marks)}</sub>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def tokens_text(tokens: ReportTokens, unit: str = "") -> str:
    """Return tokens with a mark where they are estimated."""
    mark = " (estimated)" if tokens.precision == "estimated" else ""
    return f"{tokens.total:,}{unit}{mark}"


def cost_text(cost: ReportCost) -> str:
    """Return dollars that say whether they are measured, estimated, or leave calls out."""
    unpriced = f"{_count(cost.unpriced_calls, 'call')} unpriced" if cost.unpriced_calls else ""
    if unpriced and not cost.nano_usd:
        return unpriced
    return f"${cost.usd:.4f} ({cost.precision}{', ' + unpriced if unpriced else ''})"


def seconds_text(seconds: float) -> str:
    """Return a duration as ``0.24 s``, ``12 s`` or ``3 min 05 s``."""
    if seconds < 10:
        return f"{seconds:.2g} s"
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"
