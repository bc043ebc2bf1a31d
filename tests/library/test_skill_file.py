from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from ladder_tui.library.skill_file import SkillFile
from tests.library.skill_folder import HEAD, read_all, write_skill

GATES = ("ruff-security", "codespell")
SHOWN = ".ladder/skills/review-x"


def read(folder: Path, root: Path) -> SkillFile:
    (file,) = [file for file in read_all(root, GATES) if file.path.parent == folder]
    return file


def rules(file: SkillFile) -> list[str]:
    return [problem.rule for problem in file.problems]


def test_a_complete_skill(tmp_path: Path) -> None:
    sidecar = "lens: security\nevidence: [ruff-security]\ntier: fast\noutputs: {type: object}\n"
    text = HEAD.replace("---\n# ", "") + "# Do it\r\n\r\nwell\r\n"
    folder = write_skill(tmp_path, text, sidecar)
    file = read(folder, tmp_path)
    assert file.problems == ()
    assert file.path.read_bytes() == text.encode()
    skill = file.skill
    assert skill is not None
    assert (skill.name, skill.description, skill.allowed_tools) == (
        "review-x",
        "Reviews x.",
        ("Read",),
    )
    assert skill.body == "# Do it\n\nwell"
    assert (skill.lens, skill.evidence, skill.tier) == ("security", ("ruff-security",), "fast")
    assert skill.outputs == {"type": "object"}
    assert (skill.origin, skill.path) == ("project", f"{SHOWN}/SKILL.md")
    assert skill.content_hash == hashlib.sha256((text + sidecar).encode()).hexdigest()


def test_keys_in_any_spelling_and_unknown_ones_kept(tmp_path: Path) -> None:
    head = "\ufeff---\nName: review-x\ndescription: d\nallowedTools: [Read, 'Bash(git:*)']\n"
    folder = write_skill(tmp_path, head + "license: MIT\nmetadata: {a: [1]}\n---\nbody")
    skill = read(folder, tmp_path).skill
    assert skill is not None
    assert skill.allowed_tools == ("Read", "Bash(git:*)")
    assert skill.extra == {"license": "MIT", "metadata": {"a": [1]}}


def test_a_header_without_an_end_is_called_that(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, "---\nname: review-x\ndescription: d\nbody")
    problem = read(folder, tmp_path).problems[0]
    assert (problem.rule, problem.fix) == ("S005", "put a line --- after its last key")
    assert "has no end" in problem.message


@pytest.mark.parametrize(
    ("text", "expected", "line"),
    [
        ("plain text without a header", ["S005", "S007", "S009"], 1),
        ("---\nname: review-x\ndescription: a: b\n---\nbody", ["S006"], 3),
        ("---\ndescription: d\n---\nbody", ["S007"], 1),
        ("---\nname: ../../etc\ndescription: d\n---\nbody", ["S008"], 2),
        ("---\nname: Review X\ndescription: d\n---\nbody", ["S008", "S011"], 2),
        ("---\nname: review-x\n---\n# T\n\nFirst words.", ["S009"], 1),
        (f"---\nname: review-x\ndescription: {'d' * 1_025}\n---\nbody", ["S010"], 3),
        ("---\nname: other\ndescription: d\n---\nbody", ["S011"], 2),
        (HEAD.replace("Read", "Read, Grpe") + "body", ["S012"], 4),
        (HEAD.replace("Read", "{a: 1}") + "body", ["S013"], 4),
        ("---\nname: [a]\ndescription: d\n---\nbody", ["S007", "S013"], 2),
        (HEAD, ["S014"], 1),
        (HEAD + "line\n" * 501, ["S015"], 1),
    ],
)
def test_warnings_leave_a_usable_skill(
    tmp_path: Path, text: str, expected: list[str], line: int
) -> None:
    file = read(write_skill(tmp_path, text), tmp_path)
    assert sorted(rules(file)) == expected
    assert file.skill is not None
    assert file.skill.name in ("review-x", "other", "Review X")
    assert line in {problem.line for problem in file.problems}
    assert all(problem.level == "warning" for problem in file.problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"---\nname: x\n---\n\xff\xfe", ["S004"]),
        (b"\x7fELF\x00\x00", ["S004"]),
        (b"x" * (1024 * 1024 + 1), ["S002"]),
        (b"---\nname: review-x\n---\n", ["S009", "S014"]),
        (b"---\na: &a [1]\nb: *a\n---\nbody", ["S006", "S007", "S009"]),
    ],
)
def test_errors_leave_none(tmp_path: Path, text: bytes, expected: list[str]) -> None:
    file = read(write_skill(tmp_path, text), tmp_path)
    assert sorted(rules(file)) == expected
    assert file.skill is None


