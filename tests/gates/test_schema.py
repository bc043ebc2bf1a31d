"""Structured output against its schema."""

from __future__ import annotations

from typing import Any

import pytest

from ladder_tui.gates.schema import check_schema

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["findings"],
    "properties": {"findings": {"type": "array", "items": {"type": "string"}}},
}


def test_valid_data_passes() -> None:
    result = check_schema({"findings": ["a"]}, SCHEMA)
    assert (result.verdict, result.in_scope, result.analysed, result.unit) == (
        "pass", 1, 1, "documents",
    )  # fmt: skip


def test_each_violation_is_a_finding_with_its_place() -> None:
    result = check_schema({"findings": [1, "a", None]}, SCHEMA, path="out.json")
    assert (result.verdict, result.findings_count) == ("fail", 2)
    assert [(f.rule, f.path, f.symbol) for f in result.findings] == [
        ("schema-type", "out.json", "$.findings[0]"),
        ("schema-type", "out.json", "$.findings[2]"),
    ]
    assert len({f.fingerprint for f in result.findings}) == 2


def test_a_flood_is_capped() -> None:
    result = check_schema({"findings": [1] * 5_000}, SCHEMA)
    assert (result.findings_count, len(result.findings), result.cap) == (5_000, 200, 200)


def deep() -> Any:
    value: Any = 1
    for _ in range(100_000):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("data", "schema"),
    [
        ({}, {"type": "no such type"}),
        ({}, {"$ref": "http://127.0.0.1:9/schema.json"}),
        ({}, {"$ref": "#/missing"}),
        (deep(), {"$ref": "#/$defs/x", "$defs": {"x": {"items": {"$ref": "#/$defs/x"}}}}),
        ({}, {"$ref": "#"}),
    ],
)
def test_a_check_that_could_not_look_is_an_error(data: object, schema: dict[str, Any]) -> None:
    result = check_schema(data, schema)
    assert (result.verdict, result.analysed) == ("error", 0)
    assert result.reason
