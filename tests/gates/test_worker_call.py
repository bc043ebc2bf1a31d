"""Workers run alone: no Ladder, no repository on the import path, one typed answer."""

from __future__ import annotations

import ast
from pathlib import Path

import msgspec
import pytest

from ladder_tui.gates.call import CrashError, divide
from ladder_tui.gates.gate import GateError
from ladder_tui.gates.worker_call import WORKERS, ask_worker
from ladder_tui.process.runner import ProcessRunner
from tests.gates.tree import write_tree

ECHO = "import json, sys\njson.dump({'path': sys.path, 'got': json.load(sys.stdin)}, sys.stdout)\n"


class Echo(msgspec.Struct):
    path: list[str]
    got: dict[str, object]


@pytest.mark.parametrize("script", sorted(WORKERS.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_a_worker_imports_nothing_of_ladder(script: Path) -> None:
    names = [
        name
        for node in ast.walk(ast.parse(script.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    ]
    assert not [name for name in names if name.startswith(("ladder_tui", "."))]


async def test_the_repository_is_not_on_the_import_path(tmp_path: Path) -> None:
    root = write_tree(tmp_path / "repo", {"json.py": "raise SystemExit(9)\n"})
    write_tree(tmp_path, {"bin/echo.py": ECHO})
    answer, result = await ask_worker(
        ProcessRunner("limits"), tmp_path / "bin" / "echo.py", {"files": ["a"]}, Echo, root=root,
        timeout_s=30,
    )  # fmt: skip
    assert answer.got == {"files": ["a"], "root": str(root)}
    assert not [place for place in answer.path if place.startswith(str(tmp_path))]
    assert result.exit_code == 0


async def test_dividing_finds_every_bad_file() -> None:
    bad = {"c", "h"}
    asked: list[list[str]] = []

    async def ask(files: object) -> list[str]:
        assert isinstance(files, list)
        asked.append(files)
        if bad & set(files):
            raise CrashError("it crashed")
        return files

    answers, crashed = await divide(list("abcdefgh"), ask)
    assert crashed == ["c", "h"]
    assert sorted("".join(map("".join, answers))) == list("abdefg")
    assert len(asked) <= 13


async def test_dividing_gives_up_and_other_errors_pass() -> None:
    async def crash(_files: object) -> None:
        raise CrashError("it crashed")

    async def fail(_files: object) -> None:
        raise GateError("no")

    with pytest.raises(CrashError):
        await divide([str(n) for n in range(1_000)], crash)
    with pytest.raises(GateError, match="no"):
        await divide(["a"], fail)