@pytest.mark.parametrize(
    ("sidecar", "rule", "line", "fix"),
    [
        ("lens: [\n", "S020", 2, ""),
        ("lens: a\nlens: b\n", "S020", 2, "keep one"),
        ("lens: a\nevidnce: [x]\n", "S021", 2, "nearest: evidence"),
        ("evidence: ruff-security\n", "S022", 1, ""),
        ("tier: fsat\n", "S022", 1, "nearest: fast"),
        ("- a\n", "S022", 1, ""),
        ("outputs:\n  type: objekt\n", "S023", 1, "schema"),
        ("outputs: {$ref: 'https://example.org/x'}\n", "S023", 1, "schema"),
        ("evidence:\n  - codespell\n  - rufsecurity\n", "S024", 3, "nearest: ruff-security"),
    ],
)
def test_a_sidecar_is_strict(tmp_path: Path, sidecar: str, rule: str, line: int, fix: str) -> None:
    file = read(write_skill(tmp_path, HEAD + "body", sidecar), tmp_path)
    assert file.skill is None
    problem = file.problems[0]
    assert (problem.rule, problem.line, problem.path) == (rule, line, f"{SHOWN}/ladder.yaml")
    assert fix in problem.fix


@pytest.mark.parametrize("sidecar", ["", "# nothing\n", "lens: docs\n", "evidence: []\n"])
def test_sidecars_that_pass(tmp_path: Path, sidecar: str) -> None:
    assert read(write_skill(tmp_path, HEAD + "body", sidecar), tmp_path).problems == ()


def test_symbolic_links_that_leave_are_refused(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    folder = write_skill(root, HEAD + "body")
    outside = tmp_path / "secret"
    outside.write_text(HEAD + "stolen")
    (folder / "SKILL.md").unlink()
    (folder / "SKILL.md").symlink_to(outside)
    assert rules(read(folder, root)) == ["S003"]

    (folder / "SKILL.md").unlink()
    (folder / "SKILL.md").write_text(HEAD + "body")
    (folder / "ladder.yaml").symlink_to(outside)
    assert rules(read(folder, root)) == ["S003"]

    elsewhere = write_skill(tmp_path / "other", HEAD + "body")
    link = root / ".ladder" / "skills" / "linked"
    link.symlink_to(elsewhere)
    assert rules(read(link, root)) == ["S003"]


def test_links_that_stay_inside_are_followed(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, HEAD + "body")
    (folder / "SKILL.md").rename(folder / "real.md")
    (folder / "SKILL.md").symlink_to("real.md")
    assert read(folder, tmp_path).skill is not None


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, HEAD)
    (folder / "SKILL.md").unlink()
    (folder / "SKILL.md").symlink_to("SKILL.md")
    assert rules(read(folder, tmp_path)) == ["S001"]

    (folder / "SKILL.md").unlink()
    os.mkfifo(folder / "SKILL.md")
    assert rules(read(folder, tmp_path)) == ["S001"]

    (folder / "SKILL.md").unlink()
    (folder / "SKILL.md").mkdir()
    assert rules(read(folder, tmp_path)) == ["S001"]
