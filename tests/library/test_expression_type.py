"""The type found for an expression is the type of what it gives."""

from __future__ import annotations

from typing import Any

import jmespath
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.library.expression import ExpressionError, evaluate, parse_template
from ladder_tui.library.expression_scope import Typed, TypeScope
from ladder_tui.library.expression_type import type_of_template
from ladder_tui.library.json_fit import misfit
from ladder_tui.library.json_type import type_of_value, words

TEXT = {"type": "string"}
ITEM = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "t": TEXT, "e": {"enum": ["x", "y"]}},
    "additionalProperties": False,
}
STEP = {
    "type": "object",
    "properties": {
        "ok": {"type": "boolean"},
        "many": {"type": "array", "items": ITEM},
        "texts": {"type": "array", "items": TEXT},
        "grid": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
        "one": ITEM,
        "either": {"anyOf": [TEXT, {"type": "number"}, {"type": "null"}]},
    },
    "additionalProperties": False,
}
NAMES = {
    "inputs": Typed({"type": "object", "properties": {"n": {"type": "integer"}, "p": TEXT}}),
    "steps": Typed({"type": "object", "properties": {"a": STEP}}, is_trusted=False),
}

_item = st.fixed_dictionaries(
    {"n": st.integers(-9, 9), "t": st.sampled_from(["", "x", "b"]), "e": st.sampled_from("xy")}
)
_step = st.fixed_dictionaries(
    {
        "ok": st.booleans(),
        "many": st.lists(_item, max_size=3),
        "texts": st.lists(st.sampled_from(["a", "x"]), max_size=3),
        "grid": st.lists(st.lists(st.integers(0, 3), max_size=2), max_size=2),
        "one": _item,
        "either": st.sampled_from(["a", 1.5, None]),
    }
)
_values = st.fixed_dictionaries(
    {
        "inputs": st.fixed_dictionaries({"n": st.integers(0, 5), "p": st.just("src")}),
        "steps": st.fixed_dictionaries({"a": _step}),
    }
)
_leaf = st.sampled_from(
    (
        "steps.a.many",
        "steps.a.texts",
        "steps.a.grid",
        "steps.a.one",
        "steps.a.either",
        "steps.a.ok",
        "steps.a.one.n",
        "steps.a.one.e",
        "inputs.n",
        "inputs.p",
        "`3`",
        "'x'",
        "`[1, 2]`",
    )
)
_shapes = (
    "{0}[0]", "{0}[*]", "{0}[]", "{0}[1:]", "{0}.*", "{0}[*].n", "{0}[?n > `1`].e", "{0} | [0]",
    "{0}[?e == 'x']", "length({0})", "sort({0})", "sort_by({0}, &n)", "max_by({0}, &n)",
    "map(&n, {0})", "values({0})", "keys({0})", "reverse({0})", "sum({0}[*].n)", "to_string({0})",
    "to_number({0})", "not_null({0})", "type({0})", "!({0})", "({0}).n", "({0}).t", "({0})[0].e",
    "[{0}, {1}]", "{{l: {0}, r: {1}}}", "{0} || {1}", "({0}) && ({1})", "{0} == {1}", "{0} < {1}",
    "contains({0}, {1})", "join(', ', {0})", "merge({0}, {1})", "starts_with({0}, {1})",
    "min({0})", "avg({0})", "to_array({0})", "{0}[].e | [0]",
)  # fmt: skip
_expressions = st.recursive(
    _leaf,
    lambda inner: st.builds(
        lambda shape, one, two: shape.format(one, two), st.sampled_from(_shapes), inner, inner
    ),
    max_leaves=4,
)


def infer(expression: str) -> tuple[Typed, TypeScope]:
    scope = TypeScope(NAMES)
    return type_of_template(scope, parse_template("${" + expression + "}")), scope


def or_null(schema: Any) -> Any:
    """The schema with null let in everywhere: what a path that leads nowhere gives."""
    if not isinstance(schema, dict) or not schema:
        return {}
    deep = {
        key: {name: or_null(part) for name, part in value.items()}
        if key == "properties"
        else [or_null(part) for part in value]
        if key == "anyOf"
        else or_null(value)
        if key == "items"
        else value
        for key, value in schema.items()
    }
    return {"anyOf": [deep, {"type": "null"}]}


@settings(max_examples=400, deadline=None)
@given(_expressions, _values)
def test_what_an_expression_gives_has_the_type_that_was_found(text: str, values: Any) -> None:
    try:
        found, scope = infer(text)
    except ExpressionError:
        return
    if any(fault.rule in ("W030", "W051") for fault in scope.faults):
        return
    try:
        value = evaluate("${" + text + "}", values)
    except ExpressionError:
        # A function that is given null, or numbers that cannot be compared: only known at run time.
        return
    jsonschema.validate(value, or_null(found.schema))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abn.[]*?&|!<>=(){}@`'\", :123", max_size=30))
def test_no_expression_breaks_the_inference(text: str) -> None:
    try:
        jmespath.compile(text)
        template = parse_template("${" + text + "}")
    except Exception:  # noqa: BLE001 - what does not parse is not our matter here
        return
    found = type_of_template(TypeScope(NAMES), template)
    assert words(found.schema)


@settings(max_examples=200, deadline=None)
@given(_step)
def test_a_value_fits_its_own_schema_and_its_own_type(value: Any) -> None:
    assert misfit(type_of_value(value), STEP) == ""
    assert misfit(type_of_value(value), type_of_value(value)) == ""


@pytest.mark.parametrize(
    ("expression", "is_free"),
    [
        ("steps.a.one.t", True),
        ("steps.a.one.e", False),
        ("steps.a.one.n", False),
        ("inputs.p", False),
        ("steps.a.either", True),
        ("steps.a.many[0].t", True),
        ("steps.a.many[*].t | [0]", True),
        ("to_number(steps.a.one.t)", True),
        ("length(steps.a.one.t)", False),
        ("join('', steps.a.texts)", True),
        ("{x: steps.a.one.t}.x", True),
        ("steps.a.one.t || 'none'", True),
        ("max_by(steps.a.many, &n).e", False),
        ("steps.unknown", True),
    ],
)
def test_free_text_is_known_wherever_it_goes(expression: str, is_free: bool) -> None:
    found, scope = infer(expression)
    assert found.is_free is (is_free and expression != "steps.unknown")
    assert bool(scope.faults) is (expression == "steps.unknown")
