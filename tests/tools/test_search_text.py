from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from ladder_tui.errors import ToolError
from ladder_tui.process.runner import ProcessRunner, SandboxLevel
from ladder_tui.tools import search_text
from ladder_tui.tools.registry import TOOLS, run_tool
from ladder_tui.tools.tool import ToolContext
from tests.process.level import each_level
from tests.process.repository import needs_git, new_repository
from tests.tools.call import files, use


async def grep(
    root: Path,
    pattern: str,
    mode: str = "content",
    *,
    level: SandboxLevel = "limits",
    flags: dict[str, Any] | None = None,
    **given: object,
) -> list[str]:
    wanted = {"pattern": pattern, "output_mode": mode, **given, **(flags or {})}
    return (await use(root, "Grep", wanted, level=level)).text.splitlines()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    texts: dict[str, str | bytes] = {
        "a.py": "import os\nx = 1\nimport sys\n",
        "src/b.py": "def f():\n    return 1\n",
        "docs/c.md": "Import nothing\r\n",
        ".env": "import SECRET\n",
        ".ladder/ladder.db": "import journal",
        "image.bin": b"import\0",
    }
    return files(tmp_path / "r", texts)


@each_level
async def test_modes(root: Path, level: SandboxLevel) -> None:
    note = ["[1 binary files not searched]", "[1 files that usually hold secrets not searched]"]
    content = await grep(root, "import", level=level)
    assert content == ["a.py:1:import os", "a.py:3:import sys", *note]
    assert await grep(root, "import", "files_with_matches", level=level) == ["a.py", *note]
    assert await grep(root, "import", "count", level=level) == ["a.py:2", *note]
    assert await grep(root, "import", "count", level=level, flags={"-i": True}) == [
        "a.py:2", "docs/c.md:1", *note,
    ]  # fmt: skip


async def test_options_of_content(root: Path) -> None:
    assert await grep(root, "x", path="a.py", flags={"-C": 1}) == [
        "a.py-1-import os", "a.py:2:x = 1", "a.py-3-import sys",
    ]  # fmt: skip
    assert await grep(root, "x", path="a.py", flags={"-n": False}) == ["a.py:x = 1"]
    assert await grep(root, "^import", glob="*.py", head_limit=1) == [
        "a.py:1:import os",
        "[there may be more: use a narrower pattern, path or glob]",
    ]
    assert await grep(root, "nothing$", glob="docs/*") == ["docs/c.md:1:Import nothing"]
    assert await grep(root, "return", path="src") == ["src/b.py:2:    return 1"]
    assert await grep(root, "zzz", path="src") == ["no match"]


async def test_context_groups_are_set_apart(root: Path) -> None:
    files(root, {"n": "".join(f"{n}\n" for n in range(1, 21))})
    assert await grep(root, "^(5|6|15)$", path="n", flags={"-C": 1}) == [
        "n-4-4", "n:5:5", "n:6:6", "n-7-7", "--", "n-14-14", "n:15:15", "n-16-16",
    ]  # fmt: skip


async def test_what_is_named_outright_is_searched_or_refused(root: Path) -> None:
    (root / ".gitignore").write_text("ignored.txt\n")
    new_repository(root)
    files(root, {"ignored.txt": "needle"})
    assert await grep(root, "needle") == ["no match", *(await grep(root, "zz"))[1:]]
    assert await grep(root, "needle", path="ignored.txt") == ["ignored.txt:1:needle"]
    for path in (".env", ".git/config", ".ladder/ladder.db", "../x", "nothing", "/etc/passwd"):
        with pytest.raises(ToolError):
            await grep(root, "needle", path=path)


@pytest.mark.parametrize("pattern", ["(", "a{99999999999}", "[z-a]", "(?P<n>a)(?P<n>b)", "\\"])
async def test_a_bad_pattern_is_explained(root: Path, pattern: str) -> None:
    with pytest.raises(ToolError, match="no regular expression"):
        await grep(root, pattern)


