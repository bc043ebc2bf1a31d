"""The repository's own tests as a gate."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from ladder_tui.gates.pytest_run import GATE, find_python
from ladder_tui.gates.scope import build_scope
from ladder_tui.process.runner import ProcessRunner
from tests.gates.tree import run_gate, write_tree
from tests.process.level import needs_bwrap

SUITE = """\
import pytest


def test_good():
    assert 1


def test_bad():
    x = 1
    assert x == 2


@pytest.mark.skip(reason="not today")
def test_skipped():
    assert 0


@pytest.fixture
def broken():
    raise ValueError("no")


def test_error(broken):
    assert 1
"""


async def test_counts_and_places_of_failures(tmp_path: Path) -> None:
    result = await run_gate(GATE, write_tree(tmp_path, {"tests/test_a.py": SUITE}))
    assert (result.verdict, result.unit, result.in_scope, result.analysed) == (
        "fail",
        "tests",
        4,
        3,
    )
    assert [(f.rule, f.path, f.line, f.quote) for f in result.findings] == [
        ("test-failed", "tests/test_a.py", 10, "assert x == 2"),
        ("test-error", "tests/test_a.py", 20, 'raise ValueError("no")'),
    ]
    assert [(s.path, s.reason) for s in result.skipped] == [
        ("tests.test_a::test_skipped", "not today")
    ]
    assert "1 passed, 1 failed, 1 error, 1 skipped" in result.reason


async def test_verdicts_without_failures(tmp_path: Path) -> None:
    good = "def test_a():\n    assert 1\n"
    root = write_tree(tmp_path / "good", {"test_a.py": good})
    assert (await run_gate(GATE, root)).verdict == "pass"
    skip = f"import pytest\n{good}\n@pytest.mark.skip\ndef test_b():\n    assert 1\n"
    root = write_tree(tmp_path / "skip", {"test_a.py": skip})
    assert (await run_gate(GATE, root)).verdict == "degraded"
    root = write_tree(tmp_path / "none", {"test_a.py": "x = 1\n"})
    result = await run_gate(GATE, root)
    assert (result.verdict, result.reason) == ("degraded", "no tests were collected")
    result = await run_gate(GATE, write_tree(tmp_path / "no", {"a.py": ""}))
    assert (result.verdict, result.reason) == ("degraded", "no test files in scope")


async def test_a_file_that_cannot_be_imported_is_an_error_of_the_tests(tmp_path: Path) -> None:
    result = await run_gate(GATE, write_tree(tmp_path, {"test_a.py": "import nothing_here\n"}))
    assert (result.verdict, [f.rule for f in result.findings]) == ("fail", ["test-error"])


@pytest.mark.parametrize(
    ("conftest", "reason"),
    [
        ("import os\nos._exit(0)\n", "left no report"),
        ("import os\nos._exit(9)\n", "pytest ended with 9"),
        ("import time\ntime.sleep(60)\n", "did not end within 3 s"),
        ("raise RuntimeError('broken conftest')\n", "pytest ended with 4"),
    ],
)
async def test_a_suite_that_did_not_run_is_an_error(
    tmp_path: Path, conftest: str, reason: str
) -> None:
    root = write_tree(tmp_path, {"conftest.py": conftest, "test_a.py": "def test(): assert 1\n"})
    gate = dataclasses.replace(GATE, timeout_s=3.0) if "sleep" in conftest else GATE
    result = await run_gate(gate, root)
    assert (result.verdict, result.analysed) == ("error", 0)
    assert reason in result.reason


@needs_bwrap
async def test_tests_cannot_change_the_repository(tmp_path: Path) -> None:
    suite = (
        "import pathlib, tempfile\n\n\ndef test_write():\n"
        "    pathlib.Path(__file__).with_name('new').write_text('x')\n\n\n"
        "def test_own_place(tmp_path):\n    (tmp_path / 'x').write_text('x')\n    assert 1\n"
    )
    root = write_tree(tmp_path / "repo", {"test_a.py": suite})
    result = await GATE.run(build_scope(root), ProcessRunner("bwrap"))
    assert [f.symbol for f in result.findings] == ["test_write"]
    assert "Read-only file system" in result.findings[0].message
    assert sorted(p.name for p in root.iterdir()) == ["test_a.py"]


def test_the_interpreter_is_the_repositorys_if_it_is_a_real_one(tmp_path: Path) -> None:
    assert find_python(tmp_path)[0] == Path(sys.executable)
    write_tree(tmp_path, {".venv/pyvenv.cfg": "home = /\n", "secret/bin/python": "x"})
    (tmp_path / ".venv" / "bin").mkdir()
    python = tmp_path / ".venv" / "bin" / "python"
    python.symlink_to(tmp_path / "secret" / "bin" / "python")
    assert find_python(tmp_path)[0] == Path(sys.executable)
    python.unlink()
    python.symlink_to(Path(sys.executable).resolve())
    found, prefixes = find_python(tmp_path)
    assert found == python
    assert set(prefixes) <= {Path(sys.executable).resolve().parent.parent}
