from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.domain.workflow import Step, Workflow, WorkflowInput
from ladder_tui.library.input import resolve_inputs

WORKFLOW = Workflow(
    name="w",
    inputs={
        "path": WorkflowInput(type="directory", default="."),
        "file": WorkflowInput(type="file"),
        "base": WorkflowInput(type="git-base", default="auto"),
        "n": WorkflowInput(type="integer", default=5, minimum=1, maximum=16),
        "share": WorkflowInput(type="number", minimum=0),
        "tests": WorkflowInput(type="boolean", default=False),
        "level": WorkflowInput(enum=("all", "high"), default="all"),
        "note": WorkflowInput(),
        "any": WorkflowInput(type="json"),
        "list": WorkflowInput(
            type="json",
            schema={"type": "array", "items": {"type": "string"}, "$defs": {"x": {}}},
        ),
    },
    steps=(Step(id="a", skill="s"),),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "src" / "deep").mkdir(parents=True)
    (root / "src" / "a.py").write_text("")
    (tmp_path / "outside").mkdir()
    (root / "leaves").symlink_to(tmp_path / "outside")
    (root / "stays").symlink_to("src")
    (root / "loop").symlink_to("loop")
    return root


def test_defaults(root: Path) -> None:
    resolved, problems = resolve_inputs(WORKFLOW, {}, root)
    assert problems == []
    assert resolved == {
        "path": ".",
        "file": None,
        "base": "auto",
        "n": 5,
        "share": None,
        "tests": False,
        "level": "all",
        "note": None,
        "any": None,
        "list": None,
    }


@pytest.mark.parametrize(
    ("name", "given_value", "value"),
    [
        ("path", "src", "src"),
        ("path", "src/../src/deep/", "src/deep"),
        ("path", "stays", "src"),
        ("path", "", "."),
        ("path", None, "."),
        ("file", "src/a.py", "src/a.py"),
        ("file", "", None),
        ("base", "origin/main", "origin/main"),
        ("base", "v1.0", "v1.0"),
        ("base", "HEAD~3", "HEAD~3"),
        ("base", "none", "none"),
        ("n", "16", 16),
        ("n", 7, 7),
        ("n", 7.0, 7),
        ("n", " ", 5),
        ("share", "0.5", 0.5),
        ("share", "2", 2),
        ("tests", "yes", True),
        ("tests", "OFF", False),
        ("tests", True, True),
        ("level", "high", "high"),
        ("any", '{"a": [1, null]}', {"a": [1, None]}),
        ("any", "3", 3),
        ("any", {"a": 1}, {"a": 1}),
        ("any", "", None),
        ("list", '["a"]', ["a"]),
        ("list", ["a", "b"], ["a", "b"]),
        ("note", "", ""),
        ("note", "many\nlines\tand ünïcode", "many\nlines\tand ünïcode"),
    ],
)
def test_values_are_converted(root: Path, name: str, given_value: Any, value: Any) -> None:
    resolved, problems = resolve_inputs(WORKFLOW, {name: given_value}, root)
    assert problems == []
    assert resolved[name] == value
    assert type(resolved[name]) is type(value)


def test_a_path_may_be_absolute_below_the_root(root: Path) -> None:
    assert resolve_inputs(WORKFLOW, {"path": str(root / "src")}, root)[0]["path"] == "src"
    assert resolve_inputs(WORKFLOW, {"path": str(root)}, root)[0]["path"] == "."


@pytest.mark.parametrize(
    ("name", "value", "rule", "says"),
    [
        ("pth", "src", "I001", "nearest: path"),
        ("path", "srcc", "I006", "does not exist"),
        ("path", "src/a.py", "I006", "is not a directory"),
        ("file", "src", "I006", "is not a file"),
        ("path", "..", "I007", "outside"),
        ("path", "/etc", "I007", "outside"),
        ("path", "leaves", "I007", "outside"),
        ("path", "loop", "I006", "loop"),
        ("path", "a\0b", "I003", "control"),
        ("path", "x" * 5_000, "I006", "x"),
        ("path", 5, "I003", "expected text"),
        ("base", "-delete", "I003", "revision"),
        ("base", "a b", "I003", "revision"),
        ("n", "fifty", "I003", "whole number"),
        ("n", "1.5", "I003", "whole number"),
        ("n", True, "I003", "whole number"),
        ("n", "9" * 400, "I003", "whole number"),
        ("n", "50", "I005", "50 is not in 1–16"),
        ("share", "nan", "I003", "not a number"),
        ("share", "inf", "I003", "not a number"),
        ("share", 10**400, "I003", "not a number"),
        ("share", "-1", "I005", "below 0"),
        ("tests", "maybe", "I003", "true or false"),
        ("tests", 1, "I003", "true or false"),
        ("level", "hihg", "I004", "nearest: high"),
        ("note", "a\x1b[2J", "I003", "control"),
        ("note", "\udcff", "I003", "UTF-8"),
    ],
)
def test_values_that_do_not_fit(root: Path, name: str, value: Any, rule: str, says: str) -> None:
    _, problems = resolve_inputs(WORKFLOW, {name: value}, root)
    assert [(p.path, p.line, p.rule) for p in problems] == [(f"inputs.{name}", 0, rule)]
    assert says in str(problems[0])


def test_everything_is_reported_at_once(root: Path) -> None:
    given_values = {"n": "x", "tests": "x", "level": "x", "y": "x"}
    _, problems = resolve_inputs(WORKFLOW, given_values, root)
    assert {problem.rule for problem in problems} == {"I001", "I003", "I004"}
    assert len(problems) == 4


def test_a_required_input_must_be_given(root: Path) -> None:
    workflow = Workflow(
        name="w", inputs={"title": WorkflowInput(is_required=True)}, steps=WORKFLOW.steps
    )
    for nothing in ({}, {"title": None}, {"title": " "}):
        problems = resolve_inputs(workflow, nothing, root)[1]
        assert [problem.rule for problem in problems] == ["I002"]
        assert "-i title=VALUE" in problems[0].fix
    assert resolve_inputs(workflow, {"title": "x"}, root) == ({"title": "x"}, [])


_ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*WORKFLOW.inputs, "other"]), _ANY))
def test_any_value_is_taken_or_refused(values: dict[str, Any]) -> None:
    resolved, problems = resolve_inputs(WORKFLOW, values, Path(__file__).parent)
    assert resolved.keys() == WORKFLOW.inputs.keys()
    assert all(problem.message for problem in problems)


@pytest.mark.parametrize(
    ("name", "given_value", "rule", "says"),
    [
        ("any", "[1,", "I003", '"[1," is not JSON'),
        ("any", "[" * 100_000, "I003", "is not JSON"),
        ("any", "1" * 300_000, "I003", "is over 200,000 characters"),
        ("list", "a", "I003", "is not JSON"),
        ("list", '["a", 1]', "I008", "at 1: 1 is not of type 'string'"),
        ("list", {"a": 1}, "I008", "is not of type 'array'"),
    ],
)
def test_json_that_does_not_fit(
    root: Path, name: str, given_value: Any, rule: str, says: str
) -> None:
    _, problems = resolve_inputs(WORKFLOW, {name: given_value}, root)
    assert [(p.path, p.rule) for p in problems] == [(f"inputs.{name}", rule)]
    assert says in problems[0].message
    assert problems[0].fix
