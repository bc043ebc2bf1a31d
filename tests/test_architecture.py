"""Contracts that import-linter cannot see: what is loaded at run time, sizes, secrets."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
SOURCES = sorted((TOP / "ladder_tui").rglob("*.py"))


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split("\n"))


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        (
            "import ladder_tui.workbench",
            {"textual", "anthropic", "tiktoken", "openai", "genai_prices", "sqlite_utils",
             "pydantic", "aiohttp", "uvloop"},
        ),
        (
            "import ladder_tui.ui.app",
            {"anthropic", "tiktoken", "openai", "genai_prices", "sqlite_utils", "pydantic",
             "aiohttp", "uvloop"},
        ),
        (
            "import ladder_tui.cli.interface",
            {"click", "textual", "yaml", "jmespath", "statistics", "importlib.metadata",
             "ladder_tui.gates.registry", "ladder_tui.models.registry"},
        ),
        (
            "import ladder_tui.__main__",
            {"textual", "anthropic", "tiktoken", "openai", "genai_prices", "sqlite3", "yaml"},
        ),
    ],
)  # fmt: skip
def test_front_doors_start_light(statement: str, heavy: set[str]) -> None:
    assert modules_after(statement) & heavy == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(TOP)))
def test_modules_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 50, node.name


def test_every_room_has_a_name_of_its_own() -> None:
    banned = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    assert [p for p in SOURCES if p.stem in banned] == []


def test_only_config_reads_the_environment() -> None:
    readers = {
        str(path.relative_to(TOP))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
        if isinstance(node.value, ast.Name) and node.value.id == "os"
    }
    assert readers == {"ladder_tui/config.py"}


def test_only_the_store_speaks_sql() -> None:
    speakers = [
        str(p.relative_to(TOP)) for p in SOURCES if "import sqlite3" in p.read_text("utf-8")
    ]
    allowed = {"ladder_tui/workbench/doctor.py"}  # asks for the version only
    assert [s for s in speakers if not s.startswith("ladder_tui/store/") and s not in allowed] == []
