"""Bad input of every kind: one clear message, the right exit code, nothing half written."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from ladder_tui.workbench import Workbench
from tests.cli.console import console
from tests.conftest import QUIET, git, run_review
from tests.e2e.place import CONTROLS, FILL, invoked, read_only, refused, small_disk
from tests.servers.loopback import in_thread
from tests.servers.messages import MessagesServer
from tests.servers.reply import Reply, always

MODEL = ("--model", f"scripted/{QUIET}")
SHELL_CALL = b"import subprocess\n\n\ndef run(x):\n    return subprocess.call(x, shell=True)\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--bogus"], "No such option '--bogus'"),
        (["rnu"], "did you mean 'run'"),
        (["run", "reveiw"], "nearest: review"),
        (["run", "review", "-i", "max_parallel=many"], "inputs.max_parallel:0: I003"),
        (["run", "review", "--budget-usd", "-1"], "--budget-usd"),
        (["run", "review", "--budget-usd", "1e300"], "--budget-usd"),
        (["run", "review", "--budget-tokens", "9" * 30], "--budget-tokens"),
        (["run", "review", "--model", "scripted/no.yaml"], "no.yaml:0: SC001 does not exist"),
        (["run", "review", "--replay", "no.jsonl"], "there is no cassette no.jsonl"),
        (["run", "review", "--prd", "no.md"], "there is no PRD 'no.md'"),
        (["run", "review", "--prd", "latin.md"], "is not UTF-8: line 1"),
        (["run", "review", "--prd", "large.md"], "is over 2 MiB"),
        (["run", "review", "-i", "path=\udcff"], "is not UTF-8"),
        (["run", "a\x1b[31m\x07b\u202e"], 'there is no workflow "ab"'),
        (["runs", "show", "\udcff", "--json"], "is not UTF-8"),
        (["runs", "list", "--limit", "9" * 30], "--limit"),
        (["runs", "resume", "99"], "there is no run '99'"),
        (["workflows", "lint", "no.yaml"], "there is no file no.yaml"),
    ],
)
def test_wrong_words_and_files(repo: Path, words: list[str], says: str) -> None:
    (repo / "latin.md").write_bytes(b"caf\xe9\n")
    (repo / "large.md").write_bytes(b"a" * 3_000_000)
    if words[:2] == ["run", "review"]:
        words = [words[0], words[1], *MODEL, *words[2:]]
    assert says in refused(invoked(repo, *words), 2)
    database = repo / ".ladder/ladder.db"
    if database.exists():
        with sqlite3.connect(database) as connection:
            assert connection.execute("SELECT count(*) FROM run").fetchone() == (0,)
        connection.close()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"a = [", "Invalid value"),
        (b'modle = "x"\n', "unknown field `modle`"),
        (b'[providers.x]\nkind = "anthropic"\n', "providers are only read from"),
        (b"budget_usd = nan\n", "budget_usd is nan"),
        (b"budget_usd = 1e300\n", "budget_usd is 1e+300"),
        (b"\xff", "config.toml"),
    ],
)
def test_configuration_that_cannot_be_used(repo: Path, text: bytes, says: str) -> None:
    (repo / ".ladder").mkdir()
    (repo / ".ladder/config.toml").write_bytes(text)
    shown = refused(invoked(repo, "runs", "list"), 2)
    assert "config.toml" in shown
    assert says in shown


def _newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def _foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE x (y)")
    connection.close()


def _damaged(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(16 * 4096))


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "newer": (_newer, "written by a newer Ladder"),
    "text": (lambda path: path.write_text("not a database\n" * 9), "is no database"),
    "truncated": (lambda path: os.truncate(path, 20_000), "is damaged"),
    "damaged": (_damaged, "is damaged"),
    "foreign": (_foreign, "database of another program"),
    "directory": (_directory, "cannot be used"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_database_that_cannot_be_used_is_left_as_it_is(repo: Path, name: str) -> None:
    Workbench.open(repo).close()
    path = repo / ".ladder/ladder.db"
    BROKEN[name][0](path)
    before = path.read_bytes() if path.is_file() else b""

    assert BROKEN[name][1] in refused(invoked(repo, "run", "review", *MODEL), 5)
    assert "ladder.db" in refused(invoked(repo, "runs", "list", "--json"), 5)
    assert (path.read_bytes() if path.is_file() else b"") == before
    done = invoked(repo, "doctor", "--json")
    assert done.returncode == 1
    assert {c["name"]: c["state"] for c in json.loads(done.stdout)["checks"]}["database"] == (
        "missing"
    )


READERS = [
    ("skills", "list"),
    ("workflows", "list"),
    ("workflows", "lint"),
    ("runs", "list"),
    ("prd", "list"),
    ("prd", "lint", "README.md"),
    ("models", "list"),
    ("doctor",),
]


def test_looking_makes_nothing(repo: Path) -> None:
    for words in READERS:
        done = invoked(repo, *words)
        assert "ladder: " not in done.stderr, done.stderr
    assert not (repo / ".ladder").exists()


@pytest.mark.parametrize("is_set_up", [False, True])
def test_a_read_only_repository_can_be_looked_at(repo: Path, is_set_up: bool) -> None:
    if is_set_up:
        wb = Workbench.open(repo)
        run_review(wb)
        wb.close()
    for words in [("skills", "list"), ("runs", "list"), ("prd", "lint", "README.md")]:
        done = read_only(repo, *words)
        assert "ladder: " not in done.stderr, done.stderr
    if is_set_up:
        assert read_only(repo, "runs", "show").returncode == 0
        assert "S602" in read_only(repo, "runs", "export").stdout
    assert read_only(repo, "doctor").returncode == 1
    for words in [("init",), ("run", "review", *MODEL)]:
        assert "ladder" in refused(read_only(repo, *words), 5)


def test_a_file_in_the_place_of_the_folder(repo: Path) -> None:
    (repo / ".ladder").write_text("mine")
    shown = refused(invoked(repo, "run", "review", *MODEL), 5)
    assert f"{repo}/.ladder cannot be made" in shown
    assert "move it away" in shown
    assert invoked(repo, "skills", "list").returncode == 0
    assert (repo / ".ladder").read_text() == "mine"


def test_a_full_disk_leaves_nothing_half_made(repo: Path, tmp_path: Path) -> None:
    review = "$LADDER run review --model scripted/" + str(QUIET)
    done = small_disk(
        tmp_path / "disk",
        repo,
        FILL + f"{review}; code=$?; find .ladder -type f; rm fill; $LADDER init >&2; "
        "test -s .ladder/.gitignore && exit $code",
    )
    assert "No space left" in refused(done, 5).split("is set up")[0]
    assert done.stdout == ""


def test_a_disk_that_is_full_later(repo: Path, tmp_path: Path) -> None:
    done = small_disk(
        tmp_path / "disk",
        repo,
        f"$LADDER init 2>/dev/null; {FILL} $LADDER runs list --json; "
        f"$LADDER run review --model scripted/{QUIET}",
    )
    assert "the disk is full" in refused(done, 5)
    assert '"runs": []' in done.stdout


def test_odd_names_are_reviewed_or_reported(repo: Path, tmp_path: Path) -> None:
    names = [b"new\nline.py", b"-dash.py", b"caf\xe9.py", b"x" * 252 + b".py", b"e\x1b[31mred.py"]
    for name in names:
        Path(os.fsdecode(os.fsencode(repo / "shop") + b"/" + name)).write_bytes(SHELL_CALL)
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "odd")
    done = console(repo, "run", "review", *MODEL)

    assert done.returncode == 1
    assert not CONTROLS.search(done.stderr)
    found = json.loads(console(repo, "findings", "list", "--json").stdout)["findings"]
    paths = {f["finding"]["path"] for f in found if f["finding"]["rule"] == "S602"}
    assert {"shop/new\nline.py", "shop/-dash.py", f"shop/{'x' * 252}.py"} <= paths
    gates = next(line for line in done.stderr.splitlines() if line.startswith("ruff-security"))
    assert "1 not analysed (its name is not UTF-8)" in gates
    report = console(repo, "runs", "export").stdout
    assert not CONTROLS.search(report)


def test_large_and_foreign_files_are_named_not_read(repo: Path) -> None:
    (repo / "shop/large.py").write_bytes(b"x = 1\n" * 8_400_000)
    (repo / "shop/latin.py").write_bytes(b'x = "caf\xe9"\n')
    done = console(repo, "run", "review", *MODEL)
    assert done.returncode == 1
    assert "2 not analysed (larger than 1 MB, not UTF-8)" in done.stderr


def test_own_files_with_odd_names_are_listed(repo: Path) -> None:
    Workbench.open(repo).close()
    folder = os.fsencode(repo / ".ladder/prds")
    for name in (b"\xff.md", b"a\nb.md"):
        Path(os.fsdecode(folder + b"/" + name)).write_text("# x\n")
    assert len(json.loads(invoked(repo, "prd", "list", "--json").stdout)["prds"]) == 2
    done = invoked(repo, "prd", "lint")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2


def test_a_root_that_nothing_can_name(tmp_path: Path) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    root.mkdir()
    assert "its path is not UTF-8" in refused(invoked(root, "init"), 2)
    assert list(root.iterdir()) == []


def test_without_git(tmp_path: Path, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(repo / ".git")
    shown = refused(invoked(repo, "run", "review", *MODEL, "-i", "changed=main"), 2)
    assert "is in no git repository" in shown
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert console(repo, "run", "review", *MODEL).returncode == 1


@pytest.mark.parametrize(
    ("key", "reply", "says"),
    [
        ("sk-wrong", Reply(status=401), "key"),
        ("sk-test", Reply(fault="html"), "next:"),
    ],
)
def test_keys_and_servers(repo: Path, key: str, reply: Reply, says: str) -> None:
    with in_thread(lambda: MessagesServer(always(reply))) as server:
        env = {"ANTHROPIC_BASE_URL": server.base_url, "ANTHROPIC_API_KEY": key}
        shown = refused(console(repo, "models", "test", "anthropic/claude-sonnet-5-5", **env), 5)
    assert says in shown
    assert key not in shown


def test_no_key_and_a_server_that_is_down(repo: Path) -> None:
    words = ("models", "test", "anthropic/claude-sonnet-5-5")
    assert "ANTHROPIC_API_KEY is not set" in refused(console(repo, *words), 5)
    env = {"ANTHROPIC_BASE_URL": "http://127.0.0.1:9", "ANTHROPIC_API_KEY": "sk-test"}
    assert "the server cannot be reached" in refused(console(repo, *words, **env), 5)
