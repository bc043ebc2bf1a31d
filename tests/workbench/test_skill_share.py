"""Skills of others: looked at first, pinned, updated, and never over anybody's work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ladder_tui.errors import InvalidFileError, UsageError
from ladder_tui.library.skill_folder import folder_hash, read_folder
from ladder_tui.library.skill_lock import read_lock
from ladder_tui.process.git_command import GitError
from ladder_tui.workbench import Workbench
from ladder_tui.workbench.authored_file import ConflictError
from tests.process.repository import commit, git, needs_git, new_repository

pytestmark = needs_git

SCAN = "---\nname: scan\ndescription: Scans. Use it to scan.\n---\n# Scan\n\nScan it.\n"
TEST = SCAN.replace("scan", "probe")


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A repository of two skills."""
    files = {
        "README.md": "skills",
        "skills/scan/SKILL.md": SCAN,
        "skills/scan/references/deep.md": "deep\n",
        "more/probe/SKILL.md": TEST,
    }
    return new_repository(tmp_path / "shared", files)


def added(wb: Workbench, source: Path | str, name: str = "scan") -> str:
    for skill in wb.skills.stage(str(source)):
        if skill.name == name:
            return wb.skills.accept(skill.stage)
    raise AssertionError(name)


def state(wb: Workbench) -> dict[str, bytes]:
    top = wb.root / ".ladder"
    places = (top / "skills", top / "skills.lock")
    files = [p for place in places for p in (place.rglob("*") if place.is_dir() else [place])]
    return {str(p.relative_to(top)): p.read_bytes() for p in files if p.is_file()}


def test_nothing_is_taken_over_before_it_was_looked_at(wb: Workbench, shared: Path) -> None:
    probe, scan = wb.skills.stage(str(shared))
    assert (probe.name, scan.name) == ("probe", "scan")
    assert state(wb) == {}
    assert scan.is_new
    assert scan.files == ("SKILL.md", "references/deep.md")
    assert scan.problems == ()
    assert scan.commit == git(shared, "rev-parse", "HEAD")
    assert "+Scan it." in scan.diff
    assert "+deep" in scan.diff

    assert wb.skills.accept(scan.stage) == ".ladder/skills/scan/SKILL.md"
    wb.skills.drop(probe.stage)

    assert (wb.root / ".ladder/skills/scan/references/deep.md").read_text() == "deep\n"
    assert wb.skills.entry("scan").pin == scan.commit
    assert wb.skills.get("scan").body.startswith("# Scan")
    lock = (wb.root / ".ladder/skills.lock").read_text()
    assert '[skills."scan"]' in lock
    assert f'commit = "{scan.commit}"' in lock
    assert 'folder = "skills/scan"' in lock
    with pytest.raises(UsageError, match="nothing is staged"):
        wb.skills.accept(probe.stage)
    status = git(wb.root, "status", "--porcelain", "-uall")
    assert ".ladder/skills.lock" in status
    assert "stage" not in status


def test_an_update_shows_what_changed_and_waits_for_a_yes(wb: Workbench, shared: Path) -> None:
    added(wb, shared)
    assert wb.skills.update("scan") is None
    (shared / "more/probe/SKILL.md").write_text(TEST + "Elsewhere.\n")
    commit(shared)
    assert wb.skills.update("scan") is None  # another skill of the same source changed
    (shared / "skills/scan/SKILL.md").write_text(SCAN + "More.\n")
    (shared / "skills/scan/references/deep.md").unlink()
    head = commit(shared)

    staged = wb.skills.update("scan")

    assert staged is not None
    assert not staged.is_new
    assert "+More." in staged.diff
    assert "-deep" in staged.diff
    assert wb.skills.get("scan").body == "# Scan\n\nScan it."
    wb.skills.accept(staged.stage)
    assert wb.skills.get("scan").body.endswith("More.")
    assert not (wb.root / ".ladder/skills/scan/references").exists()
    assert wb.skills.entry("scan").pin == head
    assert len(wb.skills.versions("scan")) == 2
    assert [d.name for d in wb.skills.trash()] == ["scan"]


