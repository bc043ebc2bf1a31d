"""What a run came to: agents, findings, gates, totals, the verdict, and where to look next."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ladder_tui.cli.escalation import print_escalations
from ladder_tui.cli.result import print_result
from ladder_tui.cli.terminal import Part, Printer
from ladder_tui.cli.wording import (
    agreement,
    cost_text,
    marks,
    place,
    severity_counts,
    severity_part,
    state_part,
    usage_text,
)
from ladder_tui.domain.finding import SEVERITIES, MergedFinding
from ladder_tui.domain.run import RunSummary
from ladder_tui.domain.verdict import GateResult
from ladder_tui.projections.run_view import RunView
from ladder_tui.ui.format import elapsed, money, plural, tokens
from ladder_tui.ui.text import clean_line

SHOWN_FINDINGS = 10
_BAD_STATES = frozenset({"failed", "budget", "cancelled"})


def print_agents(printer: Printer, view: RunView) -> None:
    """One row per agent."""
    rows: list[list[Part]] = []
    for card in view.agents.values():
        text = card.reason if card.state in _BAD_STATES else card.summary
        kind = f"{card.failure}: " if card.failure else ""
        rows.append(
            [
                card.name,
                state_part(printer.glyphs, card.state),
                str(card.findings),
                tokens(card.usage.context_tokens),
                tokens(card.usage.output_tokens),
                money(card.cost),
                str(card.lost_attempts or ""),
                elapsed(card.elapsed_s(view.last_at)),
                kind + clean_line(text),
            ]
        )
    header = ["agent", "state", "findings", "in", "out", "$", "lost", "time", "summary"]
    printer.table(header, rows, right={2, 3, 4, 5, 6, 7})


def print_findings(
    printer: Printer, findings: Sequence[MergedFinding], *, has_fingerprints: bool
) -> None:
    """Findings, one a row."""
    rows: list[list[Part]] = []
    for merged in findings:
        finding = merged.finding
        rows.append(
            [
                severity_part(finding),
                finding.lens,
                place(finding),
                finding.rule,
                (finding.fingerprint[:10] if has_fingerprints else "", "dim"),
                agreement(merged),
                (marks(finding), "warn"),
                finding.message,
            ]
        )
    header = ["", "lens", "place", "rule", "fingerprint", "said by", "", "message"]
    printer.table(header, rows)


def print_gates(printer: Printer, gates: Sequence[GateResult]) -> None:
    """One row per gate with what it looked at."""
    rows: list[list[Part]] = [
        [
            result.gate,
            state_part(printer.glyphs, result.verdict),
            f"{result.analysed}/{result.in_scope} {result.unit}",
            str(result.findings_count),
            elapsed(result.elapsed_s),
            result.reason,
        ]
        for result in gates
    ]
    printer.table(["gate", "verdict", "analysed", "findings", "time", "why"], rows, right={3, 4})


def print_ending(
    printer: Printer, summary: RunSummary, view: RunView, dismissed: Collection[str]
) -> None:
    """Everything about a run that has ended, the verdict and the next step last."""
    merged = view.merged
    findings = merged.findings if merged is not None else _unmerged(view)
    if findings:
        open_findings = [m for m in findings if m.finding.fingerprint not in dismissed]
        printer.line((_heading(view, open_findings, len(findings)), "strong"))
        print_findings(printer, open_findings[:SHOWN_FINDINGS], has_fingerprints=False)
        more = len(open_findings) - SHOWN_FINDINGS
        if more > 0:
            printer.line((f"… {more} more: ladder findings list {summary.number}", "dim"))
        if merged is not None and merged.dropped:
            printer.line((f"{merged.dropped} of the least are over the cap, left out", "dim"))
        printer.line()
    gates = [result for _, result in view.gates]
    if gates:
        print_gates(printer, gates)
        printer.line()
    _print_decisions(printer, view)
    print_result(printer, view.output)
    print_escalations(printer, view, dismissed)
    _print_missing(printer, view)
    _print_verdict(printer, summary, view)


def print_next(printer: Printer, summary: RunSummary, view: RunView) -> None:
    """Where to look next: at what agents changed and nobody decided about, before the rest."""
    number = summary.number
    words = [f"ladder runs show {number}", f"ladder runs export {number} -o report.md"]
    if any(card.files and card.decision is None for card in view.agents.values()):
        words.insert(0, f"ladder runs changes {number}")
    if summary.state in ("cancelled", "budget", "error", "interrupted"):
        words.insert(0, f"ladder runs resume {number}")
    printer.line(("next: ", "dim"), "  |  ".join(words))


def _print_decisions(printer: Printer, view: RunView) -> None:
    """One row per aggregate that decided, with who said otherwise; a list decides nothing."""
    rows: list[list[Part]] = []
    for step_id, event in view.aggregated.items():
        if event.rule in ("union-dedup", "concat"):
            continue
        votes = ", ".join(f"{clean_line(name)} {count}" for name, count in event.votes.items())
        rows.append(
            [
                step_id,
                event.rule,
                event.winner or ("" if event.outcome is None else "decided"),
                votes,
                ", ".join(map(clean_line, event.dissent)),
                ", ".join(map(clean_line, event.missing)),
                clean_line(event.reason),
            ]
        )
    if rows:
        header = ["aggregate", "rule", "chosen", "votes", "against", "missing", "why"]
        printer.table(header, rows)
        printer.line()


def _unmerged(view: RunView) -> Sequence[MergedFinding]:
    """What agents reported in a run that did not get as far as merging, worst first."""
    ranked = sorted(view.findings, key=lambda finding: SEVERITIES.index(finding.severity))
    agents = len(view.agents)
    return [MergedFinding(f, (f.reporter,), 1, agents, {f.reporter: f.severity}) for f in ranked]


def _heading(view: RunView, findings: Sequence[MergedFinding], total: int) -> str:
    merged = view.merged
    reviewed = "not merged, " if view.is_final else "not merged yet, "
    if merged is not None:
        reviewed = f"{merged.slots_ok} of {merged.slots_total} reviewed, "
    counts = severity_counts(findings)
    tail = f" ({counts})" if counts else ""
    dismissed = total - len(findings)
    gone = f", {dismissed} dismissed before" if dismissed else ""
    return f"{reviewed}{plural(len(findings), 'finding')}{tail}{gone}"


def _print_missing(printer: Printer, view: RunView) -> None:
    for card in view.agents.values():
        if card.state in _BAD_STATES:
            reason = clean_line(": ".join(t for t in (card.failure, card.reason) if t))
            printer.line((f"{card.name} {card.state}", "warn"), f" {reason}".rstrip())
    if any(card.is_evidence_only for card in view.agents.values()):
        printer.line(("the model only summarised: findings are those of the evidence tools", "dim"))


def _print_verdict(printer: Printer, summary: RunSummary, view: RunView) -> None:
    done = sum(card.state == "done" for card in view.agents.values())
    seconds = view.last_at - (view.started_at or view.last_at)
    parts: list[Part] = [
        (f"{summary.workflow} #{summary.number}", "strong"),
        f"  {done} of {plural(len(view.agents), 'agent')} done, {usage_text(view.usage)}, ",
        (cost_text(view.cost), "money"),
        f", {elapsed(seconds)}",
    ]
    if view.lost_attempts:
        parts.append(f", {plural(view.lost_attempts, 'attempt')} lost and charged")
    printer.line(*parts)
    reason = f": {view.reason}" if view.reason else ""
    if summary.state == "done":
        name = summary.verdict
        warning = "warning, " if name == "degraded" else ""
        printer.line(warning, state_part(printer.glyphs, name), reason)
    else:
        printer.line(state_part(printer.glyphs, summary.state), reason)
