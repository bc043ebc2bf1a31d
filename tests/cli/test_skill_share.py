"""``ladder skills add`` and ``update``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.console import Terminal, document, invoke
from tests.process.repository import commit, needs_git, new_repository

pytestmark = needs_git

SCAN = "---\nname: scan\ndescription: Scans. Use it to scan.\n---\n# Scan\n\nScan it.\n"
PLACE = ".ladder/skills/scan/SKILL.md"


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A repository of two skills."""
    probe = SCAN.replace("scan", "probe")
    files = {"scan/SKILL.md": SCAN, "probe/SKILL.md": probe}
    return new_repository(tmp_path / "shared", files)


def test_without_a_terminal_and_a_yes_nothing_is_taken_over(here: Path, shared: Path) -> None:
    result = invoke("skills", "add", str(shared))
    assert result.exit_code == 2
    assert "+Scan it." in result.stdout
    assert "add --yes" in result.stderr
    assert not (here / ".ladder/skills/scan").exists()

    looked = document("skills", "add", str(shared))["skills"]
    assert [(row["name"], row["path"]) for row in looked] == [("probe", ""), ("scan", "")]
    assert not (here / ".ladder/skills/scan").exists()
    stage = here / ".ladder/stage"
    assert [p.name for p in stage.iterdir()] == [".gitignore"]


def test_add_and_update_with_a_yes(here: Path, shared: Path) -> None:
    result = invoke("skills", "add", str(shared), "--only", "scan", "--yes")
    assert result.exit_code == 0
    assert PLACE in result.stdout
    assert "skills.lock" in result.stderr
    assert not (here / ".ladder/skills/probe").exists()
    assert "nothing changed" in invoke("skills", "update").stderr

    (shared / "scan/SKILL.md").write_text(SCAN + "More.\n")
    commit(shared)
    row = document("skills", "update", "scan", "--yes")["skills"][0]
    assert row["path"] == PLACE
    assert (here / PLACE).read_text() == SCAN + "More.\n"
    assert document("skills", "update")["skills"] == []


def test_local_edits_end_with_1_and_stay(here: Path, shared: Path) -> None:
    invoke("skills", "add", str(shared), "--only", "scan", "-y")
    (here / PLACE).write_text(SCAN + "Mine.\n")
    (shared / "scan/SKILL.md").write_text(SCAN + "Theirs.\n")
    commit(shared)

    result = invoke("skills", "update", "--yes")
    assert result.exit_code == 1
    assert "S061" in result.stderr
    assert "edited since it was added" in result.stderr
    assert (here / PLACE).read_text() == SCAN + "Mine.\n"

    assert invoke("skills", "update", "--yes", "--force").exit_code == 0
    assert (here / PLACE).read_text() == SCAN + "Theirs.\n"


def test_one_source_that_is_gone_does_not_stop_the_others(
    here: Path, shared: Path, tmp_path: Path
) -> None:
    plain = tmp_path / "plain" / "other"
    plain.mkdir(parents=True)
    (plain / "SKILL.md").write_text(SCAN.replace("scan", "other"))
    invoke("skills", "add", str(plain), "-y")
    invoke("skills", "add", str(shared), "-y")
    (shared / "scan/SKILL.md").write_text(SCAN + "More.\n")
    (shared / "probe/SKILL.md").unlink()
    commit(shared)
    plain.rename(tmp_path / "moved")

    result = invoke("skills", "update", "--yes")
    assert result.exit_code == 1
    assert (here / PLACE).read_text() == SCAN + "More.\n"
    assert "does not hold probe any more" in result.stderr
    assert "other: the folder ../plain/other is not there" in result.stderr

    invoke("skills", "rm", "probe")
    invoke("skills", "rm", "other")
    assert "1 skill looked at: nothing changed" in invoke("skills", "update").stderr


def test_in_a_repository_that_is_not_trusted_it_says_what_is_next(here: Path, shared: Path) -> None:
    foreign = here / ".claude/skills/foreign"
    foreign.mkdir(parents=True)
    (foreign / "SKILL.md").write_text(SCAN.replace("scan", "foreign"))
    result = invoke("skills", "add", str(shared), "--only", "scan", "-y")
    assert result.exit_code == 0
    assert "ladder skills trust" in result.stderr
    assert "ladder skills trust" in invoke("skills", "new", "other").stderr
    assert document("skills", "show", "scan")["skill"]["state"] == "untrusted"


def test_in_a_terminal_it_asks(here: Path, shared: Path) -> None:
    terminal = Terminal(here, "skills", "add", str(shared), "--only", "scan")
    terminal.wait_for("Take over scan?")
    terminal.type("n\r")
    assert terminal.end() == 4
    assert not (here / PLACE).exists()

    terminal = Terminal(here, "skills", "add", str(shared), "--only", "scan")
    terminal.wait_for("Take over scan?")
    terminal.type("y\r")
    assert terminal.end() == 0
    assert (here / PLACE).exists()


def test_what_is_refused_is_not_asked_about(here: Path, shared: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (shared / "scan/secret").symlink_to(secret)
    commit(shared)
    result = invoke("skills", "add", str(shared), "--only", "scan")
    assert result.exit_code == 1
    assert "scan/secret:0: S060 is refused: it is a symbolic link" in result.stderr
    assert not (here / ".ladder/skills/scan").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ext::sh"], "is not fetched"),
        (["http://example.org/x"], "not encrypted"),
        (["nowhere"], "no folder"),
        ([""], "nothing is named"),
    ],
)
def test_a_bad_source_is_wrong_use(here: Path, words: list[str], said: str) -> None:
    result = invoke("skills", "add", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_name_that_the_source_has_not_is_named(here: Path, shared: Path) -> None:
    result = invoke("skills", "add", str(shared), "--only", "scann", "--yes")
    assert result.exit_code == 2
    assert "it has probe, scan" in result.stderr
    assert "no skill was added" in invoke("skills", "update").stderr
