from __future__ import annotations

from contextlib import suppress
from typing import Any

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.library.expression import ExpressionError, evaluate, parse_template

SCOPE: dict[str, Any] = {
    "inputs": {"n": 5, "path": "src", "run_tests": True},
    "item": {"name": "security", "skill": "review-security"},
    "steps": {"merge": {"findings": [{"severity": "high", "rule": "a"}, {"severity": "low"}]}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${inputs.n}", 5),
        ("${ inputs.run_tests }", True),
        ("review ${inputs.path} by ${item.name}", "review src by security"),
        ("${inputs.run_tests}!", "true!"),
        ("$${inputs.n}", "${inputs.n}"),
        ("cost $5 {x}", "cost $5 {x}"),
        ("${steps.merge.findings[?severity=='high'].{r: rule}}", [{"r": "a"}]),
        ("${steps.merge.findings[?severity=='}'] | length(@)}", 0),
        ("${length(steps.merge.findings)} found", "2 found"),
        ("${inputs.missing}", None),
        ("", ""),
    ],
)
def test_evaluate(text: str, value: Any) -> None:
    assert evaluate(text, SCOPE) == value


def test_mappings_and_lists_are_evaluated_in_their_parts() -> None:
    value = {"a": ["${inputs.n}", 7], "b": {"c": "${item.name}"}, "d": True}
    assert evaluate(value, SCOPE) == {"a": [5, 7], "b": {"c": "security"}, "d": True}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${inputs.n", "not closed"),
        ("${}", "empty"),
        ("${a-b}", "does not parse"),
        ("${foo(inputs.n)}", "unknown function foo()"),
        ("${" + "(" * 1_900 + "}", "too deep"),
        ("${inputs.n}" + "x" * 5_000, "over 4,000"),
        ("x ${inputs}", "inside text has a list or mapping"),
        ("x ${inputs.missing}", "inside text has no value"),
        ("${length(inputs.n)}", "failed"),
        ("${sort_by(steps.merge.findings, &severity.x)}", "failed"),
    ],
)
def test_errors_say_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, SCOPE)
    assert message in caught.value.what
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("${inputs.path}", [("inputs", "path")]),
        ("${steps.merge.findings[0].rule}", [("steps", "merge", "findings")]),
        ("${steps.merge.findings[?severity=='high'].rule}", [("steps", "merge", "findings")]),
        ("${steps.a | [0].b}", [("steps", "a")]),
        ("${inputs.a || inputs.b}", [("inputs", "a"), ("inputs", "b")]),
        ("${sort_by(steps.m.f, &x)}", [("steps", "m", "f")]),
        ("${{a: item.x, b: 'inputs.y'}}", [("item", "x")]),
        ("${`5`}", []),
        ("plain", []),
    ],
)
def test_references_from_the_root(text: str, references: list[tuple[str, ...]]) -> None:
    found = [ref for part in parse_template(text).expressions for ref in part.references]
    assert found == references


@pytest.mark.parametrize("path", ["item", "steps.merge", "steps.merge.findings", "a_1.B.c.null.d9"])
def test_a_mere_path_is_read_as_jmespath_reads_it(path: str) -> None:
    (expression,) = parse_template("${" + path + "}").expressions
    assert expression.compiled.parsed == jmespath.compile(path).parsed
    assert expression.compiled.search({"item": {"a": 1}}) == jmespath.search(
        path, {"item": {"a": 1}}
    )


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("${}ab.[]'\"`|&()?*@!,:0 \\"), max_size=40))
def test_any_text_evaluates_or_is_an_expression_error(text: str) -> None:
    with suppress(ExpressionError):
        evaluate(text, SCOPE)


@settings(deadline=None)
@given(st.text(max_size=60).filter(lambda text: "${" not in text))
def test_text_without_expressions_is_itself(text: str) -> None:
    assert evaluate(text, {}) == text
