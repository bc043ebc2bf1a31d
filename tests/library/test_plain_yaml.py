"""The fast reader says what the whole YAML reader says, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.library.plain_yaml import read_plain
from ladder_tui.library.yaml_document import parse_yaml

HEADERS = [
    "name: pdf-forms\ndescription: Fills forms, quickly. Use for 3 - 4 forms (all)!",
    "name: x\nmetadata:\n  author: me\n  version: 1.0\n  tags:\n    - a\n    - 'b c'\nmodel: opus",
    "a: |\n  one\n  two\nb: >-\n  three\n  four\nc: >\n    five\n    six",
    "tools: [Read, Grep]\nempty: []\nn: ~\nb: true\nx: no\nt: 1:30\nv: \"q: x\"\nw: 'a # b'",
    "a:\nb:   \nc: 0x10\nd: 010\ne: .5\nf: 1e3\ng: null\nh: über – gut",
]


@pytest.mark.parametrize("header", HEADERS)
def test_usual_headers_are_read(header: str) -> None:
    plain = read_plain(header)
    assert plain is not None
    document = parse_yaml(header)
    assert document.faults == ()
    assert plain[0] == document.value
    assert plain[1] == {key: document.place((key,)).line - 1 for key in document.value}


@pytest.mark.parametrize(
    "header",
    [
        "a: b: c", "a: &x b", "a: *x", "a: !!str b", "a: 1\na: 2", "\ta: b", "a:\tb", "a: b\x85c",
        "a: 'it''s'", 'a: "\\n"', "a: b # c", "- a", "a", "? a", "a: {b: c}", "a: [b, [c]]",
        "a: |\n  b\n\n  c", "a: |+\n  b", "a: >\n  b\n   c", "a: b\n  c", "a:\n  b: 1\n c: 2",
        "a:\n  - b: 1", "a:\n- b", "a: @b", "# c\na: b", "a: b\n\nc: d", "a:\n   \nb: c", "a: b:",
        "a:\n  - b\n - c", "a:\n  - \n  - b", "a: \u2028b", "a:\n  b: 1\n    c: 2", "a: %b",
        "...", "%YAML 1.2", "",
    ],
)  # fmt: skip
def test_the_rest_is_left_to_the_whole_reader(header: str) -> None:
    assert read_plain(header) is None


_PIECES = st.sampled_from(
    ["a", "b: ", "- ", "\n", "  ", "    ", ": ", ":", " #", "|", ">", ">-", "|-", '"', "'", "[",
     "]", ", ", "x", "1", "1.0", "~", "true", "é", "\n  ", "\n- ", "key: ", "\nkey: ",
     "\nlist:\n  - ", "\nmap:\n  k: v\n", "---", "...", "\xa0", "\u2028", "\ufeff", "{",
     "}", "&", "*", "!", "%"]
)  # fmt: skip


@st.composite
def headers(draw: st.DrawFn) -> str:
    """A usual header with pieces put in, or pieces alone."""
    text = draw(st.sampled_from([*HEADERS, ""]))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 3))
        text = text[:at] + draw(_PIECES) + text[at + cut :]
    return text


@settings(max_examples=1_500, deadline=None)
@given(headers())
def test_both_readers_agree(header: str) -> None:
    plain = read_plain(header)
    if plain is not None:
        document = parse_yaml(header)
        assert document.faults == ()
        assert plain[0] == document.value
        assert plain[1] == {key: document.place((key,)).line - 1 for key in document.value}
