"""Strict lint gives the verdicts of skills-ref."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skills_ref.validator import validate

from ladder_tui.library.skill_strict import strict_problems
from tests.library.test_mutated_file import mutated

GOOD = "---\nname: pdf-forms\ndescription: Fills forms. Use for forms.\n---\n# Forms\n"


def reference_accepts(folder: Path) -> bool:
    """What skills-ref says; a file that it crashes on is not valid."""
    try:
        return not validate(folder)
    except Exception:  # noqa: BLE001
        return False


def both(text: str | bytes, folder_name: str = "pdf-forms") -> tuple[bool, bool]:
    data = text if isinstance(text, bytes) else text.encode()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / folder_name
        folder.mkdir()
        (folder / "SKILL.md").write_bytes(data)
        return not strict_problems(data, "SKILL.md", folder_name), reference_accepts(folder)


def with_line(line: str) -> str:
    return GOOD.replace("---\n# Forms", f"{line}\n---\n# Forms")


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        with_line("license: MIT\nallowed-tools: Read Bash(git:*)\ncompatibility: any"),
        with_line("metadata:\n  author: me\n  version: '1'"),
        with_line("metadata:\n  - 1"),
        with_line(f"compatibility: {'x' * 500}"),
        GOOD.replace("Fills forms.", "d" * 1000),
        GOOD.replace("Fills", "Fills --- all"),
        GOOD + "\0 and then some",
        GOOD.replace("description: Fills forms.", "description: |\n  Fills forms."),
    ],
)
def test_accepted_by_both(text: str) -> None:
    assert both(text) == (True, True)


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        (GOOD.encode() + b"\xff", "S040", 6),
        ("\ufeff" + GOOD, "S041", 1),
        ("# Forms\n", "S041", 1),
        ("---\nname: pdf-forms\n", "S041", 1),
        ("---\n- a\n---\n", "S042", 1),
        (GOOD.replace("Fills", "Fills: all"), "S042", 3),
        (with_line("allowed-tools: [Read, Grep]"), "S042", 4),
        (with_line("allowed-tools: {a: b}"), "S042", 4),
        (with_line("license: &a MIT"), "S042", 4),
        (with_line("license: !!str MIT"), "S042", 4),
        (with_line("name: pdf-forms"), "S042", 4),
        (with_line("\tlicense: MIT"), "S042", 4),
        (with_line("license: \x01"), "S042", 1),
        (with_line("alowed-tools: Read"), "S043", 4),
        (with_line("model: opus"), "S043", 4),
        (GOOD.replace("name: pdf-forms\n", ""), "S044", 1),
        (GOOD.replace("name: pdf-forms", "name:"), "S044", 2),
        (GOOD.replace("description: Fills forms. Use for forms.\n", ""), "S044", 1),
        (GOOD.replace(": Fills forms. Use for forms.", ":\n  - a"), "S044", 3),
        (GOOD.replace("pdf-forms", "p" * 65), "S045", 2),
        (GOOD.replace("pdf-forms", "PDF-forms"), "S046", 2),
        (GOOD.replace("pdf-forms", "pdf--forms"), "S047", 2),
        (GOOD.replace("pdf-forms", "-forms"), "S047", 2),
        (GOOD.replace("pdf-forms", "pdf_forms"), "S048", 2),
        (GOOD.replace("pdf-forms", "forms"), "S049", 2),
        (GOOD.replace("Fills forms.", "d" * 1025), "S050", 3),
        (with_line("compatibility:\n  - a"), "S051", 4),
        (with_line(f"compatibility: {'x' * 501}"), "S051", 4),
    ],
)
def test_refused_by_both(text: str | bytes, rule: str, line: int) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    assert both(text) == (False, False)
    found = strict_problems(data, "pdf-forms/SKILL.md", "pdf-forms")
    assert (rule, line) in {(problem.rule, problem.line) for problem in found}
    assert all(problem.level == "error" and problem.fix for problem in found)


@pytest.mark.parametrize("name", ["datei-größe", "データ", "ﬁle", "ß", "１２"])
def test_names_of_all_languages(name: str) -> None:
    ours, reference = both(GOOD.replace("pdf-forms", name), name)
    assert ours == reference


_MORE = with_line("license: MIT\nmetadata:\n  a: b\ncompatibility: any").encode()


@settings(max_examples=150, deadline=None)
@given(mutated((GOOD.encode(), _MORE)) | st.binary(max_size=60))
def test_the_verdict_on_damaged_files_is_the_same(data: bytes) -> None:
    ours, reference = both(data)
    assert ours == reference
