"""A run as SARIF 2.1.0 (OASIS standard, 27 March 2020; section numbers below are its own).

One run of one tool: merging has joined what several reporters said, so a result names them in
its properties. Paths are relative URIs to ``SRCROOT``, which is left open on purpose (§3.14.14):
a report must not tell where the repository lies on a machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from ladder_tui import __version__
from ladder_tui.domain.finding import Disposition, Severity
from ladder_tui.domain.run import RunSpec
from ladder_tui.gates.fingerprint import SCHEME
from ladder_tui.gates.printable import clean
from ladder_tui.insight.report_content import build_report
from ladder_tui.insight.report_document import Report, ReportFinding, ReportGate
from ladder_tui.projections.run_view import RunView

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "SRCROOT"
LEVELS: dict[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
}
RANKS: dict[Severity, float] = {"critical": 95.0, "high": 75.0, "medium": 50.0, "low": 20.0}
"""§3.27.25: 0 to 100; SARIF has no severities of its own, and its levels know no critical."""

GATE_LEVELS = {"degraded": "warning", "error": "error"}
TEXT_LIMIT = 4_000

Json = dict[str, Any]


def render_sarif(
    view: RunView, spec: RunSpec, dispositions: Mapping[str, Disposition] | None = None
) -> str:
    """Return the report as indented SARIF.

    Dismissed findings are suppressed results with the reason as justification. With a base, each
    result has a ``baselineState``: ``new`` on a changed line nobody decided about, else
    ``unchanged``.
    """
    report = build_report(view, spec, dispositions)
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _run(report: Report) -> Json:
    rules = {rule: i for i, rule in enumerate(dict.fromkeys(f.rule for f in report.findings))}
    lenses = {f.rule: f.lens for f in reversed(report.findings)}
    extensions = sorted({gate.tool for gate in report.gates if gate.tool})
    return {
        "tool": {
            "driver": {
                "name": "Ladder",
                "version": __version__,
                "rules": [_rule(rule, lenses[rule]) for rule in rules],
            },
            "extensions": [_extension(tool) for tool in extensions],
        },
        "automationDetails": {"id": f"{_text(report.workflow)}/{_text(report.run_id)}"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_result(found, rules[found.rule], report) for found in report.findings],
        "properties": {
            "verdict": report.verdict,
            "agentsOk": report.agents_ok,
            "agentsTotal": report.agents_total,
            "droppedFindings": report.dropped,
            "tokens": msgspec.to_builtins(report.tokens),
            "cost": msgspec.to_builtins(report.cost),
        },
    }


def _rule(rule: str, lens: str) -> Json:
    made: Json = {"id": _text(rule) or "unnamed"}
    if lens:
        made["properties"] = {"tags": [_text(lens)]}
    return made


def _extension(tool: str) -> Json:
    name, _, version = tool.partition(" ")
    return {"name": _text(name), **({"version": _text(version)} if version else {})}


def _invocation(report: Report) -> Json:
    made: Json = {"executionSuccessful": report.state == "done"}
    for key, at in (("startTimeUtc", report.started_at), ("endTimeUtc", report.finished_at)):
        if at is not None:
            made[key] = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    notes = [_gate_note(gate) for gate in report.gates if gate.verdict in GATE_LEVELS]
    notes += [
        {
            "descriptor": {"id": "agent-missing"},
            "level": "error",
            "message": {"text": f"{_text(agent.name)} is missing: {_text(agent.reason)}"},
        }
        for agent in report.agents
        if agent.state in ("failed", "budget", "cancelled")
    ]
    if notes:
        made["toolExecutionNotifications"] = notes
    return made


def _gate_note(gate: ReportGate) -> Json:
    looked = f"{gate.analysed} of {gate.in_scope} {gate.unit} analysed"
    return {
        "descriptor": {"id": f"gate-{gate.verdict}"},
        "level": GATE_LEVELS[gate.verdict],
        "message": {"text": f"{gate.gate}: {looked}: {_text(gate.reason)}"},
    }


def _result(found: ReportFinding, index: int, report: Report) -> Json:
    made: Json = {
        "ruleId": _text(found.rule) or "unnamed",
        "ruleIndex": index,
        "level": LEVELS[found.severity],
        "rank": RANKS[found.severity],
        "message": {"text": _text(found.message) or _text(found.rule) or "no message"},
        "locations": [_location(found)],
        "properties": {
            "severity": found.severity,
            "lens": found.lens,
            "reporters": list(found.reporters),
            "source": found.source,
            "agreement": found.agreement,
            "agentsTotal": found.agents_total,
            "severities": found.severities,
            "isDisputed": found.is_disputed,
            "quoteState": found.quote_state,
            "isChanged": found.is_changed,
        },
    }
    if found.fingerprint:
        made["partialFingerprints"] = {SCHEME: found.fingerprint}
    if found.suggestion:
        made["properties"]["suggestion"] = _text(found.suggestion)
    if report.base_commit:
        is_new = found.is_changed and found.decision == "open"
        made["baselineState"] = "new" if is_new else "unchanged"
    if found.decision == "dismissed":
        reason = _text(found.decision_reason)
        suppression: Json = {"kind": "external", "status": "accepted"}
        made["suppressions"] = [suppression | ({"justification": reason} if reason else {})]
    return made


def _location(found: ReportFinding) -> Json:
    region: Json = {"startLine": max(1, found.line)}
    if found.quote:
        region["snippet"] = {"text": _text(found.quote)}
    place: Json = {
        "physicalLocation": {
            "artifactLocation": {"uri": to_uri(found.path), "uriBaseId": ROOT},
            "region": region,
        }
    }
    if found.symbol:
        place["logicalLocations"] = [{"fullyQualifiedName": _text(found.symbol)}]
    return place


def to_uri(path: str) -> str:
    """Return a relative POSIX path as a relative URI reference (RFC 3986).

    Everything but unreserved characters and slashes is percent-encoded, so a name can neither
    look like a scheme nor hold a line end.
    """
    return quote(path, safe="/", errors="surrogatepass")


def _text(text: str) -> str:
    return clean(text, TEXT_LIMIT)
