"""Cognitive complexity: found over the limit, exempted by comments, honest about failures."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from ladder_tui.gates.cognitive_complexity import GATE
from tests.gates.tree import run_gate, write_tree

NESTED = (
    "".join(f"{'    ' * depth}if x > {depth}:\n" for depth in range(2, 8)) + "    " * 8 + "pass\n"
)
TANGLED = f"    def f(self, x):\n{NESTED}"


async def test_a_tangled_method_is_found_at_its_def(tmp_path: Path) -> None:
    source = f"class Shop:\n    @staticmethod\n{TANGLED}\n\ndef simple():\n    return 1\n"
    result = await run_gate(GATE, write_tree(tmp_path, {"a.py": source}))
    (found,) = result.findings
    assert (found.line, found.quote, found.symbol) == (3, "def f(self, x):", "Shop.f")
    assert found.message == "`Shop.f` has a cognitive complexity of 21 (limit 15)"
    assert (found.severity, result.verdict) == ("low", "fail")


async def test_an_exempted_function_is_counted(tmp_path: Path) -> None:
    source = f"class Shop:\n{TANGLED}".replace("x):", "x):  # complexipy: ignore")
    result = await run_gate(GATE, write_tree(tmp_path, {"a.py": source}))
    assert (result.verdict, result.reason) == ("pass", "1 exempted by comments")


async def test_what_does_not_parse_is_not_analysed(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"a.py": "", "bad.py": "def f(:\n", "deep.py": "x = " + "[" * 9999})
    result = await run_gate(GATE, root)
    assert (result.verdict, result.in_scope, result.analysed) == ("degraded", 3, 1)
    assert [s.path for s in result.skipped] == ["bad.py", "deep.py"]


async def test_a_crash_costs_the_file_only(tmp_path: Path) -> None:
    worker = GATE.script.read_text().replace(
        "    for name in files:\n",
        "    import os\n    for name in files:\n        name == 'evil.py' and os.abort()\n",
    )
    write_tree(tmp_path, {"bin/worker.py": worker})
    gate = dataclasses.replace(GATE, script=tmp_path / "bin" / "worker.py")
    root = write_tree(
        tmp_path / "repo", {"a.py": "", "evil.py": "", "z.py": f"class A:\n{TANGLED}"}
    )
    result = await run_gate(gate, root)
    assert [(s.path, s.reason) for s in result.skipped] == [("evil.py", "complexipy crashes on it")]
    assert [f.path for f in result.findings] == ["z.py"]