async def test_a_catastrophic_pattern_is_stopped_and_results_stay(root: Path) -> None:
    files(root, {"zz.txt": "a" * 40 + "!\n"})
    context = ToolContext(root, ProcessRunner("limits"), search_timeout_s=3)
    output = await run_tool(TOOLS, "Grep", {"pattern": "(import)|(a+)+$"}, context)
    assert output.text.splitlines()[:2] == [
        "a.py",
        "[stopped after 3 s: incomplete, use a simpler pattern]",
    ]
    assert output.is_truncated


@each_level
async def test_symlinks_that_leave_are_not_searched(
    root: Path, level: SandboxLevel, tmp_path: Path
) -> None:
    files(tmp_path / "outside", {"s.txt": "import outside\n"})
    (root / "link.txt").symlink_to(tmp_path / "outside" / "s.txt")
    (root / "folder").symlink_to(tmp_path / "outside")
    os.mkfifo(root / "fifo.txt")
    assert not [line for line in await grep(root, "outside", level=level) if ":" in line]
    for path in ("link.txt", "folder", "fifo.txt"):
        with pytest.raises(ToolError):
            await grep(root, "import", path=path, level=level)


@each_level
async def test_nothing_in_the_repository_is_imported(root: Path, level: SandboxLevel) -> None:
    names = ("re.py", "json.py", "sitecustomize.py", "ladder_tui/__init__.py", "os.py")
    files(root, dict.fromkeys(names, "raise SystemExit('imported')\n"))
    assert "a.py" in await grep(root, "import os", "files_with_matches", level=level)


async def test_long_lines_hostile_text_and_odd_bytes(root: Path) -> None:
    texts: dict[str, str | bytes] = {
        "long.js": "needle" + "x" * 1000 + "\n",
        "longer.js": "y" * 2_200_000 + "needle\n",
        "evil.txt": "needle \x1b[31m\u202e\n",
        "latin.txt": b"needle caf\xe9\n",
    }
    lines = await grep(files(root, texts), "needle")
    assert lines[:3] == [
        "evil.txt:1:needle ␛[31m<U+202E>",
        "latin.txt:1:needle caf\ufffd",
        "long.js:1:needle" + "x" * 494 + " [cut]",
    ]
    assert lines[3].startswith("[lines of over 1 MiB")


async def test_much_output_is_bounded(root: Path) -> None:
    files(root, {f"f{n:03}.txt": ("needle " * 50 + "\n") * 100 for n in range(20)})
    for mode in ("content", "count", "files_with_matches"):
        given = {"pattern": "needle", "output_mode": mode, "head_limit": 500}
        output = await use(root, "Grep", given, max_output_chars=3000)
        assert len(output.text) < 3300
    content = await use(root, "Grep", {"pattern": "needle", "output_mode": "content"})
    assert content.is_truncated
    assert "there may be more" in content.text


async def test_fifty_megabytes_in_one_file(root: Path) -> None:
    with (root / "big.log").open("wb") as file:
        for _ in range(50):
            file.write(b"0123456789abcde\n" * 65536)
        file.write(b"needle\n")
    assert await grep(root, "needle", path="big.log") == ["big.log:3276801:needle"]


@needs_git
async def test_without_a_runner_one_is_made(root: Path) -> None:
    output = await run_tool(TOOLS, "Grep", {"pattern": "import os"}, ToolContext(root))
    assert output.text.startswith("a.py")
    assert output.summary == "1 file"


def test_the_worker_needs_the_standard_library_only() -> None:
    """It is started with ``-S``: site-packages are not there."""
    source = Path(search_text.__file__).with_name("search_worker.py").read_text()
    imports = {
        line.split()[1].split(".")[0]
        for line in source.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imports - {"ladder_tui", "__future__"} <= sys.stdlib_module_names
