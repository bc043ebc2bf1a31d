from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.library.yaml_document import MAX_DEPTH, MAX_FAULTS, Place, parse_yaml

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


def test_values_and_the_line_of_every_path() -> None:
    document = parse_yaml("a: 1\nb:\n  - x\n  - {c: true}\n", first_line=10)
    assert document.value == {"a": 1, "b": ["x", {"c": True}]}
    assert document.faults == ()
    assert document.place(("a",)).line == 10
    assert document.place(("b", 0)).line == 12
    assert document.place(("b", 1, "c")) == Place(13, 6)
    assert document.place(("b", 1, "missing", 4)) == Place(13, 5)


def test_plain_scalars_follow_the_core_schema() -> None:
    text = "[yes, on, 1:30, 010, ~, null, 2.5, -3, '4', .inf, 12345678901234567890, 1e3]"
    assert parse_yaml(text).value == [
        "yes",
        "on",
        "1:30",
        10,
        None,
        None,
        2.5,
        -3,
        "4",
        ".inf",
        "12345678901234567890",
        1000.0,
    ]


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("a: 1\na: 2\n", "duplicate", 2),
        ("a: &x [1]\nb: *x\n", "alias", 2),
        ("a: !!python/object/apply:os.system [ls]\n", "tag", 1),
        ("a:\n\t- b\n", "syntax", 2),
        ("a: b: c\n", "syntax", 1),
        ("a: [1\n", "syntax", 2),
        ("a: 1\n---\nb: 2\n", "syntax", 2),
        ("? [a]\n: b\n", "key", 1),
        ("[" * 100_000, "size", 1),
        ("- " * 100_000, "size", 1),
        ("a: \x01", "syntax", 1),
    ],
)
def test_what_a_document_may_not_hold(text: str, kind: str, line: int) -> None:
    fault = parse_yaml(text).faults[0]
    assert (fault.kind, fault.place.line) == (kind, line)
    assert fault.message


def test_a_bomb_of_aliases_is_refused_unexpanded() -> None:
    rows = ["a: &a [x, x]"]
    rows += [f"{new}: &{new} [*{old}, *{old}]" for old, new in zip("abcdefgh", "bcdefghi")]  # noqa: B905
    document = parse_yaml("\n".join(rows))
    assert {fault.kind for fault in document.faults} == {"alias"}
    assert document.value["i"] == [None, None]


def test_the_value_of_a_key_that_is_there_twice_is_passed_over() -> None:
    document = parse_yaml("a: {x: 1}\na: {x: 2, y: [3]}\nb: 4\n")
    assert document.value == {"a": {"x": 1}, "b": 4}


def test_faults_are_bounded() -> None:
    assert len(parse_yaml("a: 1\n" * 500).faults) == MAX_FAULTS


def test_nesting_up_to_the_bound_is_read() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert parse_yaml(text).faults == ()


@settings(deadline=None)
@given(_JSON)
def test_reads_what_yaml_writes(value: object) -> None:
    document = parse_yaml(yaml.safe_dump(value))
    assert document.faults == ()
    assert document.value == value


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>#'\"?,%@ \n\t0."), max_size=80))
def test_any_text_gives_a_document(text: str) -> None:
    document = parse_yaml(text)
    assert all(fault.place.line >= 1 for fault in document.faults)
    if isinstance(document.value, float):
        assert math.isfinite(document.value)
