"""Order, groups and cap of findings."""

from __future__ import annotations

from ladder_tui.domain.finding import Finding, MergedFinding, QuoteState, Severity
from ladder_tui.gates.rank import cap, group_by_rule, rank


def merged(
    name: str,
    severity: Severity = "high",
    *,
    state: QuoteState = "verified",
    is_changed: bool = False,
    agreement: int = 1,
) -> MergedFinding:
    found = Finding(
        name, "security", "a.py", 1, severity, "m", "r", "agent", quote_state=state,
        is_changed=is_changed,
    )  # fmt: skip
    return MergedFinding(found, ("r",), agreement, 5, {"r": severity})


FINDINGS = [
    merged("low", "low"),
    merged("unverified", "critical", state="unverified"),
    merged("agreed", agreement=3),
    merged("alone"),
    merged("changed", "low", is_changed=True),
]


def rules(findings: list[MergedFinding]) -> list[str]:
    return [m.finding.rule for m in findings]


def test_changed_lines_come_first_only_with_a_base() -> None:
    assert rules(rank(FINDINGS, has_base=True)) == [
        "changed", "agreed", "alone", "unverified", "low",
    ]  # fmt: skip
    assert rules(rank(FINDINGS, has_base=False)) == [
        "agreed", "alone", "unverified", "changed", "low",
    ]  # fmt: skip


def test_the_cap_tells_what_it_left_out() -> None:
    capped = cap(rank(FINDINGS, has_base=False), 2)
    assert (rules(list(capped.kept)), capped.dropped) == (["agreed", "alone"], 3)
    assert cap(FINDINGS).dropped == 0


def test_groups_follow_their_first_finding() -> None:
    groups = group_by_rule([merged("b"), merged("a"), merged("b")])
    assert [(g.rule, len(g.findings)) for g in groups] == [("b", 2), ("a", 1)]
