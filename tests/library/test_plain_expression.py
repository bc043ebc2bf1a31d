"""The fast reader of expressions says what JMESPath says, or nothing."""

from __future__ import annotations

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.library.expression import parse_template
from ladder_tui.library.plain_expression import read_plain

USUAL = {
    "item": [("item",)],
    "steps.judge.verdict == 'pass'": [("steps", "judge", "verdict")],
    "inputs.n > `3` && inputs.n<=`10`": [("inputs", "n")],
    "length(steps.f1) || steps.r1.exit_code": [("steps", "f1"), ("steps", "r1", "exit_code")],
    "steps.a.files[?path == name || length(@) > `2`].path": [("steps", "a", "files")],
    '( a || b ) && c != `{"d": [1, null]}`': [("a",), ("b",), ("c",)],
    "contains(steps.a.names, 'x') == `true`": [("steps", "a", "names")],
    "a == b == c": [("a",), ("b",), ("c",)],
    "a || b && c || d": [("a",), ("b",), ("c",), ("d",)],
}


@pytest.mark.parametrize("source", USUAL)
def test_usual_expressions_are_read(source: str) -> None:
    plain = read_plain(source)
    assert plain is not None
    assert plain.tree == jmespath.compile(source).parsed
    assert list(plain.references) == USUAL[source]


@pytest.mark.parametrize(
    "source",
    [
        "", "a.", ".a", "a b", "a[0]", "a[*].b", "a[]", "!a", "&a", "a | b", "a.b(c)", "nosuch(a)",
        "length()", "(a.b).c", "(a", "a)", "a[?b", "a[?b].c(d)", "{a: b}", "[a, b]", "'it\\'s'",
        "`\"\\`\"`", "`x`", "'a", "`1", '"a b"', "a = b", "a[1:2]", "5", "-1", "a ==", "a\x0bb",
        "é", "(" * 60 + "a" + ")" * 60, "`" + "[" * 3_000 + "`",
    ],
)  # fmt: skip
def test_anything_else_is_left_to_jmespath(source: str) -> None:
    assert read_plain(source) is None


_PIECES = st.sampled_from(
    ["a", "b.c", "length(", "contains(", ")", "(", "[?", "]", ".d", "'x'", "`1`", "`[2]`", "@", ",",
     "==", "!=", "<", ">=", "&&", "||", " ", "!", "|", "[*]", "[]", "[0]", "{k: a}", "&", "\n"]
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.lists(_PIECES, max_size=14).map("".join))
def test_what_is_read_is_what_jmespath_parses(source: str) -> None:
    plain = read_plain(source)
    if plain is None:
        return
    assert plain.tree == jmespath.compile(source).parsed


_PATHS = st.sampled_from(["a", "steps.b.c", "item.d"])
_LEAVES = st.one_of(_PATHS, st.sampled_from(["'x'", "`1`", "`null`"]))
_PLAIN = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["||", "&&"]), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(["==", "<"]), _LEAVES).map(" ".join),
        inner.map("({})".format),
        inner.map("length({})".format),
        st.tuples(_PATHS, inner).map(lambda pair: f"{pair[0]}[?{pair[1]}].e"),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200)
@given(_PLAIN)
def test_the_plain_kind_is_read(source: str) -> None:
    plain = read_plain(source)
    assert plain is not None
    assert plain.tree == jmespath.compile(source).parsed
    # The pipe makes it one for JMESPath, and what it refers to is then found in the tree.
    (walked,) = parse_template("${(" + source + ") | @}").expressions
    assert plain.references == walked.references
