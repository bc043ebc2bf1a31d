"""Whether a finished run failed: only by what its workflow's ``fail_on`` names."""

from __future__ import annotations

import hashlib

import msgspec

from ladder_tui.domain.finding import SEVERITIES, Finding
from ladder_tui.domain.run import RunVerdict
from ladder_tui.workflow.port import RunStateData

_encode = msgspec.json.Encoder(order="deterministic").encode


def run_verdict(state: RunStateData, dismissed: frozenset[str]) -> tuple[RunVerdict, str]:
    """Return the verdict and its reason.

    ``fail`` when ``fail_on`` matches; else ``degraded`` when an agent's slot is empty or a gate
    did not see everything, or nothing was looked at; else ``pass``. Dismissed fingerprints do not
    count.
    """
    failures = [*_finding_failures(state, dismissed), *_other_failures(state)]
    if failures:
        return "fail", "; ".join(failures)
    weak = _weaknesses(state)
    if weak:
        return "degraded", "; ".join(weak)
    return "pass", ""


def _finding_failures(state: RunStateData, dismissed: frozenset[str]) -> list[str]:
    rule = state.spec.workflow.fail_on
    if rule.severity is None:
        return []
    worst = SEVERITIES.index(rule.severity)

    def counts(finding: Finding) -> bool:
        return (
            SEVERITIES.index(finding.severity) <= worst
            and (finding.quote_state == "verified" or not rule.verified)
            and (finding.is_changed or not (rule.changed and state.spec.base_commit))
            and finding.fingerprint not in dismissed
        )

    count = sum(map(counts, state.findings))
    if not count:
        return []
    where = " on changed lines" if rule.changed and state.spec.base_commit else ""
    noun = "finding" if count == 1 else "findings"
    return [f"{count} {noun} of severity {rule.severity} or worse{where}"]


def _other_failures(state: RunStateData) -> list[str]:
    rule = state.spec.workflow.fail_on
    failures = []
    if rule.agents:
        failures += [
            f"{slot.name} failed ({slot.failure})"
            for slots in state.slots.values()
            for slot in slots
            if not slot.is_ok
        ]
    failures += [
        f"gate {result.gate}: {result.verdict}"
        for result in state.gates.values()
        if result.verdict in rule.gates
    ]
    failures += [f"fail_on: {state.failed_when}"] if state.failed_when else []
    return failures


def _weaknesses(state: RunStateData) -> list[str]:
    weak = []
    if not (state.gates or state.products or any(state.slots.values())):
        weak.append("nothing was looked at")
    weak += [f"step {step_id} failed: {reason}" for step_id, reason in state.lost.items()]
    for slots in state.slots.values():
        lost = [slot.name for slot in slots if not slot.is_ok]
        if lost:
            weak.append(f"{len(slots) - len(lost)} of {len(slots)} done, without {', '.join(lost)}")
    gates = [r for r in state.evidence if r.verdict in ("degraded", "error")]
    gates += [r for r in state.gates.values() if r.verdict in ("degraded", "error")]
    if gates:
        weak.append("not everything was looked at: " + ", ".join(sorted({r.gate for r in gates})))
    return weak


def output_digest(state: RunStateData) -> str:
    """SHA-256 over the results without times and money: equal for equal results."""
    # By id: side by side, steps of nested workflows end in any order.
    slots = [slots for _, slots in sorted(state.slots.items())]
    gates = [r for group in slots for slot in group for r in slot.evidence]
    gates += [result for _, result in sorted(state.gates.items())]
    content = (
        [
            (slot.agent_id, slot.state, slot.failure, slot.summary, slot.output)
            for group in slots
            for slot in group
        ],
        [merged for _, merged in sorted(state.merged.items())],
        [(r.gate, r.verdict, r.in_scope, r.analysed, r.findings_count) for r in gates],
        sorted(state.products.items()),
        sorted(state.lost),
    )
    return hashlib.sha256(_encode(content)).hexdigest()
