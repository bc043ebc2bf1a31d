"""Command lines taken apart: what is called certain is what bash does."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.tools.permission import allows_command
from ladder_tui.tools.shell_parts import shell_parts

BASH = shutil.which("bash") or "bash"


@pytest.mark.parametrize(
    ("command", "texts"),
    [
        ("git status", ["git status"]),
        ("  git   log\t-1 ", ["git log -1"]),
        ("a; b && c || d | e & f\ng", ["a", "b", "c", "d", "e", "f", "g"]),
        ("echo 'a; b' \"c && d\"", ["echo 'a; b' 'c && d'"]),
        ("pytest -q 2>&1 | tail -3", ["pytest -q", "tail -3"]),
        ("make >/dev/null 2>&1", ["make"]),
        ("r''m -rf x", ["rm -rf x"]),
        ("echo $HOME \"a\"'b'", ["echo $HOME ab"]),
    ],
)
def test_what_is_certain(command: str, texts: list[str]) -> None:
    parts = shell_parts(command)
    assert [part.text for part in parts] == texts
    assert not any(part.is_opaque for part in parts)


@pytest.mark.parametrize(
    "command",
    [
        "", " ", "echo $(rm x)", "echo `rm x`", 'echo "$(rm x)"', 'echo "`rm x`"', "echo ${x@P}",
        "echo > file", "echo >> file", "cat < file", "cat <<E\nrm\nE", "cat <<<x", "(rm x)",
        "{ rm x; }", "diff <(rm x)", "$cmd x", "PATH=/tmp git status", "X=1", "g\\it",
        "echo $'\\x27; rm'", "echo 'open", 'echo "open', "/bin/r? x", "~/x", "# rm", "echo a #b",
        "a=(rm)", "echo {a,b}", "!rm", "echo $((1))", "echo a\rb", "echo \u00a0", "2>x rm",
        "echo &>x", "echo 2>&1>x", "f() { rm x; }", 'echo "\\"; rm"', "[ -f x ]",
    ],
)  # fmt: skip
def test_what_only_bash_knows_is_opaque(command: str) -> None:
    assert any(part.is_opaque for part in shell_parts(command))


_tokens = st.sampled_from(
    ["echo", "evil", " ", " ", ";", "&", "&&", "|", "\n", "$(", ")", "(", "`", "'", '"', "\\", ">",
     "<", "<<", "{", "}", "$x", "${x}", "$'", "#", "=", "a", "\t", "!", "*", "~", ",", "2>&1",
     ">/dev/null", "\r", "f()", "if", "then", "evil;", "||"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_tokens, max_size=12).map("".join))
def test_no_line_that_is_allowed_runs_another_program(
    tmp_path_factory: pytest.TempPathFactory, rest: str
) -> None:
    command = f"echo {rest}"
    if not allows_command(["Bash(echo:*)"], command):
        return
    root = tmp_path_factory.mktemp("shell")
    programs, place = root / "bin", root / "place"
    programs.mkdir()
    place.mkdir()
    for name in ("evil", "a", "x"):
        (programs / name).write_text(f"#!/bin/sh\n: > {root}/ran\n")
        (programs / name).chmod(0o755)
    subprocess.run(
        [BASH, "--noprofile", "--norc", "-c", command],
        cwd=place, env={"PATH": str(programs), "x": "; evil"}, capture_output=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert not (root / "ran").exists(), command
    assert list(place.iterdir()) == [], command


def test_a_program_of_this_test_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "evil").write_text(f"#!/bin/sh\n: > {tmp_path}/ran\n")
    (tmp_path / "evil").chmod(0o755)
    subprocess.run([BASH, "-c", "echo a;evil"], env={"PATH": str(tmp_path)}, check=True)
    assert (tmp_path / "ran").exists()