def test_local_edits_are_noticed_and_kept(wb: Workbench, shared: Path) -> None:
    path = wb.root / added(wb, shared)
    path.write_text(SCAN + "Mine.\n")
    (shared / "skills/scan/SKILL.md").write_text(SCAN + "Theirs.\n")
    commit(shared)
    staged = wb.skills.update("scan")
    assert staged is not None
    assert [p.rule for p in staged.problems] == ["S061"]
    with pytest.raises(ConflictError, match="edited since"):
        wb.skills.accept(staged.stage)
    assert path.read_text() == SCAN + "Mine.\n"

    wb.skills.accept(staged.stage, is_forced=True)
    assert path.read_text() == SCAN + "Theirs.\n"
    wb.skills.delete("scan")
    wb.skills.restore(next(d.token for d in wb.skills.trash()[1:]))
    assert path.read_text() == SCAN + "Mine.\n"


def test_a_skill_from_elsewhere_is_not_replaced_silently(
    wb: Workbench, shared: Path, tmp_path: Path
) -> None:
    wb.skills.new("scan", text="mine")
    scan = wb.skills.stage(str(shared))[1]
    assert [p.rule for p in scan.problems] == ["S061"]
    with pytest.raises(ConflictError, match="not from"):
        wb.skills.accept(scan.stage)
    wb.skills.delete(".ladder/skills/scan/SKILL.md")
    wb.skills.accept(scan.stage)

    other = new_repository(tmp_path / "other", {"SKILL.md": SCAN + "Other.\n"})
    with pytest.raises(ConflictError, match="is there, from"):
        added(wb, other)


def test_a_plain_folder_is_pinned_by_its_content(wb: Workbench, tmp_path: Path) -> None:
    folder = tmp_path / "plain" / "scan"
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text(SCAN)
    added(wb, tmp_path / "plain")
    pin = read_lock(wb.root)[0]["scan"]
    assert (pin.commit, pin.source, pin.folder) == ("", "../plain", "scan")
    assert wb.skills.entry("scan").pin == pin.files
    assert wb.skills.update("scan") is None
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    staged = wb.skills.update("scan")
    assert staged is not None
    assert "run.sh: is executable" in staged.diff
    with pytest.raises(UsageError, match="plain folder"):
        wb.skills.stage(f"{tmp_path / 'plain'}#main")


def test_a_branch_is_followed(wb: Workbench, shared: Path) -> None:
    git(shared, "checkout", "-q", "-b", "next")
    (shared / "skills/scan/SKILL.md").write_text(SCAN + "Next.\n")
    commit(shared)
    git(shared, "checkout", "-q", "main")
    added(wb, f"file://{shared}#next")
    assert wb.skills.get("scan").body.endswith("Next.")
    git(shared, "checkout", "-q", "next")
    (shared / "skills/scan/SKILL.md").write_text(SCAN + "Later.\n")
    commit(shared)
    git(shared, "checkout", "-q", "main")
    staged = wb.skills.update("scan")
    assert staged is not None
    assert "+Later." in staged.diff


