from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from ladder_tui.errors import UsageError
from ladder_tui.library.skill_shelf import find_skill, list_skills, read_skills
from tests.library.skill_folder import HEAD, write_skill

LENSES = ("architecture", "documentation", "performance", "security", "tests")


def test_the_shipped_skills_are_without_problems(tmp_path: Path) -> None:
    skills, problems = list_skills(tmp_path)
    assert problems == []
    assert [skill.name for skill in skills] == [f"review-{lens}" for lens in LENSES]
    assert [skill.lens for skill in skills] == list(LENSES)
    for skill in skills:
        assert skill.origin == "shipped"
        assert skill.allowed_tools == ("Read", "Grep", "Glob")
        assert skill.evidence
        assert skill.path == f"skills/{skill.name}/SKILL.md"


def test_shipped_outputs_suit_strict_structured_output(tmp_path: Path) -> None:
    finding = {
        "rule": "x",
        "path": "a.py",
        "line": 1,
        "severity": "high",
        "message": "m",
        "quote": "q",
        "suggestion": "",
    }
    allowed = {
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "description",
    }

    def check(schema: dict[str, object]) -> None:
        assert schema.keys() <= allowed
        if schema["type"] == "object":
            properties = schema["properties"]
            assert isinstance(properties, dict)
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(properties)
            for part in properties.values():
                check(part)
        if isinstance(schema.get("items"), dict):
            check(schema["items"])  # type: ignore[arg-type]

    for skill in list_skills(tmp_path)[0]:
        assert skill.outputs is not None
        check(skill.outputs)
        jsonschema.validate({"summary": "s", "findings": [finding]}, skill.outputs)


def test_the_project_beats_what_ships(tmp_path: Path) -> None:
    text = HEAD.replace("review-x", "review-security") + "ours"
    write_skill(tmp_path, text, name="review-security")
    skill = find_skill(list_skills(tmp_path)[0], "review-security")
    assert (skill.origin, skill.body) == ("project", "ours")


def test_a_broken_project_skill_does_not_fall_back_silently(tmp_path: Path) -> None:
    write_skill(tmp_path, b"\xff\xff", name="review-security")
    skills, problems = list_skills(tmp_path)
    assert "review-security" not in {skill.name for skill in skills}
    assert [problem.rule for problem in problems] == ["S004"]


def test_two_skills_of_one_name(tmp_path: Path) -> None:
    write_skill(tmp_path, HEAD + "one", name="a")
    write_skill(tmp_path, HEAD + "two", name="b")
    files = [file for file in read_skills(tmp_path) if file.origin == "project"]
    assert [file.skill is not None for file in files] == [True, False]
    assert files[1].problems[-1].rule == "S025"


def test_folders_without_a_skill_are_no_skills(tmp_path: Path) -> None:
    (tmp_path / ".ladder" / "skills" / "notes").mkdir(parents=True)
    (tmp_path / ".ladder" / "skills" / "README.md").write_text("hello")
    assert list_skills(tmp_path)[1] == []


def test_an_unknown_name_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find_skill(list_skills(tmp_path)[0], "reviev-security")
    assert caught.value.why == "nearest: review-security"
