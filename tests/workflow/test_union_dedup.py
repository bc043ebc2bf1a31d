"""Laws of the union: order does not matter, nothing is lost, nothing is said twice."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.finding import SEVERITIES, Finding
from ladder_tui.workflow.union_dedup import capped, union_dedup
from tests.workflow.build import STEP, finding, slot

NAMES = ("security", "performance", "tests")


def findings_of(name: str) -> st.SearchStrategy[Finding]:
    return st.builds(
        finding,
        rule=st.sampled_from(["a", "b"]),
        line=st.integers(1, 2),
        severity=st.sampled_from(SEVERITIES),
        reporter=st.sampled_from([name, "ruff"]),
        lens=st.sampled_from(["security", "tests"]),
        path=st.sampled_from(["x.py", "y.py"]),
        is_evidence=st.booleans(),
        quote_state=st.sampled_from(["verified", "unverified"]),
        message=st.sampled_from(["m", "n"]),
        fingerprint=st.sampled_from(["f", "g"]),
    ).map(lambda f: msgspec.structs.replace(f, reporter="ruff" if f.source == "evidence" else name))


def slots_of(name: str) -> st.SearchStrategy[AgentOutcome]:
    return st.lists(findings_of(name), max_size=5).flatmap(
        lambda found: st.sampled_from(
            [slot(name, *found), slot(name, *found, state="failed", failure="crash")]
        )
    )


SLOTS = st.tuples(*(slots_of(name) for name in NAMES))


@given(SLOTS, st.permutations(range(3)))
def test_the_order_of_slots_is_irrelevant(
    slots: tuple[AgentOutcome, ...], order: list[int]
) -> None:
    assert union_dedup(STEP, slots) == union_dedup(STEP, [slots[i] for i in order])


@given(SLOTS, st.integers(0, 2))
def test_a_slot_delivered_twice_changes_counts_only(
    slots: tuple[AgentOutcome, ...], index: int
) -> None:
    def bare(found: list[AgentOutcome]) -> list[bytes]:
        merged = union_dedup(STEP, found).findings
        return [msgspec.json.encode(msgspec.structs.replace(m, agents_total=0)) for m in merged]

    assert bare([*slots, slots[index]]) == bare(list(slots))


@given(SLOTS)
def test_every_problem_and_every_reporter_is_kept(slots: tuple[AgentOutcome, ...]) -> None:
    merged = union_dedup(STEP, slots)
    given_ = [f for s in slots for f in s.findings]
    places = {(f.lens, f.path, f.line, f.quote_state) for f in given_}
    kept = {
        (m.finding.lens, m.finding.path, m.finding.line, m.finding.quote_state)
        for m in merged.findings
    }
    assert kept == places
    assert {f.reporter for f in given_} == {r for m in merged.findings for r in m.reporters}
    assert merged.reported == len(given_)
    assert all(m.finding in given_ for m in merged.findings)
    assert merged.disputed == sum(m.is_disputed for m in merged.findings)
    assert merged.slots_ok + len(merged.missing) == merged.slots_total == 3


def test_agreement_and_dispute() -> None:
    merged = union_dedup(
        STEP,
        [
            slot("one", finding("sql", severity="high", reporter="one")),
            slot("two", finding("injection", severity="low", reporter="two")),
            slot("three", state="failed", failure="timeout"),
        ],
    )
    (only,) = merged.findings
    assert only.finding.severity == "high"
    assert only.severities == {"one": "high", "two": "low"}
    assert (only.agreement, only.agents_total, only.is_disputed) == (2, 3, True)
    assert (merged.slots_ok, merged.missing) == (2, ("three",))


def test_two_problems_of_one_agent_on_a_line_stay_two() -> None:
    merged = union_dedup(STEP, [slot("one", finding("sql"), finding("secret"))])
    assert {m.finding.rule for m in merged.findings} == {"sql", "secret"}


def test_two_rules_of_a_tool_on_a_line_stay_two_and_a_like_named_one_joins() -> None:
    tool = [finding(rule, reporter="ruff", is_evidence=True) for rule in ("S602", "S607")]
    merged = union_dedup(STEP, [slot("one", *tool, finding("S602", reporter="one"))])
    assert {m.finding.rule: m.reporters for m in merged.findings} == {
        "S602": ("one", "ruff"),
        "S607": ("ruff",),
    }


def test_an_unproven_place_joins_no_proven_one() -> None:
    false = finding("invented", severity="critical", reporter="one", quote_state="unverified")
    merged = union_dedup(
        STEP, [slot("one", false, finding("S602", reporter="ruff", is_evidence=True))]
    )
    assert {m.finding.rule for m in merged.findings} == {"invented", "S602"}
    assert not any(m.is_disputed for m in merged.findings)


def test_the_cap_is_disclosed() -> None:
    whole = union_dedup(STEP, [slot("one", *(finding(line=n) for n in range(1, 12)))])
    cut = capped(whole, 4)
    assert (len(cut.findings), cut.dropped) == (4, 7)
    assert cut.findings == whole.findings[:4]
    assert capped(whole, 50) == whole


def test_a_tool_that_many_agents_start_from_saw_it_once() -> None:
    seen = finding(is_evidence=True, reporter="ruff-security")
    (only,) = union_dedup(STEP, [slot(name, seen) for name in "abc"]).findings
    assert (only.agreement, only.agents_total) == (1, 3)
    own = finding(reporter="b")
    (only,) = union_dedup(STEP, [slot("a", seen), slot("b", own)]).findings
    assert only.agreement == 2
    (only,) = union_dedup(STEP, [slot("a", seen), slot("b", seen, own)]).findings
    assert only.agreement == 1
