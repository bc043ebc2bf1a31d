"""The ruff gates: planted defects, isolation, and every way of not looking."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ladder_tui.gates import (
    ruff_complexity,
    ruff_docstrings,
    ruff_performance,
    ruff_pytest,
    ruff_security,
)
from ladder_tui.gates.ruff import RuffGate
from ladder_tui.gates.ruff_output import is_suppressed
from ladder_tui.gates.scope import build_scope
from ladder_tui.gates.severity import security_severity
from ladder_tui.process.runner import ProcessRunner
from tests.gates.tree import places, run_gate, write_tree

SHELL = "import subprocess\n\n\ndef run(name):\n    subprocess.run('ls ' + name, shell=True)\n"
DEEP = "x = " + "-" * 100_000 + "1\n"
"""Ruff overflows its stack on this."""


@pytest.mark.parametrize(
    ("gate", "path", "source", "expected"),
    [
        (ruff_security.GATE, "a.py", SHELL, ("S602", 5, "high")),
        (ruff_security.GATE, "a.py", "import os\nos.system('ls')\n", ("S605", 2, "low")),
        (
            ruff_performance.GATE,
            "a.py",
            "import time\n\n\nasync def f():\n    time.sleep(1)\n",
            ("ASYNC251", 5, "high"),
        ),
        (
            ruff_complexity.GATE,
            "a.py",
            "def f(a, b, c, d, e, g):\n    return a\n",
            ("PLR0913", 1, "low"),
        ),
        (
            ruff_pytest.GATE,
            "tests/test_a.py",
            "import pytest\n\n\ndef test_a():\n    with pytest.raises(ValueError):\n        f()\n",
            ("PT011", 5, "medium"),
        ),
        (ruff_docstrings.GATE, "a.py", "x = 1\n", ("D100", 1, "low")),
    ],
)
async def test_a_planted_defect_is_found(
    tmp_path: Path, gate: RuffGate, path: str, source: str, expected: tuple[str, int, str]
) -> None:
    root = write_tree(tmp_path, {path: source})
    result = await run_gate(gate, root)
    assert (result.verdict, result.in_scope, result.analysed) == ("fail", 1, 1)
    assert expected in [(f.rule, f.line, f.severity) for f in result.findings]
    found = next(f for f in result.findings if f.rule == expected[0])
    assert found.quote == source.splitlines()[expected[1] - 1].strip()
    assert found.path == path
    assert result.tool.startswith("ruff ")
    assert result.findings_count == len(result.findings)


async def test_a_clean_file_passes(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": '"""Doc."""\n'})
    result = await run_gate(ruff_docstrings.GATE, root)
    assert (result.verdict, result.reason) == ("pass", "")


async def test_the_repository_cannot_switch_the_gate_off(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "a.py": f"# ruff: noqa\n{SHELL}",
            "ruff.toml": "exclude = ['*']\n[lint]\nselect = []\n",
            "pyproject.toml": "[tool.ruff]\nexclude = ['*']\n",
            ".gitignore": "*.py\n",
        },
    )
    assert places(await run_gate(ruff_security.GATE, root)) == [("S602", "a.py", 6)]


async def test_a_comment_on_the_line_suppresses_and_is_counted(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": SHELL.replace("True)", "True)  # noqa: S602")})
    result = await run_gate(ruff_security.GATE, root)
    assert (result.verdict, result.reason) == ("pass", "1 suppressed by noqa comments")


@pytest.mark.parametrize(
    ("line", "is_covered"),
    [
        ("x()  # noqa", True),
        ("x()  # NOQA: S602", True),
        ("x()  #noqa:E501, S602", True),
        ("x()  # noqa: S6", True),
        ("x()  # noqa: E501", False),
        ("noqa()", False),
        ("", False),
    ],
)
def test_suppression(line: str, is_covered: bool) -> None:
    assert is_suppressed(line, "S602") is is_covered


async def test_files_with_odd_names_are_analysed(tmp_path: Path) -> None:
    names = ["with space.py", "-dash.py", "@at.py", "line\nend.py", "quote'\".py", "ünï.py"]
    root = write_tree(tmp_path, dict.fromkeys(names, SHELL))
    result = await run_gate(ruff_security.GATE, root)
    assert (result.in_scope, result.analysed) == (6, 6)
    assert {f.path for f in result.findings} == set(names)


async def test_a_syntax_error_is_not_analysed(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": '"""Doc."""\n', "bad.py": "def f(:\n"})
    result = await run_gate(ruff_docstrings.GATE, root)
    assert (result.verdict, result.in_scope, result.analysed) == ("degraded", 2, 1)
    assert result.skipped[0].path == "bad.py"
    assert result.skipped[0].reason.startswith("syntax error: line 1")
    assert result.reason == "1 not analysed (syntax error)"


async def test_findings_and_skips_together_fail_and_tell_both(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": SHELL, "bad.py": "def f(:\n"})
    result = await run_gate(ruff_security.GATE, root)
    assert result.verdict == "fail"
    assert result.reason == "1 finding; 1 not analysed (syntax error)"


async def test_a_file_that_ruff_crashes_on_costs_that_file_only(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": SHELL, "b.py": DEEP, "c.py": SHELL, "d.py": "x = 1\n"})
    result = await run_gate(ruff_security.GATE, root)
    assert [(s.path, s.reason) for s in result.skipped] == [("b.py", "ruff crashes on it")]
    assert [f.path for f in result.findings] == ["a.py", "c.py"]


async def test_only_files_that_it_crashes_on_is_an_error(tmp_path: Path) -> None:
    result = await run_gate(ruff_security.GATE, write_tree(tmp_path, {"a.py": DEEP}))
    assert (result.verdict, result.analysed) == ("error", 0)


async def test_no_python_files_is_not_a_pass(tmp_path: Path) -> None:
    result = await run_gate(ruff_security.GATE, write_tree(tmp_path, {"a.md": "text"}))
    assert (result.verdict, result.in_scope) == ("degraded", 0)
    assert result.reason == "no Python files in scope"


async def test_a_flood_is_capped_with_the_true_count(tmp_path: Path) -> None:
    files = {f"m{i}.py": "def f():\n    pass\n" * 200 for i in range(20)}
    root = write_tree(tmp_path, {**files, "bad.py": "def f(:\n"})
    gate = dataclasses.replace(ruff_docstrings.GATE, output_limit=200_000)
    result = await run_gate(gate, root)
    assert (result.verdict, result.findings_count) == ("fail", 20 + 20 * 200)
    assert len(result.findings) == result.cap == 200
    assert (result.in_scope, result.analysed) == (21, 20)
    assert "D100" in result.reason


async def test_changed_lines_are_marked(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": SHELL + SHELL})
    scope = build_scope(root, changed={"a.py": frozenset({5})})
    result = await ruff_security.GATE.run(scope, ProcessRunner("limits"))
    assert [(f.line, f.is_changed) for f in result.findings] == [(5, True), (10, False)]
    assert result.findings[0].fingerprint != result.findings[1].fingerprint


@pytest.mark.parametrize(
    ("rule", "path", "message", "severity"),
    [
        ("S602", "a.py", "", "high"),
        ("S602", "a.py", "seems safe, but", "low"),
        ("S602", "tests/a.py", "", "medium"),
        ("S101", "a.py", "", "low"),
        ("S101", "tests/a.py", "", None),
        ("S101", "pkg/test_a.py", "", None),
        ("S999", "a.py", "", "medium"),
    ],
)
def test_security_severities(rule: str, path: str, message: str, severity: str | None) -> None:
    assert security_severity(rule, path, message) == severity


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 1", "ruff ended with 1"),
        ("echo oops >&2; exit 2", "oops"),
        ("echo '{\"not\": \"ruff\"}'; echo '] Checked 1 files in: 1ms' >&2", "something else"),
        ("echo garbage; echo '] Checked 1 files in: 1ms' >&2", "something else"),
        ("true", "an unknown number of 1 files"),
        ("echo '] Checked 0 files in: 1ms' >&2", "checked 0 of 1 files"),
        ("kill -SEGV $$", "crashed on every file"),
        ("sleep 30", "did not end within 0.5 s"),
    ],
)
async def test_a_tool_that_did_not_look_is_an_error(
    tmp_path: Path, script: str, reason: str
) -> None:
    program = tmp_path / "bin" / "ruff"
    root = write_tree(tmp_path / "repo", {"a.py": SHELL})
    write_tree(tmp_path, {"bin/ruff": f"#!/bin/sh\n{script}\n"})
    program.chmod(0o755)
    gate = dataclasses.replace(ruff_security.GATE, program=str(program), timeout_s=0.5)
    result = await run_gate(gate, root)
    assert (result.verdict, result.in_scope, result.analysed) == ("error", 1, 0)
    assert reason in result.reason


async def test_a_missing_tool_is_an_error(tmp_path: Path) -> None:
    gate = dataclasses.replace(ruff_security.GATE, program=str(tmp_path / "no-ruff"))
    result = await run_gate(gate, write_tree(tmp_path, {"a.py": SHELL}))
    assert result.verdict == "error"
    assert "no-ruff cannot be run" in result.reason
