"""``ladder skills``, ``workflows``, ``prd`` and ``findings``."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.domain.run import RunSummary
from tests.cli.console import console, document, invoke
from tests.library.skill_folder import write_file

BROKEN = "name: broken\nsteps:\n  - id: one\n    skill: nowhere\n    colour: red\n"


def test_skills_are_listed_and_shown(here: Path) -> None:
    listed = document("skills", "list")
    assert "review-security" in [skill["name"] for skill in listed["skills"]]
    assert "review-security" in invoke("skills", "list").stdout

    shown = document("skills", "show", "review-security")["skill"]
    assert shown["used_in"] == ["review", "security-review"]
    assert shown["tokens_estimate"] > 100
    text = invoke("skills", "show", "review-security").stdout
    assert "ruff-security" in text
    assert shown["skill"]["body"].strip().splitlines()[0] in text


def test_skills_of_a_repository_run_once_it_is_trusted(here: Path) -> None:
    head = "---\nname: review-ours\ndescription: Ours.\n---\nLook."
    write_file(here, ".claude/skills/review-ours/SKILL.md", head)
    write_file(here, ".claude/commands/broken.md", "\xff".encode("latin-1"))
    write_file(here, ".github/skills/review-ours/SKILL.md", head)

    def states(*words: str) -> dict[str, str]:
        rows = document("skills", "list", *words)["skills"]
        return {row["path"]: row["state"] for row in rows if row["origin"] == "project"}

    ours = ".claude/skills/review-ours/SKILL.md"
    broken = ".claude/commands/broken.md"
    assert states() == {ours: "untrusted", broken: "broken"}
    assert states("--all")[".github/skills/review-ours/SKILL.md"] == "hidden"
    listed = invoke("skills", "list")
    assert "1 file of this repository may not run yet" in listed.stderr
    assert f"{broken}:1: S004" in listed.stderr
    assert "ladder skills trust" in invoke("skills", "show", "review-ours").stdout

    assert ours in invoke("skills", "trust").stdout
    assert states() == {ours: "usable", broken: "broken"}
    flow = ".ladder/workflows/ship.yaml"
    write_file(here, flow, "name: ship\nsteps:\n  - id: say\n    run: [echo, hello]\n")
    assert f"usable     {flow}" in invoke("skills", "trust").stdout
    assert f"untrusted  {flow}" in invoke("skills", "trust", "--undo").stdout
    assert document("skills", "trust", "--undo")["is_trusted"] is False
    assert states()[ours] == "untrusted"


def test_skills_are_linted_by_name_and_path(here: Path) -> None:
    write_file(here, ".claude/skills/x/SKILL.md", "---\nname: x\n---\n")
    result = invoke("skills", "lint", "x")
    assert result.exit_code == 1
    assert ".claude/skills/x/SKILL.md:1: S009 has no description" in result.stdout
    assert document("skills", "lint", ".claude/skills/x/SKILL.md", exit_code=1)["errors"] == 1
    assert invoke("skills", "lint", "review-tests").exit_code == 0
    assert invoke("skills", "lint").exit_code == 1
    missing = invoke("skills", "lint", "reviw-tests")
    assert missing.exit_code == 2
    assert "review-tests" in missing.stderr


def test_strict_lint_is_about_the_specification(here: Path) -> None:
    text = "---\nname: x\ndescription: Does x.\nmodel: opus\n---\nDo x.\n"
    write_file(here, "other/place/x/SKILL.md", text)
    write_file(here, "notes.md", "words")
    assert invoke("skills", "lint", "other").exit_code == 0
    result = invoke("skills", "lint", "other/place/x/SKILL.md", "--strict")
    assert result.exit_code == 1
    assert 'other/place/x/SKILL.md:4: S043 the key "model" is not in the' in result.stdout
    assert document("skills", "lint", "other", "--strict", exit_code=1)["errors"] == 1
    for nowhere in ("./gone/SKILL.md", "notes.md", "./other/place/y", "nothing-like-it"):
        assert invoke("skills", "lint", nowhere).exit_code == 2


def test_uses_are_counted(reviewed: RunSummary) -> None:
    assert document("skills", "show", "review-tests")["skill"]["uses"] == 1


def test_a_wrong_skill_name_is_answered_with_the_nearest(here: Path) -> None:
    result = invoke("skills", "show", "review-secruity")

    assert result.exit_code == 2
    assert "review-security" in result.stderr


def test_workflows_are_listed_and_shown(here: Path) -> None:
    listed = document("workflows", "list")["workflows"]
    assert {"review", "audit-large"} <= {entry["name"] for entry in listed}
    assert "text" not in listed[0]

    shown = document("workflows", "show", "review")["workflow"]
    assert shown["workflow"]["inputs"]["path"]["type"] == "directory"
    text = invoke("workflows", "show", "review").stdout
    for word in ("max_parallel", "specialists", "union-dedup", "5 agents"):
        assert word in text


def test_a_good_workflow_has_nothing_to_say(here: Path) -> None:
    result = invoke("workflows", "lint")

    assert (result.exit_code, result.stdout) == (0, "")
    assert document("workflows", "lint", "review")["errors"] == 0


def test_lint_fails_with_1_and_names_every_problem(here: Path) -> None:
    folder = here / ".ladder" / "workflows"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text(BROKEN)

    result = invoke("workflows", "lint", ".ladder/workflows/broken.yaml")
    assert result.exit_code == 1
    assert ".ladder/workflows/broken.yaml:5: " in result.stdout
    assert document("workflows", "lint", exit_code=1)["errors"] >= 1
    assert invoke("workflows", "lint", "nowhere.yaml").exit_code == 2

    result = invoke("run", "broken")
    assert result.exit_code == 2
    assert ".ladder/workflows/broken.yaml:5: " in result.stderr
    assert "cannot be used" in invoke("workflows", "list").stdout


def test_a_prd_from_the_template_to_its_lint(here: Path) -> None:
    made = invoke("prd", "new", "Export as CSV")
    assert made.exit_code == 0
    path = Path(made.stdout.strip())
    assert path == here / ".ladder" / "prds" / "export-as-csv.md"
    assert invoke("prd", "new", "Export as CSV").exit_code == 2

    listed = document("prd", "list")["prds"]
    assert [entry["title"] for entry in listed] == ["Export as CSV"]
    shown = document("prd", "show", "export-as-csv")
    assert shown["text"] == path.read_text()
    assert shown["prd"]["sections"]
    assert "Export as CSV" in invoke("prd", "show", str(path)).stdout


def test_prd_lint_fails_on_what_is_missing(here: Path) -> None:
    (here / "thin.md").write_text("# Thin\n\n## Requirements\n\n- FR-1 It shall be fast.\n")

    result = invoke("prd", "lint", "thin.md")
    assert result.exit_code == 1
    assert all(line.startswith("thin.md:") for line in result.stdout.splitlines())
    found = document("prd", "lint", "thin.md", exit_code=1)
    assert found["checked"] == 1
    assert found["errors"] == sum(p["level"] == "error" for p in found["problems"])


@pytest.mark.parametrize("words", [["lint", "no.md"], ["show", "no"], ["new", "   "]])
def test_prd_wrong_use(here: Path, words: list[str]) -> None:
    assert invoke("prd", *words).exit_code == 2


def test_a_dismissal_persists_by_fingerprint(reviewed: RunSummary, here: Path) -> None:
    before = document("findings", "list")["findings"]
    worst = before[0]["finding"]["fingerprint"]

    refused = invoke("findings", "dismiss", worst[:8])
    assert refused.exit_code == 2
    assert "--reason" in refused.stderr
    made = document("findings", "dismiss", worst[:8], "--reason", "known and wanted")
    assert made["disposition"]["reason"] == "known and wanted"
    after = document("findings", "list")["findings"]
    assert [f["finding"]["fingerprint"] for f in after] == [
        f["finding"]["fingerprint"] for f in before if f["finding"]["fingerprint"] != worst
    ]
    (gone,) = document("findings", "list", "--dismissed")["findings"]
    assert gone["disposition"]["decision"] == "dismissed"
    assert console(here, "findings", "reopen", worst).returncode == 0
    assert document("findings", "list")["findings"][0]["disposition"]["decision"] == "reopened"
    assert invoke("findings", "reopen", worst).exit_code == 2


def test_findings_are_filtered(reviewed: RunSummary) -> None:
    everything = document("findings", "list")["findings"]
    high = document("findings", "list", "last", "--severity", "high")["findings"]
    security = document("findings", "list", "--lens", "security")["findings"]

    assert 0 < len(high) < len(everything)
    assert {f["finding"]["lens"] for f in security} == {"security"}
    assert document("findings", "list", "--changed")["findings"] == []
    assert "shop/shell.py" in invoke("findings", "list").stdout


@pytest.mark.parametrize("prefix", ["abc", "ffffffffffff", ""])
def test_a_fingerprint_must_be_known(reviewed: RunSummary, prefix: str) -> None:
    assert invoke("findings", "dismiss", prefix, "--reason", "x").exit_code == 2