@pytest.mark.parametrize("is_git", [True, False])
def test_what_leads_elsewhere_is_refused_with_reasons(
    wb: Workbench, tmp_path: Path, is_git: bool
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    top = tmp_path / "evil"
    folder = top / "scan"
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text(SCAN)
    (folder / "notes.md").symlink_to(secret)
    (folder / "a\x1b[2Jb").write_text("x")
    if is_git:
        new_repository(top)
        commit(top)
    scan = wb.skills.stage(str(top))[0]
    said = " ".join(str(p) for p in scan.problems)
    assert {p.rule for p in scan.problems} == {"S060"}
    assert "symbolic link" in said
    assert "control" in said
    assert "\x1b" not in said
    with pytest.raises(InvalidFileError, match="not taken over"):
        wb.skills.accept(scan.stage, is_forced=True)
    assert state(wb) == {}


def test_tricks_with_paths_inside_git_are_refused(wb: Workbench, shared: Path) -> None:
    blob = git(shared, "hash-object", "-w", "README.md")
    for path in ("x/../../../evil", "x/.GIT/config", "x/a\\b", "x/\u202ea"):
        head = git(shared, "rev-parse", "HEAD")
        # Written as raw trees: git's own commands refuse some of these names.
        rows = {"SKILL.md": blob}
        tree = _raw_tree(shared, rows)
        for part in reversed(path.split("/")[1:]):
            inner = blob if part == path.split("/")[-1] else tree
            tree = _raw_tree(shared, {"SKILL.md": blob, part: inner}, is_tree=inner != blob)
        made = git(shared, "commit-tree", _raw_tree(shared, {"x": tree}, is_tree=True), "-m", "x")
        git(shared, "update-ref", "refs/heads/trick", made)
        assert head
        try:
            staged = wb.skills.stage(f"{shared}#trick")
        except GitError:
            continue  # git itself refused the tree
        assert any(p.rule == "S060" for s in staged for p in s.problems), path
        for skill in staged:
            with pytest.raises(InvalidFileError):
                wb.skills.accept(skill.stage)
    assert not (wb.root.parent / "evil").exists()


def _raw_tree(root: Path, names: dict[str, str], *, is_tree: bool = False) -> str:
    body = b""
    for name, oid in sorted(names.items()):
        mode = b"40000" if is_tree and name != "SKILL.md" else b"100644"
        body += mode + b" " + name.encode() + b"\0" + bytes.fromhex(oid)
    file = root / ".git" / "raw"
    file.write_bytes(body)
    return git(root, "hash-object", "-t", "tree", "-w", "--literally", str(file))


def test_a_long_diff_is_cut_and_says_so(
    wb: Workbench, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ladder_tui.workbench.skill_stage.MOST_LINES", 8)
    for name in "abc":
        (shared / f"skills/scan/{name}.md").write_text("line\n" * 4)
    commit(shared)
    scan = next(s for s in wb.skills.stage(str(shared)) if s.name == "scan")
    assert scan.diff[:3] == ("--- SKILL.md none", "+++ SKILL.md new", "@@ -0,0 +1,7 @@")
    assert scan.diff[8] == "SKILL.md: … and more"
    assert scan.diff[-1] == "… and 4 more files that differ"


def test_who_takes_the_name_of_another_skill_is_told(wb: Workbench, tmp_path: Path) -> None:
    folder = tmp_path / "team #1" / "review-tests"
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text(SCAN.replace("name: scan", "name: review-tests"))
    staged = wb.skills.stage(str(folder))[0]
    assert [(p.rule, p.level) for p in staged.problems] == [("S063", "warning")]
    assert "skills/review-tests/SKILL.md" in staged.problems[0].message


def test_a_path_with_blanks_and_marks_is_fetched(wb: Workbench, tmp_path: Path) -> None:
    new_repository(tmp_path / "our skills #2 50%", {"scan/SKILL.md": SCAN})
    assert added(wb, tmp_path / "our skills #2 50%") == ".ladder/skills/scan/SKILL.md"
    assert wb.skills.update("scan") is None


def test_a_submodule_is_not_entered(wb: Workbench, shared: Path) -> None:
    head = git(shared, "rev-parse", "HEAD")
    git(shared, "rm", "-q", "-r", "more")
    git(shared, "update-index", "--add", "--cacheinfo", f"160000,{head},skills/scan/inner")
    git(shared, "commit", "-qm", "submodule")
    scan = next(s for s in wb.skills.stage(str(shared)) if s.name == "scan")
    assert "submodule" in str(scan.problems[0])


def test_a_skill_over_the_limits_is_refused(
    wb: Workbench, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ladder_tui.library.skill_folder.MAX_FILE_BYTES", 1_000)
    (shared / "skills/scan/big.bin").write_bytes(os.urandom(1_001))
    scan = next(s for s in wb.skills.stage(f"file://{shared}") if s.name == "scan")
    assert scan.problems == ()  # not committed
    commit(shared)
    scan = next(s for s in wb.skills.stage(str(shared)) if s.name == "scan")
    assert "it is over" in str(scan.problems[0])


def test_a_stage_that_was_tampered_with_is_not_taken_over(wb: Workbench, shared: Path) -> None:
    scan = wb.skills.stage(str(shared))[1]
    (wb.root / ".ladder/stage" / scan.stage / "scan/SKILL.md").write_text("other")
    with pytest.raises(UsageError, match="changed since"):
        wb.skills.accept(scan.stage)
    record = wb.root / ".ladder/stage" / scan.stage / "staged.json"
    digest = folder_hash(read_folder(record.parent / "scan", "scan")[0])
    record.write_text(re.sub('"files":"[0-9a-f]+"', f'"files":"{digest}"', record.read_text()))
    with pytest.raises(UsageError, match="changed since"):
        wb.skills.accept(scan.stage)
    for token in ("../skills", "", ".", "a/b"):
        with pytest.raises(UsageError):
            wb.skills.drop(token)


@pytest.mark.parametrize(
    "lock",
    [
        "no toml [",
        '[skills."../../x"]\nsource = "y"\nfiles = "z"\nadded = "2026-01-01"\n',
        '[skills.x]\nsource = 1\nfiles = "z"\nadded = "2026-01-01"\n',
    ],
)
def test_a_lock_file_that_cannot_be_trusted_is_refused(wb: Workbench, lock: str) -> None:
    (wb.root / ".ladder/skills.lock").write_text(lock)
    with pytest.raises(InvalidFileError, match=r"skills\.lock"):
        wb.skills.pinned()
    assert wb.skills.entries()


def test_an_address_in_a_lock_file_is_checked_too(wb: Workbench, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (wb.root / ".ladder/skills.lock").write_text(
        f'[skills.x]\nsource = "ext::touch {ran}"\nfiles = "z"\nadded = "2026-01-01"\n'
    )
    with pytest.raises(UsageError, match="is not fetched"):
        wb.skills.update("x")
    assert not ran.exists()


def test_a_ref_in_a_lock_file_is_checked_too(wb: Workbench, shared: Path) -> None:
    (wb.root / ".ladder/skills.lock").write_text(
        f'[skills.x]\nsource = "file://{shared}"\nref = "+refs/*:refs/*"\n'
        'files = "z"\nadded = "2026-01-01"\n'
    )
    with pytest.raises(UsageError, match="is no branch"):
        wb.skills.update("x")


def test_taking_a_skill_over_trusts_no_workflow_that_was_there_before(
    wb: Workbench, shared: Path
) -> None:
    workflows = wb.root / ".ladder/workflows"
    workflows.mkdir(parents=True, exist_ok=True)
    (workflows / "starts.yaml").write_text("name: starts\nsteps: [{id: a, run: [make]}]\n")
    added(wb, shared)
    assert not wb.skills.is_trusted
    assert not wb.workflows.get("starts").is_runnable


def test_skills_that_unfold_to_more_than_the_memory_holds_are_not_read(
    wb: Workbench, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ladder_tui.workbench.skill_source.MOST_READ", 2_000)
    for folder in ("skills/scan", "more/probe"):
        (shared / folder / "big.md").write_text("a" * 1_000)
    commit(shared)
    plain = shutil.copytree(shared, tmp_path / "plain", ignore=shutil.ignore_patterns(".git"))
    for source in (shared, plain):
        with pytest.raises(UsageError, match="together they are over"):
            wb.skills.stage(str(source))
    assert [s.name for s in wb.skills.stage(str(shared / "skills"))] == ["scan"]


def test_what_holds_no_skill_is_said(wb: Workbench, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no skill"):
        wb.skills.stage(str(tmp_path / "empty"))
    with pytest.raises(UsageError, match="no folder"):
        wb.skills.stage("nowhere")
    with pytest.raises(UsageError, match="was not added"):
        wb.skills.update("review-security")


def test_without_a_readable_lock_file_nothing_is_replaced(wb: Workbench, shared: Path) -> None:
    added(wb, shared)
    (shared / "skills/scan/SKILL.md").write_text(SCAN + "More.\n")
    commit(shared)
    staged = wb.skills.update("scan")
    assert staged is not None
    (wb.root / ".ladder/skills.lock").write_text("<<<<<<< ours\n")
    before = state(wb)
    with pytest.raises(InvalidFileError, match="cannot be used"):
        wb.skills.accept(staged.stage)
    assert state(wb) == before


def test_two_at_once_lose_no_pin(wb: Workbench, shared: Path) -> None:
    stages = {skill.name: skill.stage for skill in wb.skills.stage(str(shared))}
    command = "import sys; from pathlib import Path; from ladder_tui.workbench import Workbench\n"
    command += "wb = Workbench.open(Path(sys.argv[1])); sys.stdin.readline()\n"
    command += "wb.skills.accept(sys.argv[2])"
    others = [
        subprocess.Popen(
            [sys.executable, "-c", command, str(wb.root), stage], stdin=subprocess.PIPE, text=True
        )
        for stage in stages.values()
    ]
    for other in others:
        assert other.stdin is not None
        other.stdin.write("go\n")
        other.stdin.close()
    assert [other.wait(60) for other in others] == [0, 0]
    pins, problems = read_lock(wb.root)
    assert (sorted(pins), problems) == (["probe", "scan"], [])
