from __future__ import annotations

import pytest

from ladder_tui.errors import ToolError
from ladder_tui.tools.pattern import compile_glob

PATHS = ["a.py", "src/a.py", "src/x/b.py", "src/x/y/c.ts", "docs/a.md", ".github/w.yml"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.py", ["a.py", "src/a.py", "src/x/b.py"]),
        ("/a.py", ["a.py", "src/a.py"]),
        ("src/*.py", ["src/a.py"]),
        ("./src/*.py", ["src/a.py"]),
        ("**/*.py", ["a.py", "src/a.py", "src/x/b.py"]),
        ("src/**", ["src/a.py", "src/x/b.py", "src/x/y/c.ts"]),
        ("src/", ["src/a.py", "src/x/b.py", "src/x/y/c.ts"]),
        ("src/**/*.{py,ts}", ["src/a.py", "src/x/b.py", "src/x/y/c.ts"]),
        ("**/x/**/*.ts", ["src/x/y/c.ts"]),
        ("{src,docs}/?.{md,{py,rst}}", ["src/a.py", "docs/a.md"]),
        ("[!a-b].*", ["src/x/y/c.ts", ".github/w.yml"]),
        ("**", PATHS),
        ("*", PATHS),
        ("nothing*", []),
        ("SRC/*", []),
        ("[", []),
        ("{a", []),
    ],
)
def test_patterns(pattern: str, expected: list[str]) -> None:
    matches = compile_glob(pattern)
    assert [path for path in PATHS if matches(path)] == expected


@pytest.mark.parametrize("pattern", ["", "x" * 301, "../*", "a/../b", "{a,b}" * 7])
def test_refused_patterns(pattern: str) -> None:
    with pytest.raises(ToolError):
        compile_glob(pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 100 + "*b", "a" * 250),
        ("**/" * 80 + "x", "a/" * 120 + "y"),
        ("**/*a" * 40, "a/" * 120 + "b"),
        ("?" * 100 + "*" * 100, "a" * 250),
    ],
)
def test_hostile_patterns_end(pattern: str, path: str) -> None:
    """Each takes for ever where stars backtrack."""
    compile_glob(pattern)(path)
