"""Test reports are untrusted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ladder_tui.gates.gate import GateError
from ladder_tui.gates.junit import parse_report, read_report

REPORT = b"""<?xml version="1.0"?><testsuites><testsuite>
<testcase classname="t.T" name="a" file="t.py" line="4"/>
<testcase classname="t" name="b" file="t.py" line="9"><failure message="assert 1 == 2">
t.py:11: in test
lib.py:3: AssertionError
t.py:12: AssertionError</failure><error message="later">x</error></testcase>
<testcase classname="t" name="c" file="t.py" line="x"><skipped type="pytest.skip" message="why"/>
</testcase>
<testcase classname="t" name="d"><skipped type="pytest.xfail" message=""/></testcase>
<testcase classname="" name="e" file="u.py"><error message="boom"/></testcase>
</testsuite></testsuites>"""


def test_outcomes_and_places() -> None:
    cases = parse_report(REPORT)
    assert [(c.name, c.outcome, c.file, c.failing_line) for c in cases] == [
        ("t.T::a", "passed", "t.py", 5),
        ("t::b", "failed", "t.py", 12),
        ("t::c", "skipped", "t.py", 0),
        ("t::d", "passed", "", 0),
        ("e", "error", "u.py", 0),
    ]
    assert cases[1].message == "assert 1 == 2"


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no XML"),
        (b"<testsuites>", "no XML"),
        (LAUGHS, "document type"),
        (LAUGHS.decode().encode("utf-16"), "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "document type"),
        (b"<x>&undefined;</x>", "no XML"),
    ],
)
def test_anything_else_is_an_error(data: bytes, reason: str) -> None:
    with pytest.raises(GateError, match=reason):
        parse_report(data)


def test_a_report_must_be_a_file_of_sane_size(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="left no report"):
        read_report(tmp_path / "missing.xml")
    (tmp_path / "link.xml").symlink_to("/etc/passwd")
    with pytest.raises(GateError, match="left no report"):
        read_report(tmp_path / "link.xml")
    os.mkfifo(tmp_path / "pipe.xml")
    with pytest.raises(GateError, match="left no report"):
        read_report(tmp_path / "pipe.xml")
    with (tmp_path / "huge.xml").open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(GateError, match="larger than 32 MB"):
        read_report(tmp_path / "huge.xml")
