"""Import cycles: found with a place, whatever the layout; nothing of the repository is run."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ladder_tui.gates.import_cycles import GATE
from ladder_tui.gates.scope import build_scope
from ladder_tui.gates.worker.import_cycle import find_modules, independent_cycles, knots
from ladder_tui.process.runner import ProcessRunner
from tests.gates.tree import places, run_gate, write_tree

CYCLE = {"a.py": "import os\nfrom shop import b\n", "b.py": "from shop.a import x\n"}


@pytest.mark.parametrize("prefix", ["shop/", "src/shop/", "lib/python/shop/"])
async def test_a_cycle_is_found_in_every_layout(tmp_path: Path, prefix: str) -> None:
    files = {f"{prefix}{name}": text for name, text in {**CYCLE, "__init__.py": ""}.items()}
    result = await run_gate(GATE, write_tree(tmp_path, files))
    assert places(result) == [("import-cycle", f"{prefix}a.py", 2)]
    found = result.findings[0]
    assert found.message == "import cycle: shop.a → shop.b → shop.a"
    assert (found.severity, found.quote) == ("medium", "from shop import b")
    assert (result.in_scope, result.analysed) == (3, 3)


async def test_a_namespace_package_is_named_as_its_imports_name_it(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "src/company/shop/__init__.py": "",
            "src/company/shop/a.py": "import company.shop.b\n",
            "src/company/shop/b.py": "import company.bank.c\n",
            "src/company/bank/__init__.py": "",
            "src/company/bank/c.py": "from company.shop import a\n",
        },
    )
    result = await run_gate(GATE, root)
    assert [f.message for f in result.findings] == [
        "import cycle: company.bank.c → company.shop.a → company.shop.b → company.bank.c"
    ]


async def test_relative_imports_and_loose_modules_count(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "pkg/__init__.py": "",
            "pkg/x.py": "from . import y\n",
            "pkg/y.py": "from .x import z\nimport tool\n",
            "tool.py": "import pkg.y\n",
        },
    )
    assert places(await run_gate(GATE, root)) == [
        ("import-cycle", "pkg/x.py", 1),
        ("import-cycle", "pkg/y.py", 2),
    ]


async def test_equal_names_in_different_directories_are_different_modules(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "one/main.py": "import model\n",
            "one/model.py": "import main\n",
            "two/main.py": "import model\n",
            "two/model.py": "x = 1\n",
        },
    )
    assert places(await run_gate(GATE, root)) == [("import-cycle", "one/main.py", 1)]


async def test_type_checking_imports_do_not_count_and_deferred_ones_are_low(
    tmp_path: Path,
) -> None:
    guarded = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import b\n"
    root = write_tree(tmp_path / "guarded", {"a.py": guarded, "b.py": "import a\n"})
    assert (await run_gate(GATE, root)).verdict == "pass"
    late = "def f():\n    import b\n"
    root = write_tree(tmp_path / "late", {"a.py": late, "b.py": "import a\n"})
    assert [f.severity for f in (await run_gate(GATE, root)).findings] == ["low"]


async def test_nothing_of_the_repository_is_imported(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'ran')!r}, 'w').close()\n"
    names = ["json", "grimp", "ast", "complexipy", "sitecustomize", "pkg"]
    root = write_tree(
        tmp_path / "repo",
        {f"{name}/__init__.py": f"{trap}import {name}.a\n" for name in names}
        | {f"{name}/a.py": f"{trap}import {name}\n" for name in names},
    )
    result = await run_gate(GATE, root)
    assert result.findings_count == len(names)
    assert not (tmp_path / "ran").exists()


async def test_syntax_errors_cost_their_file_only_and_deep_sources_nothing(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "a.py": "import b\n",
            "b.py": "import a\n",
            "bad.py": "def f(:\n",
            "worse.py": "x = = 1\n",
            "deep.py": "x = a" + ".b" * 100_000 + "\n",
        },
    )
    result = await run_gate(GATE, root)
    assert places(result) == [("import-cycle", "a.py", 1)]
    assert {s.path: s.reason.split(":")[0] for s in result.skipped} == {
        "bad.py": "syntax error",
        "worse.py": "syntax error",
    }
    assert (result.in_scope, result.analysed) == (5, 3)


async def test_a_cycle_is_told_at_its_changed_import(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": "import b\n", "b.py": "x = 1\nimport a\n"})
    scope = build_scope(root, changed={"b.py": frozenset({2})})
    result = await GATE.run(scope, ProcessRunner("limits"))
    assert [(f.path, f.line, f.is_changed) for f in result.findings] == [("b.py", 2, True)]


async def test_names_that_no_import_can_name_are_no_problem(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"my-script.py": "import a\n", "v1.2.py": "", "a.py": "x = 1\n"})
    result = await run_gate(GATE, root)
    assert (result.verdict, result.in_scope, result.analysed) == ("pass", 3, 3)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("print('garbage')", "something else than an answer"),
        ("print('{}')", "something else than an answer"),
        ("raise SystemExit(3)", "ended with 3"),
        ("import os; os.abort()", "crashed"),
        ("import time; time.sleep(60)", "did not end within 0.5 s"),
        ("import grimp_is_missing", "No module named 'grimp_is_missing'"),
        ("print('[' * 17_000_000)", "printed more than 16 MiB"),
    ],
)
async def test_a_worker_that_did_not_look_is_an_error(
    tmp_path: Path, script: str, reason: str
) -> None:
    root = write_tree(tmp_path / "repo", {"a.py": "import b\n", "b.py": "import a\n"})
    write_tree(tmp_path, {"bin/worker.py": script})
    gate = dataclasses.replace(GATE, script=tmp_path / "bin" / "worker.py", timeout_s=0.5)
    if "sleep" not in script:
        gate = dataclasses.replace(gate, timeout_s=30)
    result = await run_gate(gate, root)
    assert (result.verdict, result.analysed) == ("error", 0)
    assert reason in result.reason


def test_knots_are_the_strongly_connected_sets() -> None:
    graph = {"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"], "e": ["a"], "f": []}
    assert sorted(map(sorted, knots(graph))) == [["a", "b"], ["c", "d"]]
    chain = {str(n): [str(n + 1)] for n in range(5_000)} | {"5000": ["0"]}
    assert len(knots(chain)[0]) == 5_001


def test_independent_cycles_share_no_import() -> None:
    graph = {"a": ["b", "c"], "b": ["a"], "c": ["a", "b"]}
    assert independent_cycles(graph, {"a", "b", "c"}) == [("a", "b"), ("a", "c")]


def test_the_root_itself_can_be_the_package(tmp_path: Path) -> None:
    files = {"__init__.py": "", "a.py": "", "v1.0/__init__.py": "", "sub/__init__.py": ""}
    root = write_tree(tmp_path / "pkg", files)
    assert sorted(f.module for f in find_modules(root, files)) == ["pkg", "pkg.a", "pkg.sub"]
    odd = write_tree(tmp_path / "odd-1.0", files)
    assert sorted(f.module for f in find_modules(odd, files)) == [
        "package_0", "package_0.a", "package_0.sub",
    ]  # fmt: skip
