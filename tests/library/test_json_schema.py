from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from ladder_tui.library.json_schema import schema_fault


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object", "additionalProperties": False},
        {"type": ["string", "null"], "pattern": "a+", "$comment": "not of the plain ones"},
        {"$defs": {"a": {"type": "string"}}, "items": {"$ref": "#/$defs/a"}},
    ],
)
def test_valid(schema: dict[str, Any]) -> None:
    assert schema_fault(schema) == ""


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ([], "must be a mapping"),
        ({"type": "objekt"}, "at type"),
        ({"properties": {"a": {"type": 5}}}, "at properties/a/type"),
        ({"required": ["a", "a"]}, "at required"),
        ({"items": {"enum": 3}}, "at items/enum"),
        ({"items": {"$ref": "https://example.org/s"}}, "leaves the schema"),
        ({"anyOf": [{"$ref": "other.json"}]}, "leaves the schema"),
    ],
)
def test_invalid(schema: Any, says: str) -> None:
    assert says in schema_fault(schema)


def test_nesting_is_bounded() -> None:
    schema: dict[str, Any] = {}
    for _ in range(200):
        schema = {"items": schema}
    assert "nested" in schema_fault(schema)


_VALUES: st.SearchStrategy[Any] = st.sampled_from(
    ["object", "string", "x", 1, True, None, ["a"], ["a", "a"], [], [1], {}]
)
_KEYS = st.sampled_from(
    ["type", "title", "enum", "required", "properties", "additionalProperties", "items", "format"]
)
_SCHEMAS = st.recursive(
    _VALUES, lambda inner: st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)


@settings(deadline=None)
@given(_SCHEMAS)
def test_agrees_with_the_reference(schema: Any) -> None:
    try:
        Draft202012Validator.check_schema(schema)
        is_valid = isinstance(schema, dict)
    except SchemaError:
        is_valid = False
    assert (schema_fault(schema) == "") == is_valid


def test_what_ships_is_read_without_the_heavy_import() -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from ladder_tui.library.skill_library import SkillLibrary;"
        "from ladder_tui.library.workflow_shelf import list_workflows;"
        "assert SkillLibrary(Path('/')).skills() and list_workflows(Path('/'));"
        "sys.exit('jsonschema' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
