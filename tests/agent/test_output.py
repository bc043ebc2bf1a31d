"""What an agent wrote: found, checked, made harmless."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder_tui.agent.output import agent_findings, clean_lines, parse_output
from ladder_tui.domain.finding import Finding
from tests.agent.world import SCHEMA, task


def found(root: Path, **item: Any) -> Finding:
    (one,) = agent_findings({"findings": [item]}, task(), root)
    return one


@pytest.mark.parametrize(
    "text",
    [
        '{"summary": "s", "findings": []}',
        'Here:\n```json\n{"summary": "s", "findings": []}\n```',
        'A dict like {"a": 1} or {x}. {"summary": "s", "findings": []} Done.',
    ],
)
def test_the_document_is_found(text: str) -> None:
    assert parse_output(text, SCHEMA) == ({"summary": "s", "findings": []}, [])


def test_of_documents_that_do_not_fit_the_longest_is_meant() -> None:
    document, problems = parse_output('{} and {"summary": "s"}', SCHEMA)
    assert document == {"summary": "s"}
    assert problems == ["document: 'findings' is a required property"]


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": NaN}', '{"a":' * 3000])
def test_nothing_usable_is_said(text: str) -> None:
    assert parse_output(text, SCHEMA) == (None, ["the reply holds no JSON object"])


def test_lone_surrogates_do_not_get_past() -> None:
    document, problems = parse_output('{"summary": "\\ud800", "findings": []}', SCHEMA)
    assert problems == []
    assert msgspec.json.encode(document)


@given(st.text(alphabet='{}[]":,\\ud80 1eNa-n', max_size=60))
def test_whatever_a_model_writes_can_be_stored(text: str) -> None:
    document, _ = parse_output(text, {"type": "object"})
    assert msgspec.json.encode(document)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("./a/../cart.py", "a/cart.py"),
        ("cart.py\x1b[2J", "cart.py"),
        (None, ""),
    ],
)
def test_no_path_leads_out(tmp_path: Path, path: str | None, shown: str) -> None:
    one = found(tmp_path, path=path, line=3, quote="root:x:0:0")
    assert (one.path, one.quote_state) == (shown, "unverified")


def test_an_absolute_path_inside_is_taken(tmp_path: Path) -> None:
    (tmp_path / "cart.py").write_text("total = sum(prices)\n")
    one = found(tmp_path, path=f"{tmp_path}/cart.py", line=1, quote="total = sum(prices)")
    assert (one.path, one.quote_state) == ("cart.py", "verified")


@pytest.mark.parametrize(
    ("line", "shown"), [(2.0, 2), ("2", 1), (True, 1), (-5, 1), (10**30, 2), (None, 1)]
)
def test_lines_are_lines_of_the_file(tmp_path: Path, line: Any, shown: int) -> None:
    (tmp_path / "cart.py").write_text("a = 1\nb = 2")
    assert found(tmp_path, path="cart.py", line=line, quote="not there at all").line == shown


def test_text_is_harmless_and_bounded(tmp_path: Path) -> None:
    bad = "\x1b[31mred\x1b]0;t\x07\r\n\u202e" + "x" * 5000
    one = found(tmp_path, path="a.py", rule=bad, message=bad, suggestion=bad, quote=bad)
    for text in (one.rule, one.message, one.suggestion, one.quote):
        assert not any(c in text for c in "\x1b\x07\r\u202e")
        assert len(text) <= 2000
    assert len(one.rule) <= 80


@pytest.mark.parametrize("items", [5, {"a": 1}, "text", [1, None, "x"], None])
def test_findings_of_a_wrong_shape_are_none(tmp_path: Path, items: Any) -> None:
    assert agent_findings({"findings": items}, task(), tmp_path) == []


def test_lines_and_indentation_are_kept() -> None:
    assert clean_lines("if a:\n\treturn\x07 b\n", 100) == "if a:\n    return  b"
