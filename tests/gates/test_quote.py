"""Quotes are verified against the file, and lines corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.gates.quote import WINDOW, verify_quote
from tests.gates.tree import write_tree

LINES = ["import os", "", "def run(name):", '    return os.system("ls " + name)', ""]
FILLER = [f"value_{i} = {i}" for i in range(200)]
TWICE = "answer = compute(42)"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    text = "\n".join([*LINES, *FILLER, TWICE, *FILLER, TWICE, "only_once = True", "x = 1", "x = 1"])
    return write_tree(tmp_path, {"a.py": text, "sub/latin.py": b"\xff"})


@pytest.mark.parametrize(
    ("line", "quote", "expected"),
    [
        (4, '    return os.system("ls " + name)', ("verified", 4)),
        (4, 'return   os.system( "ls "+name )', ("verified", 4)),
        (4, 'os.system("ls " + name)', ("verified", 4)),
        (2, 'os.system("ls " + name)', ("verified", 4)),
        (400, 'os.system("ls " + name)', ("verified", 4)),
        (0, "import os", ("verified", 1)),
        (3, 'def run(name):\n    return os.system("ls " + name)', ("verified", 3)),
        (4, 'def run(name):\n\n    return os.system("ls " + name)', ("verified", 4)),
        (4, '4: return os.system("ls " + name)', ("verified", 4)),
        (4, '   4\treturn os.system("ls " + name)', ("verified", 4)),
        (4, 'return os.system("ls " …', ("verified", 4)),
        (4, "return os.popen(name)", ("unverified", 4)),
        (4, 'def walk(name):\n    return os.system("ls " + name)', ("unverified", 4)),
        (4, "", ("unverified", 4)),
        (4, "   \n ", ("unverified", 4)),
        (206 - WINDOW, TWICE, ("verified", 206)),
        (300, TWICE, ("unverified", 300)),
        (1, "only_once = True", ("verified", 408)),
        (409, "x = 1", ("verified", 409)),
        (100, "x = 1", ("unverified", 100)),
    ],
)
def test_quote(root: Path, line: int, quote: str, expected: tuple[str, int]) -> None:
    assert verify_quote(root, "a.py", line, quote) == expected


@pytest.mark.parametrize(
    "path", ["../a.py", "/etc/passwd", "", ".", "a.py\0", "missing.py", "sub", "sub/latin.py", "l"]
)
def test_only_readable_files_of_the_repository_can_verify(root: Path, path: str) -> None:
    (root / "l").symlink_to("/etc/passwd")
    assert verify_quote(root, path, 1, "root:x:0:0:root:/root:/bin/bash") == ("unverified", 1)
