"""Edit: one exact place, everything else byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.errors import ToolError
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.tools.registry import TOOLS, run_tool
from ladder_tui.tools.tool import ToolContext
from tests.tools.call import files, names, use


async def edit(root: Path, old: str, new: str, *, path: str = "a.py", every: bool = False) -> str:
    asked = {"file_path": path, "old_string": old, "new_string": new, "replace_all": every}
    return (await use(root, "Edit", asked)).text


async def test_the_place_is_replaced_and_shown_with_its_lines(tmp_path: Path) -> None:
    files(tmp_path, {"a.py": "one\ntwo\nthree\nfour\nfive\nsix\n"})
    shown = await edit(tmp_path, "three", "3\n3b")
    assert (tmp_path / "a.py").read_text() == "one\ntwo\n3\n3b\nfour\nfive\nsix\n"
    assert shown.startswith("a.py was edited:\n     1\tone\n")
    assert "     4\t3b" in shown
    assert names(tmp_path) == ["a.py"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\r\nb\r\nc\r\n", b"a\r\nX\r\nY\r\nc\r\n"),
        (b"a\nb\nc\n", b"a\nX\nY\nc\n"),
        (b"\xef\xbb\xbfa\r\nb\r\nc", b"\xef\xbb\xbfa\r\nX\r\nY\r\nc"),
        (b"1\n2\r\na\r\nb\r\nc\r\n", b"1\n2\r\na\r\nX\r\nY\r\nc\r\n"),
    ],
)
async def test_line_ends_and_byte_order_mark_stay(
    tmp_path: Path, before: bytes, after: bytes
) -> None:
    files(tmp_path, {"a.py": before})
    await edit(tmp_path, "a\nb\n", "a\nX\nY\n")
    assert (tmp_path / "a.py").read_bytes() == after


async def test_the_mode_stays(tmp_path: Path) -> None:
    files(tmp_path, {"run.sh": "#!/bin/sh\necho a\n"})
    (tmp_path / "run.sh").chmod(0o755)
    await edit(tmp_path, "echo a", "echo b", path="run.sh")
    assert (tmp_path / "run.sh").stat().st_mode & 0o7777 == 0o755


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nowhere", "x", "read the file again and copy"),
        ("def  f():\n  pass", "x", "line 1 differs only in spaces"),
        ("     1\tdef f():", "x", "leave out the line numbers"),
        ("def f():\n    return 1", "x", "its first line is there, line 1"),
        ("pass", "x", "2 times\n.*lines 2, 5"),
        ("pass", "pass", "are the same"),
        ("pass", "\ud800", "no valid Unicode"),
    ],
)
async def test_what_does_not_fit_says_what_to_do(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = "def f():\n    pass\n\ndef g():\n    pass\n"
    files(tmp_path, {"a.py": text})
    with pytest.raises(ToolError, match=message):
        await edit(tmp_path, old, new, every=new == "\ud800")
    assert (tmp_path / "a.py").read_text() == text


async def test_every_occurrence_when_asked_for(tmp_path: Path) -> None:
    files(tmp_path, {"a.py": "x = x + x\n"})
    assert "in 3 places" in await edit(tmp_path, "x", "y", every=True)
    assert (tmp_path / "a.py").read_text() == "y = y + y\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\0", "binary"),
        (b"fine\n\xff\n", "not UTF-8 .line 2."),
        (b"a" * (4 * 1024 * 1024 + 1), "larger"),
    ],
)
async def test_what_is_no_text_is_not_edited(tmp_path: Path, content: bytes, message: str) -> None:
    files(tmp_path, {"a.py": content})
    with pytest.raises(ToolError, match=message):
        await edit(tmp_path, "a", "b", every=True)
    with pytest.raises(ToolError, match=message):
        await use(tmp_path, "Write", {"file_path": "a.py", "content": "x"})
    assert (tmp_path / "a.py").read_bytes() == content


async def test_a_symlink_inside_is_followed_and_stays_one(tmp_path: Path) -> None:
    files(tmp_path, {"real.py": "a\n"})
    (tmp_path / "a.py").symlink_to("real.py")
    await edit(tmp_path, "a", "b")
    assert (tmp_path / "real.py").read_text() == "b\n"
    assert (tmp_path / "a.py").is_symlink()


async def test_the_skills_rules_hold_for_edits(tmp_path: Path) -> None:
    files(tmp_path, {"src/a.py": "a", "b.py": "a"})
    context = ToolContext(
        tmp_path, ProcessRunner("limits"), allowed_tools=("Edit(src/**)",), is_workspace=True
    )
    given = {"file_path": "src/a.py", "old_string": "a", "new_string": "b"}
    await run_tool(TOOLS, "Edit", given, context)
    with pytest.raises(ToolError, match="rules of your skill"):
        await run_tool(TOOLS, "Edit", {**given, "file_path": "b.py"}, context)


_text = st.text(st.sampled_from("ab\n\r é"), max_size=30)


@settings(max_examples=60, deadline=None)
@given(head=_text, tail=_text, new=_text)
async def test_only_the_place_changes(
    tmp_path_factory: pytest.TempPathFactory, head: str, tail: str, new: str
) -> None:
    root = tmp_path_factory.mktemp("edit")
    files(root, {"a.py": f"{head}<old>{tail}"})
    await edit(root, "<old>", new)
    done = (root / "a.py").read_bytes().decode()
    assert done.startswith(head)
    assert done.endswith(tail)
    middle = done[len(head) : len(done) - len(tail)]
    assert middle.replace("\r\n", "\n") == new.replace("\r\n", "\n")
