"""The verdict follows from what was looked at, and caps spread over files."""

from __future__ import annotations

import pytest

from ladder_tui.gates.outcome import Counted, RawFinding, spread, verdict_of
from ladder_tui.gates.printable import clean


@pytest.mark.parametrize(
    ("in_scope", "analysed", "findings", "is_partial", "verdict"),
    [
        (3, 3, 0, False, "pass"),
        (3, 3, 1, False, "fail"),
        (3, 2, 1, False, "fail"),
        (3, 2, 0, False, "degraded"),
        (0, 0, 0, False, "degraded"),
        (3, 3, 0, True, "degraded"),
    ],
)
def test_verdict(
    in_scope: int, analysed: int, findings: int, is_partial: bool, verdict: str
) -> None:
    counted = Counted("files", in_scope, analysed)
    assert verdict_of(counted, findings, is_partial=is_partial) == verdict


def test_the_cap_keeps_the_worst_and_takes_turns_over_files() -> None:
    many = [RawFinding("R", "a.py", n, "low", "m") for n in range(1, 6)]
    others = [RawFinding("R", "b.py", 1, "low", "m"), RawFinding("R", "z.py", 9, "high", "m")]
    kept = spread([*many, *others], 4)
    assert [(f.path, f.line) for f in kept] == [
        ("z.py", 9), ("a.py", 1), ("b.py", 1), ("a.py", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("a\x1b[31mred\x1b[0m", "a red"),
        ("two\nlines\r\n", "two lines"),
        ("bell\x07 \x9b2J", "bell"),
        ("a\x1b]52;c;evil\x07b", "a b"),
        ("right\u202eleft", "right left"),
        ("lone \udce9", "lone"),
        ("a" * 20, "aaaaaaaaa…"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text, 10) == cleaned
