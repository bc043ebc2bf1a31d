"""Hooks and schedules: git really runs them, and what they start says so."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ladder_tui.workbench import Workbench
from tests.cli.console import document, invoke
from tests.conftest import QUIET, git, until, wait_for_end

MODEL = ("--model", f"scripted/{QUIET}")


def remote(here: Path) -> None:
    """Give the repository a place to push to."""
    git(here, "init", "-q", "--bare", str(here.parent / "origin.git"))
    git(here, "remote", "add", "origin", str(here.parent / "origin.git"))


def push(here: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "push", "-q", "origin", "main"], cwd=here, capture_output=True, text=True
    )


def test_a_push_starts_a_run_that_says_what_started_it(here: Path, wb: Workbench) -> None:
    remote(here)
    done = invoke("workflows", "hook", "review", "--on", "pre-push", *MODEL, "-i", "path=shop")
    assert done.exit_code == 0, done.output
    assert "--trigger 'hook pre-push'" in done.stdout

    assert push(here).returncode == 0
    until(lambda: wb.runs.list())
    summary = wait_for_end(wb, wb.runs.list()[0].run_id)
    assert summary.trigger == "hook pre-push"
    assert wb.runs.spec(summary.run_id).inputs["path"] == "shop"
    assert "hook pre-push" in invoke("runs", "show").stdout


def test_a_blocking_hook_stops_git_on_a_failed_verdict(here: Path, wb: Workbench) -> None:
    remote(here)
    words = ("workflows", "hook", "review", "--on", "pre-push", "--blocking", *MODEL)
    assert invoke(*words).exit_code == 0

    stopped = push(here)
    assert stopped.returncode != 0
    assert "S602" in stopped.stderr
    assert wb.runs.list()[0].verdict == "fail"

    assert invoke("workflows", "hook", "review", "--on", "pre-push", "--remove").exit_code == 0
    assert push(here).returncode == 0


def test_a_commit_of_a_part_is_not_disturbed(here: Path, wb: Workbench) -> None:
    """Git gives a pre-commit hook an index of its own; nothing below may write into it."""
    words = ("workflows", "hook", "review", "--on", "pre-commit", "--blocking", *MODEL)
    assert invoke(*words, "-i", "path=tests").exit_code == 0
    (here / "tests/test_cart.py").write_text("def test_nothing():\n    assert 1 + 1 == 2\n")
    (here / "left.txt").write_text("not added")
    git(here, "commit", "-qm", "part", "tests/test_cart.py")
    assert git(here, "show", "--name-only", "--format=").split() == ["tests/test_cart.py"]
    assert git(here, "status", "--porcelain").splitlines() == ["?? .ladder/", "?? left.txt"]
    assert wb.runs.list()[0].trigger == "hook pre-commit"


def test_a_hook_that_is_there_keeps_its_bytes_its_mode_and_its_exit_code(here: Path) -> None:
    remote(here)
    path = here / ".git/hooks/pre-push"
    before = b"#!/bin/sh\nread line && echo got $line >&2\nexit 7\n# no end: \xff"
    path.write_bytes(before)
    path.chmod(0o710)
    assert invoke("workflows", "hook", "review", "--on", "pre-push", *MODEL).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o710
    done = push(here)
    assert done.returncode != 0
    assert "got refs/heads/main" in done.stderr

    assert invoke("workflows", "hook", "review", "--on", "pre-push", "--remove").exit_code == 0
    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o710


def test_a_hook_of_our_own_is_gone_after_its_removal(here: Path) -> None:
    made = document("workflows", "hook", "review", "--on", "post-merge")
    assert made["hook"]["is_new"]
    gone = document("workflows", "hook", "review", "--on", "post-merge", "--remove")
    assert gone["removed"]
    assert not (here / ".git/hooks/post-merge").exists()


def test_hooks_path_in_the_working_tree_is_respected_and_names_no_machine_path(here: Path) -> None:
    git(here, "config", "core.hooksPath", "tools/hooks")
    done = invoke("workflows", "hook", "review", "--on", "pre-push")
    assert done.exit_code == 0, done.output
    text = (here / "tools/hooks/pre-push").read_text()
    assert "exec ladder run review" in text
    assert str(here) not in text


def test_hooks_path_that_others_share_is_refused(here: Path, tmp_path: Path) -> None:
    git(here, "config", "core.hooksPath", str(tmp_path / "all"))
    done = invoke("workflows", "hook", "review", "--on", "pre-push")
    assert done.exit_code == 2
    assert "all repositories that share it" in done.stderr
    assert not (tmp_path / "all").exists()


def test_values_reach_the_run_as_they_are(here: Path) -> None:
    odd = "shop/$(touch hacked) '\"; rm"
    (here / odd).mkdir(parents=True)
    (here / odd / "a.py").write_text("x = 1\n")
    git(here, "add", "-A")
    remote(here)
    words = ("workflows", "hook", "review", "--on", "pre-push", "--blocking", *MODEL)
    assert invoke(*words, "-i", f"path={odd}").exit_code == 0
    push(here)
    assert document("runs", "show")["run"]["inputs"]["path"] == odd
    assert not (here / "hacked").exists()


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [
        ("#!/usr/bin/env python3\n", 0o755, "no shell script"),
        ("#!/bin/sh\nexit 1\n", 0o644, "not executable"),
    ],
)
def test_a_hook_that_cannot_be_added_to_is_left_alone(
    here: Path, content: str, mode: int, why: str
) -> None:
    path = here / ".git/hooks/pre-push"
    path.write_text(content)
    path.chmod(mode)
    done = invoke("workflows", "hook", "review", "--on", "pre-push")
    assert done.exit_code == 2
    assert why in done.stderr
    assert path.read_text() == content


def test_a_link_is_left_alone(here: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").write_text("#!/bin/sh\n")
    (here / ".git/hooks/pre-push").symlink_to(tmp_path / "shared")
    done = invoke("workflows", "hook", "review", "--on", "pre-push")
    assert done.exit_code == 2
    assert "is a link to" in done.stderr
    assert (tmp_path / "shared").read_text() == "#!/bin/sh\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["hook", "reveiw", "--on", "pre-push"], "nearest: review"),
        (["hook", "review", "--on", "pre-psuh"], "pre-push"),
        (["hook", "review", "--on", "pre-push", "-i", "max_parallel=x"], "I003"),
        (["hook", "review", "--on", "post-merge", "--blocking"], "cannot wait for a verdict"),
        (["hook", "review", "--on", "pre-push", "--remove"], "does not start review"),
        (["schedule", "review", "--as", "cron"], "is no time of the day"),
        (["schedule", "review", "--as", "cron", "--at", "25:00"], "is no time of the day"),
        (["schedule", "review", "--as", "systemd", "--remove"], "no timer starts review here"),
    ],
)
def test_wrong_words_write_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], says: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(here.parent / "home"))
    before = sorted((here / ".git/hooks").iterdir())
    done = invoke("workflows", *words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert sorted((here / ".git/hooks").iterdir()) == before
    assert not (here.parent / "home").exists()


def test_outside_git_there_is_no_hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke("workflows", "hook", "review", "--on", "pre-push")
    assert done.exit_code == 2
    assert "in no git repository" in done.stderr


def test_a_timer_is_printed_and_only_written_on_request(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(here.parent / "home"))
    words = ("workflows", "schedule", "review", "--at", "02:00", "--weekdays", "--as", "systemd")
    printed = invoke(*words)
    assert "OnCalendar=Mon..Fri *-*-* 02:00:00" in printed.stdout
    assert "systemctl --user enable --now ladder-repo-" in printed.stderr
    assert not (here.parent / "home").exists()

    written = document(*words, "--write")["schedule"]["files"]
    for path, text in written:
        assert Path(path).read_text() == text
        assert path.startswith(str(here.parent / "home/systemd/user/ladder-repo-"))
    removed = document("workflows", "schedule", "review", "--as", "systemd", "--remove")["removed"]
    assert removed == [path for path, _ in written]
    assert not any(Path(path).exists() for path in removed)


CRONTAB = """\
#!/bin/sh
file="$(dirname "$0")/table"
[ "$1" = -l ] || { cat > "$file"; exit; }
[ -f "$file" ] || { echo "no crontab for you" >&2; exit 1; }
cat "$file"
"""


def test_a_crontab_line_takes_the_place_of_its_predecessor(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin/crontab"
    program.parent.mkdir()
    program.write_text(CRONTAB)
    program.chmod(0o755)
    table = program.parent / "table"
    table.write_text("0 1 * * * backup\n")
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    words = ("workflows", "schedule", "review", "--as", "cron")

    assert invoke(*words, "--at", "02:00").exit_code == 0
    assert table.read_text() == "0 1 * * * backup\n"
    for at in ("02:00", "03:30"):
        assert invoke(*words, "--at", at, "--write").exit_code == 0
    lines = table.read_text().splitlines()
    assert [line.split(" ", 2)[:2] for line in lines] == [["0", "1"], ["30", "3"]]
    assert invoke(*words, "--remove").exit_code == 0
    assert table.read_text() == "0 1 * * * backup\n"
    assert invoke(*words, "--remove").exit_code == 2


def test_without_a_crontab_program_the_line_can_be_copied(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    words = ("workflows", "schedule", "review", "--as", "cron", "--at", "2:00")
    done = invoke(*words, "--write")
    assert done.exit_code == 2
    assert "no crontab program" in done.stderr
    assert "0 2 * * *" in invoke(*words).stdout
