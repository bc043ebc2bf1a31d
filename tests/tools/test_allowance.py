"""What a skill's ``allowed-tools`` let a tool look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ladder_tui.domain.tool_rule import ToolRule, parse_tool_rule
from ladder_tui.errors import ToolError
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.tools.allowance import allowed_paths
from ladder_tui.tools.registry import TOOLS, run_tool
from ladder_tui.tools.tool import ToolContext, ToolOutput
from tests.tools.call import files


@pytest.mark.parametrize(
    ("text", "tool", "rule"),
    [
        ("Read", "Read", ""),
        (" Read ", "Read", ""),
        ("Bash(git:*)", "Bash", "git:*"),
        ("Read( docs/** )", "Read", "docs/**"),
        ("Bash(echo (a))", "Bash", "echo (a)"),
        ("Read()", "Read", ""),
        ("Read(docs", "Read(docs", ""),
        ("", "", ""),
    ],
)
def test_entries_are_read(text: str, tool: str, rule: str) -> None:
    assert parse_tool_rule(text) == ToolRule(tool, rule)


@pytest.mark.parametrize(
    ("entries", "yes", "no"),
    [
        (["Read"], ["a.py", "docs/a.md"], []),
        (["Read(docs/**)"], ["docs/a.md", "docs/b/c.md"], ["a.py", "x/docs/a.md", "docs.md"]),
        (["Read(./docs)"], ["docs/a.md", "docs"], ["x/docs/a.md"]),
        (["Read(/docs)"], ["docs/a.md"], ["x/docs/a.md"]),
        (["Read(docs)"], ["docs/a.md", "x/docs/a.md"], ["docs.md"]),
        (["Read(docs/)"], ["docs/a.md"], ["a.md"]),
        (["Read(*.md)"], ["a.md", "x/y.md"], ["a.py"]),
        (["Read(src/*.py)", "Read(docs/**)"], ["src/a.py", "docs/x"], ["src/b/a.py", "x"]),
        (["Read(docs/**)", "Read"], ["a.py"], []),
        (["Read(~/.ssh/**)"], [], [".ssh/id", "~/.ssh/id"]),
        (["Read(//etc/**)"], [], ["etc/passwd"]),
        (["Read(../**)"], [], ["a.py"]),
        (["Grep(docs/**)"], ["a.py"], []),
        (["*"], ["a.py"], []),
    ],
)
def test_paths(entries: list[str], yes: list[str], no: list[str]) -> None:
    allows = allowed_paths(entries, "Read")
    assert [path for path in yes if not allows(path)] == []
    assert [path for path in no if allows(path)] == []


TREE = {"docs/a.md": "needle\n", "src/b.py": "needle\n", "c.md": "needle\n"}


async def call(root: Path, name: str, given: dict[str, Any], **more: Any) -> ToolOutput:
    context = ToolContext(root, ProcessRunner("limits"), **more)
    return await run_tool(TOOLS, name, given, context)


async def test_rules_hold_for_every_tool(tmp_path: Path) -> None:
    root = files(tmp_path, TREE)
    rules = ("Read(docs/**)", "Glob(docs/**)", "Grep(docs/**)")
    read = await call(root, "Read", {"file_path": "docs/a.md"}, allowed_tools=rules)
    assert "needle" in read.text
    for name, given in (
        ("Read", {"file_path": "src/b.py"}),
        ("Grep", {"pattern": "needle", "path": "src/b.py"}),
    ):
        with pytest.raises(ToolError, match="refused") as caught:
            await call(root, name, given, allowed_tools=rules)
        assert caught.value.why == "the rules of your skill do not allow it"
    listed = await call(root, "Glob", {"pattern": "**"}, allowed_tools=rules)
    assert listed.text == "docs/a.md"
    found = await call(root, "Grep", {"pattern": "needle"}, allowed_tools=rules)
    assert found.text == "docs/a.md"


async def test_a_link_into_what_is_allowed_counts_where_it_leads(tmp_path: Path) -> None:
    root = files(tmp_path, TREE)
    (root / "docs" / "link.py").symlink_to("../src/b.py")
    with pytest.raises(ToolError, match="refused"):
        await call(root, "Read", {"file_path": "docs/link.py"}, allowed_tools=("Read(docs/**)",))


async def test_an_agent_reads_the_files_of_its_skill(tmp_path: Path) -> None:
    root = files(tmp_path / "repo", TREE)
    folder = files(
        tmp_path / "elsewhere" / "scan",
        {"SKILL.md": "x", "references/guide.md": "needle in the guide\n", "assets/.env": "needle"},
    )
    (tmp_path / "elsewhere" / "secret").write_text("needle")
    (folder / "references" / "out.md").symlink_to("../../secret")
    more: dict[str, Any] = {
        "allowed_tools": ("Read(docs/**)", "Grep", "Glob"),
        "skill_folders": {"scan": str(folder)},
    }
    read = await call(root, "Read", {"file_path": "skill:scan/references/guide.md"}, **more)
    assert "needle in the guide" in read.text
    listed = await call(root, "Glob", {"pattern": "**/*.md", "path": "skill:scan"}, **more)
    assert listed.text.split() == [
        "skill:scan/SKILL.md",
        "skill:scan/references/guide.md",
        "skill:scan/references/out.md",
    ]
    given = {"pattern": "needle", "path": "skill:scan/", "output_mode": "content"}
    found = await call(root, "Grep", given, **more)
    assert found.text.split("\n")[0] == "skill:scan/references/guide.md:1:needle in the guide"
    assert str(tmp_path) not in read.text + listed.text + found.text
    for path in (
        "skill:scan/../secret",
        "skill:scan/references/out.md",
        "skill:scan/assets/.env",
        "skill:other/SKILL.md",
        "skill:",
        f"skill:scan/{tmp_path}/elsewhere/secret",
    ):
        with pytest.raises(ToolError):
            await call(root, "Read", {"file_path": path}, **more)
