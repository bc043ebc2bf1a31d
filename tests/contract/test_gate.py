"""What every gate must do, whatever it looks for."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import msgspec
import pytest

from ladder_tui.domain.finding import SEVERITIES
from ladder_tui.domain.verdict import GateResult
from ladder_tui.errors import UsageError
from ladder_tui.gates.gate import Gate
from ladder_tui.gates.name import GATE_NAMES, SCHEMA_GATE
from ladder_tui.gates.registry import GATES, find_gate
from ladder_tui.gates.scope import build_scope
from ladder_tui.gates.source import NEWLINE
from ladder_tui.process.runner import ProcessRunner
from tests.gates.tree import run_gate, write_tree
from tests.process.level import each_level

LENSES = {"security", "performance", "architecture", "tests", "documentation"}

NESTED = "".join(f"{'    ' * n}if a > {n}:\n" for n in range(1, 8)) + f"{'    ' * 8}pass\n"
DEFECTS = {
    "shop/__init__.py": "",
    "shop/a.py": (
        "import subprocess\n\nfrom shop import b\n\n\n"
        "def run(a, c, d, e, f, g):\n"
        "    # We recieve a name.\n"
        '    subprocess.run("ls " + a, shell=True)\n'
        "    result = []\n    for x in c:\n        result.append(x.y)\n"
        "    return b, d, e, f, g, result\n\n\n"
        f"def tangled(a):\n{NESTED}"
    ),
    "shop/b.py": "from shop import a\n\nX = a\n",
    "tests/test_shop.py": (
        "import pytest\n\n\n"
        "def test_bare():\n    len([])\n\n\n"
        "def test_wide():\n    with pytest.raises(Exception):\n        assert 0\n\n\n"
        "def test_wrong():\n    assert len([]) == 1\n"
    ),
}
"""At least one defect for every gate."""

every_gate = pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)


def check_counts(result: GateResult) -> None:
    """Hold the result to the rule: a gate that did not look is not green."""
    assert 0 <= result.analysed <= result.in_scope
    assert len(result.findings) == min(result.findings_count, result.cap)
    assert len(result.skipped) == min(result.skipped_count, result.cap)
    if result.verdict == "pass":
        assert result.analysed == result.in_scope > 0
        assert result.findings_count == 0
    else:
        assert result.reason
    if result.verdict == "fail":
        assert result.findings_count > 0
    if result.verdict == "error":
        assert (result.analysed, result.findings_count) == (0, 0)


def test_names_are_unique_and_known() -> None:
    names = [gate.name for gate in GATES]
    assert {*names, SCHEMA_GATE} == GATE_NAMES
    assert len(set(names)) == len(names)
    for gate in GATES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", gate.name)
        assert gate.lens in LENSES
        assert gate.summary
        assert "\n" not in gate.summary
        assert re.fullmatch(r"[a-z]+ \S+", gate.version)
        assert find_gate(gate.name) is gate
    assert {gate.lens for gate in GATES} == LENSES
    assert [gate.name for gate in GATES if gate.executes_code] == ["pytest"]


def test_an_unknown_gate_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="ruff-security"):
        find_gate("ruff")


@each_level
@every_gate
async def test_planted_defects_are_told_with_a_real_place(
    tmp_path: Path, gate: Gate, level: str
) -> None:
    root = write_tree(tmp_path / "repo", DEFECTS)
    scope = build_scope(root, changed={"shop/a.py": frozenset(range(1, 100))})
    runner = ProcessRunner("bwrap" if level == "bwrap" else "limits")

    result = await gate.run(scope, runner)

    check_counts(result)
    assert (result.verdict, result.gate, result.lens) == ("fail", gate.name, gate.lens)
    assert (result.tool, result.sandbox) == (gate.version, level)
    assert result.command
    assert 0 < result.elapsed_s < 60
    for found in result.findings:
        lines = NEWLINE.split((root / found.path).read_text())
        assert lines[found.line - 1].strip() == found.quote
        assert (found.reporter, found.lens, found.source) == (gate.name, gate.lens, "evidence")
        assert found.severity in SEVERITIES
        assert re.fullmatch(r"[0-9a-f]{16}", found.fingerprint)
        assert found.message.isprintable()
        assert found.is_changed is (found.path == "shop/a.py")
    assert len({f.fingerprint for f in result.findings}) == len(result.findings)
    assert msgspec.json.decode(msgspec.json.encode(result), type=GateResult) == result


@every_gate
async def test_the_same_tree_gives_the_same_result(tmp_path: Path, gate: Gate) -> None:
    root = write_tree(tmp_path, DEFECTS)
    first, second = await run_gate(gate, root), await run_gate(gate, root)
    assert first.findings == second.findings


@every_gate
async def test_moved_lines_keep_their_fingerprints(tmp_path: Path, gate: Gate) -> None:
    before = await run_gate(gate, write_tree(tmp_path / "before", DEFECTS))
    shifted = {
        name: "\n\n" + text if name != "shop/__init__.py" else text
        for name, text in DEFECTS.items()
    }
    after = await run_gate(gate, write_tree(tmp_path / "after", shifted))
    moved = {f.fingerprint: f.line for f in after.findings if f.line > 1}
    for found in before.findings:
        if found.line > 1:  # line 1 is the place of findings about a whole file
            assert moved[found.fingerprint] == found.line + 2


@every_gate
async def test_nothing_in_scope_is_degraded(tmp_path: Path, gate: Gate) -> None:
    result = await run_gate(gate, write_tree(tmp_path, {"logo.png": b"\x89PNG"}))
    check_counts(result)
    assert (result.verdict, result.in_scope) == ("degraded", 0)
    assert "in scope" in result.reason


@every_gate
async def test_unreadable_files_are_not_analysed(tmp_path: Path, gate: Gate) -> None:
    root = write_tree(
        tmp_path / "repo",
        {
            "tests/test_fine.py": "def test_a():\n    assert len([]) == 0\n",
            "tests/test_latin.py": b"x = '\xe9'\n",
            "tests/test_nul.py": b"x = 1\0\n",
            "shop/latin.py": b"x = '\xe9'\n",
        },
    )
    with (root / "tests" / "test_huge.py").open("wb") as stream:
        stream.write(b"#" * 50_000_000)
    (tmp_path / "outside.py").write_text("import os\nos.system(x)\n")
    (root / "tests" / "test_link.py").symlink_to(tmp_path / "outside.py")
    (root / "shop" / "link.py").symlink_to(tmp_path / "outside.py")
    os.mkfifo(root / "tests" / "test_pipe.py")
    if gate.executes_code:
        pytest.skip("a test runner says itself which files it cannot read")

    result = await run_gate(gate, root)

    check_counts(result)
    assert (result.verdict, result.findings) == ("degraded", ())
    assert result.skipped_count == result.in_scope - result.analysed > 0
    assert {skip.reason for skip in result.skipped} <= {
        "not UTF-8", "binary", "larger than 1 MB", "symbolic link", "not a regular file",
    }  # fmt: skip


@every_gate
async def test_a_sandbox_that_cannot_start_is_an_error(tmp_path: Path, gate: Gate) -> None:
    root = write_tree(tmp_path / "repo", DEFECTS)
    scope = build_scope(root)
    for path in sorted(root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    root.rmdir()
    result = await gate.run(scope, ProcessRunner("limits"))
    check_counts(result)
    assert result.verdict in ("error", "degraded")


@every_gate
async def test_cancelling_a_gate_cancels_it(tmp_path: Path, gate: Gate) -> None:
    scope = build_scope(write_tree(tmp_path, DEFECTS))
    started = asyncio.Event()
    runner = ProcessRunner("limits", on_start=lambda *_: started.set())
    task = asyncio.create_task(gate.run(scope, runner))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await runner.kill_all()


@every_gate
async def test_names_that_look_like_options_or_control_sequences(
    tmp_path: Path, gate: Gate
) -> None:
    names = [
        "test_\x1b[2J.py",
        "test_ x.py",
        "-test_x.py",
        "test_\n.py",
        "test_$(id).py",
        "@test_.py",
    ]
    text = DEFECTS["tests/test_shop.py"] + DEFECTS["shop/a.py"].replace(
        "from shop import b", "b = 1"
    )
    root = write_tree(tmp_path, {f"tests/{name}": text for name in names})
    result = await run_gate(gate, root)
    check_counts(result)
    assert {f.path for f in result.findings} <= {f"tests/{name}" for name in names}
    assert all(f.message.isprintable() for f in result.findings)
    assert result.reason.isprintable()
