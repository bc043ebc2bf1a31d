"""Fingerprints: stable where the finding is the same, different where it is another one."""

from __future__ import annotations

from collections import Counter
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.domain.finding import Finding
from ladder_tui.gates.fingerprint import LENGTH, fingerprint, stamp

RULES = st.sampled_from(["S602", "S608", "C901"])
PATHS = st.sampled_from(["a.py", "b/c.py"])
SYMBOLS = st.sampled_from(["", "Shop.sell"])
QUOTES = st.sampled_from(["run(x)", "run( x )", "call(y)"])


def finding(rule: str, path: str, symbol: str, quote: str, line: int) -> Finding:
    return Finding(
        rule, "security", path, line, "high", "message", "gate", "evidence", symbol=symbol,
        quote=quote,
    )  # fmt: skip


FINDINGS = st.lists(
    st.builds(finding, RULES, PATHS, SYMBOLS, QUOTES, st.integers(1, 50)), max_size=20
)


def prints(findings: list[Finding]) -> Counter[str]:
    return Counter(f.fingerprint for f in stamp(findings))


@settings(deadline=None)
@given(FINDINGS)
def test_all_fingerprints_of_a_result_differ(findings: list[Finding]) -> None:
    assert all(count == 1 for count in prints(findings).values())


@settings(deadline=None)
@given(FINDINGS, st.randoms(use_true_random=False), st.integers(0, 500))
def test_order_and_moved_lines_do_not_matter(
    findings: list[Finding], random: Random, shift: int
) -> None:
    moved = [msgspec.structs.replace(f, line=f.line + shift) for f in findings]
    random.shuffle(moved)
    assert prints(moved) == prints(findings)


@settings(deadline=None)
@given(FINDINGS, st.data())
def test_removing_one_of_a_multiset_removes_one_fingerprint(
    findings: list[Finding], data: st.DataObject
) -> None:
    if not findings:
        return
    gone = data.draw(st.integers(0, len(findings) - 1))
    left = findings[:gone] + findings[gone + 1 :]
    assert prints(left) <= prints(findings)


def test_each_part_counts_and_whitespace_does_not() -> None:
    base = fingerprint("S602", "a.py", "f", "run(x, shell=True)")
    assert len(base) == LENGTH
    assert fingerprint("S602", "a.py", "f", "run( x,\tshell=True )") == base
    others = {
        fingerprint("S603", "a.py", "f", "run(x, shell=True)"),
        fingerprint("S602", "b.py", "f", "run(x, shell=True)"),
        fingerprint("S602", "a.py", "g", "run(x, shell=True)"),
        fingerprint("S602", "a.py", "f", "run(y, shell=True)"),
        fingerprint("S602", "a.py", "f", "run(x, shell=True)", 1),
        fingerprint("S602", "a.pyf", "", "run(x, shell=True)"),
    }
    assert len(others) == 6
    assert base not in others


def test_a_renamed_file_keeps_its_fingerprints() -> None:
    before = finding("S602", "old/a.py", "f", "run(x)", 3)
    after = finding("S602", "new/a.py", "f", "run(x)", 3)
    moved = stamp([after], renames={"new/a.py": "old/a.py"})
    assert moved[0].fingerprint == stamp([before])[0].fingerprint
    assert moved[0].path == "new/a.py"
    assert stamp([after])[0].fingerprint != moved[0].fingerprint


def test_lone_surrogates_are_no_error() -> None:
    assert len(fingerprint("r", "a\udce9.py", "", "x")) == LENGTH
