"""How states, verdicts, findings and totals of a run read in lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ladder_tui.cli.terminal import Part
from ladder_tui.domain.event import AgentState
from ladder_tui.domain.finding import SEVERITIES, Finding, MergedFinding
from ladder_tui.domain.run import RunState, RunVerdict
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateVerdict
from ladder_tui.ui import format as shown
from ladder_tui.ui.glyphs import Glyphs

_STATE_STYLES: Mapping[str, str] = {
    "running": "busy",
    "done": "good",
    "pass": "good",
    "ok": "good",
    "failed": "bad",
    "fail": "bad",
    "error": "bad",
    "missing": "bad",
    "budget": "bad",
    "degraded": "warn",
    "interrupted": "warn",
    "paused": "dim",
    "queued": "dim",
    "cancelled": "dim",
    "none": "dim",
}
_SEVERITY_STYLES = {"critical": "bad", "high": "bad", "medium": "warn", "low": "dim"}


def state_glyph(glyphs: Glyphs, state: str) -> str:
    """The glyph of a state of an agent or a run, of a verdict or of a check."""
    return {
        "running": glyphs.running,
        "done": glyphs.done,
        "pass": glyphs.done,
        "ok": glyphs.done,
        "failed": glyphs.failed,
        "fail": glyphs.failed,
        "error": glyphs.failed,
        "missing": glyphs.failed,
        "budget": glyphs.failed,
        "degraded": glyphs.degraded,
        "interrupted": glyphs.stalled,
        "paused": glyphs.paused,
        "queued": glyphs.queued,
        "cancelled": glyphs.cancelled,
    }.get(state, glyphs.queued)


def state_part(
    glyphs: Glyphs, state: AgentState | RunState | RunVerdict | GateVerdict | str
) -> Part:
    """A state with its glyph, coloured where the terminal has colours."""
    return f"{state_glyph(glyphs, state)} {state}", _STATE_STYLES.get(state, "")


def severity_part(finding: Finding) -> Part:
    """The severity as its letter: C, H, M or L."""
    return finding.severity[0].upper(), _SEVERITY_STYLES[finding.severity]


def severity_counts(findings: Sequence[MergedFinding]) -> str:
    """``2 high, 9 medium``: worst first, empty for no findings."""
    counts = Counter(merged.finding.severity for merged in findings)
    return ", ".join(f"{counts[name]} {name}" for name in SEVERITIES if counts[name])


def place(finding: Finding) -> str:
    """``path:line``, or the path alone where no line applies."""
    return f"{finding.path}:{finding.line}" if finding.line else finding.path


def agreement(merged: MergedFinding) -> str:
    """Who said it: how many agents agree, or the one agent; empty where it was a tool alone."""
    if merged.agreement > 1:
        return f"{merged.agreement} of {merged.agents_total} agree"
    return merged.finding.reporter if merged.finding.source == "agent" else ""


def marks(finding: Finding) -> str:
    """What a reader should know about a finding beside its text."""
    notes = ["changed"] if finding.is_changed else []
    if finding.quote_state == "unverified":
        notes.append("unverified")
    return ", ".join(notes)


def usage_text(usage: Usage) -> str:
    """Tokens in, out and read from the cache, with the mark of an estimate."""
    is_estimated = usage.is_estimated
    read = usage.input_tokens + usage.cache_creation_input_tokens
    parts = [
        f"{shown.tokens(read, is_estimated=is_estimated)} in",
        f"{shown.tokens(usage.output_tokens, is_estimated=is_estimated)} out",
    ]
    if usage.cache_read_input_tokens:
        parts.append(f"{shown.tokens(usage.cache_read_input_tokens)} cached")
    return ", ".join(parts)


def cost_text(cost: Cost) -> str:
    """Dollars with their marks."""
    return shown.money(cost, has_sign=True)
