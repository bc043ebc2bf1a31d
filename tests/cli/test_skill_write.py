"""Skills written, broken down, deleted, compared and measured from the command line."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.domain.run import RunSummary
from tests.cli.console import document, invoke

PLACE = ".ladder/skills/scan/SKILL.md"


def test_new_duplicate_and_lint(here: Path) -> None:
    assert invoke("skills", "new", "scan").stdout.strip() == PLACE
    for kind in ("agent", "command"):
        assert document("skills", "new", f"my-{kind}", "--kind", kind)["path"].endswith(".md")
    assert document("skills", "duplicate", "review-tests", "mine")["path"] == (
        ".ladder/skills/mine/SKILL.md"
    )
    assert document("skills", "lint")["problems"] == []
    assert invoke("skills", "lint", "scan", "--strict").exit_code == 0
    again = invoke("skills", "new", "scan")
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert "no name for a skill" in invoke("skills", "new", "Scan It").stderr


def test_split_and_where(here: Path) -> None:
    invoke("skills", "new", "scan")
    made = document("skills", "split", "scan", "Steps", "scan-steps")
    assert made == {"path": ".ladder/skills/scan-steps/SKILL.md", "changed": PLACE}
    assert document("skills", "where", "scan-steps") == {
        "skill": "scan-steps",
        "workflows": [],
        "skills": ["scan"],
    }
    parts = document("skills", "show", "scan")["skill"]["skill"]["parts"]
    assert [part["name"] for part in parts] == ["scan-steps"]
    assert document("skills", "lint")["problems"] == []
    assert "review" in invoke("skills", "where", "review-tests").stdout
    assert "nothing uses scan" in invoke("skills", "where", "scan").stderr


def test_versions_and_diff(here: Path) -> None:
    invoke("skills", "new", "scan")
    invoke("skills", "list")
    alone = invoke("skills", "diff", "scan")
    assert alone.exit_code == 2
    assert "one version only" in alone.stderr

    (here / PLACE).write_text((here / PLACE).read_text() + "More.\n")
    assert "+More." in invoke("skills", "diff", "scan").stdout
    versions = document("skills", "versions", "scan")["versions"]
    assert len(versions) == 2
    old = versions[1]["content_hash"][:8]
    assert "+More." in document("skills", "diff", "scan", old)["lines"]
    assert "no difference" in invoke("skills", "diff", "scan", old, old).stderr
    assert "as it is now" in invoke("skills", "versions", "scan").stdout


def test_rm_and_restore(here: Path) -> None:
    invoke("skills", "new", "scan")
    assert "trash is empty" in invoke("skills", "restore").stderr
    token = document("skills", "rm", "scan")["token"]
    assert not (here / PLACE).exists()
    assert token in invoke("skills", "restore").stdout
    assert document("skills", "restore")["deleted"][0]["name"] == "scan"
    assert invoke("skills", "restore", "scan").stdout.strip() == PLACE
    refused = invoke("skills", "rm", "review-tests")
    assert refused.exit_code == 2
    assert "ships with Ladder" in refused.stderr


def test_use_and_promote_after_a_run(reviewed: RunSummary, here: Path) -> None:
    rows = {row["name"]: row for row in document("skills", "use")["skills"]}
    tests = rows["review-tests"]
    assert (tests["uses"], tests["done"], tests["ended"]) == (1, 1, 1)
    assert tests["per_use"]["success"] == 1.0
    assert tests["per_use"]["tokens"] > 0
    assert tests["last_runs"][0][1] == reviewed.number
    assert len(document("skills", "versions", "review-tests")["versions"]) == 1

    invoke("skills", "new", "idle")
    text = invoke("skills", "use")
    assert "never used" in text.stdout
    assert "100%" in text.stdout

    made = invoke("skills", "promote", "last", "specialists/tests", "my-tests")
    assert made.stdout.strip() == ".ladder/skills/my-tests/SKILL.md"
    assert document("skills", "lint", "my-tests")["errors"] == 0
    wrong = invoke("skills", "promote", "last", "specialists/test", "x")
    assert wrong.exit_code == 2
    assert "specialists/tests" in wrong.stderr


def test_listing(here: Path) -> None:
    text = "---\nname: {}\ndescription: {}\n---\nbody\n"
    for number in range(10):
        folder = here / ".claude" / "skills" / f"s{number}"
        folder.mkdir(parents=True)
        (folder / "SKILL.md").write_text(text.format(f"s{number}", f"Does {number}. " + "x" * 1100))
    listing = document("skills", "listing")["listing"]
    assert listing["limit"] == 8_000
    assert [e["name"] for e in listing["entries"] if e["kept"] == 0] == ["s9", "s8", "s7"]
    assert "3 vanish" in invoke("skills", "listing").stderr
    assert "10 are shortened" in invoke("skills", "listing", "--target", "spec").stderr
