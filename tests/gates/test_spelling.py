"""Misspellings: in prose, not in names; isolated from the repository's configuration."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ladder_tui.gates.scope import build_scope
from ladder_tui.gates.spelling import GATE, MANY, Hit, is_prose
from ladder_tui.gates.worker.spelling import read_hits
from ladder_tui.process.runner import ProcessRunner
from tests.gates.tree import places, run_gate, write_tree


async def test_a_misspelling_is_found_with_its_correction(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"with space: 3.md": "# Title\n\nWe recieve it.\n"})
    result = await run_gate(GATE, root)
    (found,) = result.findings
    assert (found.path, found.line, found.severity) == ("with space: 3.md", 3, "low")
    assert found.quote == "We recieve it."
    assert (found.message, found.suggestion) == ("`recieve` is a misspelling", "Write receive.")


async def test_the_repository_cannot_switch_the_gate_off(tmp_path: Path) -> None:
    config = "[codespell]\nskip = *\nignore-words-list = recieve\n"
    root = write_tree(
        tmp_path,
        {
            "a.md": "recieve\n",
            ".hidden.md": "recieve\n",
            "setup.cfg": config,
            ".codespellrc": config,
            "pyproject.toml": "[tool.codespell]\nskip = '*'\n",
        },
    )
    result = await run_gate(GATE, root)
    assert ("codespell", "a.md", 1) in places(result)
    assert ("codespell", ".hidden.md", 1) in places(result)


async def test_data_translations_and_other_languages_are_not_judged(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "de.po": "recieve\n",
            "app/locale/x.js": "recieve\n",
            "lib.min.js": "recieve\n",
            "package-lock.json": "recieve\n",
            "AUTHORS.md": "recieve\n",
            "fremd.txt": "recieve\n" * (MANY + 1),
            "fine.txt": "receive\n",
        },
    )
    result = await run_gate(GATE, root)
    assert (result.verdict, result.in_scope, result.analysed) == ("degraded", 2, 1)
    assert [(s.path, s.reason) for s in result.skipped] == [("fremd.txt", "probably not English")]


async def test_files_with_odd_names_are_read(tmp_path: Path) -> None:
    names = ["with space.md", "-dash.md", "@at.md", "line\nend.md", "a:1: x ==> y.md", "ünï.md"]
    root = write_tree(tmp_path, dict.fromkeys(names, "fine\nrecieve\n\nteh\n"))
    result = await run_gate(GATE, root)
    assert (result.in_scope, result.analysed) == (6, 6)
    assert sorted({(f.path, f.line) for f in result.findings}) == sorted(
        (name, line) for name in names for line in (2, 4)
    )


async def test_a_file_that_vanishes_is_not_analysed(tmp_path: Path) -> None:
    scope = build_scope(write_tree(tmp_path, {"a.md": "fine\n", "gone.md": "recieve\n"}))
    (tmp_path / "gone.md").unlink()
    result = await GATE.run(scope, ProcessRunner("limits"))
    assert (result.verdict, result.in_scope, result.analysed) == ("degraded", 2, 1)
    assert result.skipped[0].reason == "codespell did not read it"


@pytest.mark.parametrize(
    ("word", "line", "expected"),
    [
        ("recieve", "we recieve it", True),
        ("recieve", "def recieve(x):", False),
        ("recieve", "x.recieve", False),
        ("recieve", "recieve(1)", False),
        ("recieve", "recieve(1)  # we recieve it", True),
        ("te", "te", False),
        ("re-use", "we re-use it", False),
        ("recieve", "recieve " + "x" * 600, False),
    ],
)
def test_prose(word: str, line: str, expected: bool) -> None:
    assert is_prose(Hit("a.py", 1, word, "fix"), line) is expected


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("print('garbage')", "something else than an answer"),
        ("raise SystemExit(64)", "ended with 64"),
        ("import os; os.abort()", "crashed"),
    ],
)
async def test_a_tool_that_did_not_look_is_an_error(tmp_path: Path, code: str, reason: str) -> None:
    write_tree(tmp_path, {"bin/worker.py": code})
    gate = dataclasses.replace(GATE, script=tmp_path / "bin" / "worker.py")
    result = await run_gate(gate, write_tree(tmp_path / "repo", {"a.md": "recieve\n"}))
    assert (result.verdict, result.analysed) == ("error", 0)
    assert reason in result.reason


def test_output_of_another_form_is_refused() -> None:
    with pytest.raises(SystemExit, match="something else"):
        list(read_hits("/etc/passwd:1: teh ==> the\n", {"/repo/a.md": "a.md"}))
