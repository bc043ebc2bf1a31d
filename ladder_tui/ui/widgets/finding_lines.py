"""A finding and a gate in full, as lines to read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ladder_tui.domain.verdict import GateResult
from ladder_tui.projections.findings import FindingRow
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, clean_lines
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.gate_list import gate_glyph
from ladder_tui.ui.widgets.run_cells import ago
from ladder_tui.ui.widgets.text_view import TextLine
from ladder_tui.ui.widgets.transcript_lines import severity_mark


def finding_lines(
    row: FindingRow, source: Sequence[tuple[int, str]], now: float, glyphs: Glyphs, look: Styles
) -> list[TextLine]:
    """What, where, the code around it, the quote, who said it, what was decided."""
    finding = row.finding
    letter, style = severity_mark(finding.severity, look)
    place = f"{clean_line(finding.path)}:{finding.line}"
    lines: list[TextLine] = [
        (f"{letter} {clean_line(finding.rule)}  {place}", style + look.strong.without_color),
    ]
    facts = [finding.severity, clean_line(finding.lens), clean_line(finding.symbol)]
    facts += ["changed line"] if finding.is_changed else []
    lines.append((f" {glyphs.dot} ".join(fact for fact in facts if fact), look.muted))
    lines += [("", look.plain), *((text, look.plain) for text in clean_lines(finding.message))]
    lines.append(("", look.plain))
    lines += _code(finding.line, source, glyphs, look)
    lines.append(("", look.plain))
    if finding.suggestion:
        lines += [("suggestion", look.heading)]
        lines += [(f"  {text}", look.plain) for text in clean_lines(finding.suggestion)]
        lines.append(("", look.plain))
    lines += [*_evidence(row, glyphs, look), *_decision(row, now, glyphs, look)]
    return lines


def _code(
    at: int, source: Sequence[tuple[int, str]], glyphs: Glyphs, look: Styles
) -> list[TextLine]:
    if not source:
        return [("The file cannot be shown: it is gone, too large or no text.", look.warning)]
    digits = len(str(source[-1][0]))
    lines: list[TextLine] = []
    for number, text in source:
        is_here = number == at
        mark = glyphs.cursor if is_here else " "
        drawn = f"{mark} {number:>{digits}}  {clean_line(text.rstrip())}"
        lines.append((drawn, look.strong if is_here else look.muted))
    return lines


def _evidence(row: FindingRow, glyphs: Glyphs, look: Styles) -> list[TextLine]:
    finding, merged = row.finding, row.merged
    lines: list[TextLine] = []
    if finding.source == "agent" or finding.quote:
        if finding.quote_state == "verified":
            lines.append((f"{glyphs.done} quote verified: it is in the file", look.success))
        else:
            lines.append(
                (f"{glyphs.degraded} quote unverified: it is not in the file", look.warning)
            )
            lines.append((f"  {clean_line(finding.quote)}", look.muted))
    said = ", ".join(clean_line(name) for name in merged.reporters)
    lines.append((f"said by {said}", look.plain))
    if merged.agents_total:
        agents = f"{merged.agreement} of {form.plural(merged.agents_total, 'agent')} "
        lines.append((agents + ("reports it" if merged.agreement == 1 else "agree"), look.plain))
    if merged.is_disputed:
        votes = ", ".join(f"{clean_line(n)} {s}" for n, s in merged.severities.items())
        lines.append((f"{glyphs.degraded} severity disputed: {votes}", look.warning))
    return lines


def _decision(row: FindingRow, now: float, glyphs: Glyphs, look: Styles) -> list[TextLine]:
    given = row.disposition
    if given is None or given.decision == "reopened":
        return []
    is_accepted = given.decision == "accepted"
    glyph = glyphs.done if is_accepted else glyphs.cancelled
    when = ago(now - given.decided_at)
    text = f"{glyph} {given.decision}, {when}" + (" ago" if when != "just now" else "")
    lines: list[TextLine] = [("", look.plain), (text, look.success if is_accepted else look.muted)]
    if given.reason:
        lines.append((f"  {clean_line(given.reason)}", look.plain))
    return lines


def gate_lines(result: GateResult, glyphs: Glyphs, look: Styles) -> list[TextLine]:
    """Verdict, scope, tool, and every file that was not looked at with its reason."""
    glyph, style = gate_glyph(result.verdict, glyphs, look)
    scope = f"{result.analysed:,} of {result.in_scope:,} {clean_line(result.unit)} analysed"
    lines: list[TextLine] = [
        (f"{glyph} {clean_line(result.gate)} {result.verdict}", style),
        (scope, look.plain),
    ]
    if result.reason:
        lines += [(text, look.plain) for text in clean_lines(result.reason)]
    found = form.plural(result.findings_count, "finding")
    if 0 < result.cap < result.findings_count:
        found += f", the worst {result.cap:,} kept"
    lines.append((found, look.plain))
    for label, value in (
        ("tool", result.tool),
        ("sandbox", result.sandbox),
        ("command", " ".join(result.command)),
    ):
        if value:
            lines.append((f"{label}: {clean_line(value)}", look.muted))
    if result.skipped_count or result.skipped:
        count = max(result.skipped_count, len(result.skipped))
        lines += [("", look.plain), (f"{count:,} skipped", look.warning)]
        lines += [
            (f"  {clean_line(s.path)}: {clean_line(s.reason)}", look.plain) for s in result.skipped
        ]
        if count > len(result.skipped):
            lines.append((f"  {glyphs.ellipsis} {count - len(result.skipped):,} more", look.muted))
    return lines
