from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.errors import ToolError
from tests.tools.call import files, use


async def read(root: Path, path: str, **given: object) -> str:
    return (await use(root, "Read", {"file_path": path, **given})).text


async def test_lines_are_numbered(tmp_path: Path) -> None:
    files(tmp_path, {"a.py": "one\n\n\tthree\r\nfour"})
    output = await use(tmp_path, "Read", {"file_path": "a.py"})
    assert output.text == "     1\tone\n     2\t\n     3\t\tthree\n     4\tfour"
    assert (output.summary, output.is_truncated) == ("4 lines", False)


async def test_a_part_says_how_to_go_on(tmp_path: Path) -> None:
    files(tmp_path, {"a.py": "".join(f"{n}\n" for n in range(1, 11))})
    assert await read(tmp_path, "a.py", offset=3, limit=2) == (
        "     3\t3\n     4\t4\n[lines 3-4 of a file of 21 bytes; go on with offset=5]"
    )
    assert await read(tmp_path, "a.py", offset=9, limit=2) == "     9\t9\n    10\t10"
    with pytest.raises(ToolError, match=r"has no line 11\n.*it has 10 lines"):
        await read(tmp_path, "a.py", offset=11)


async def test_long_files_and_long_lines_are_cut_and_say_so(tmp_path: Path) -> None:
    files(
        tmp_path,
        {"long": "x\n" * 5000, "wide": "a\n" + "ü" * 9000 + "\nb\n", "min.js": "y" * 10**6},
    )
    long = await use(tmp_path, "Read", {"file_path": "long"})
    assert long.is_truncated
    assert long.text.endswith("[lines 1-2000 of a file of 10,000 bytes; go on with offset=2001]")
    wide = await use(tmp_path, "Read", {"file_path": "wide"})
    lines = wide.text.split("\n")
    assert [len(line) for line in lines[:3]] == [8, 2007, 8]
    assert lines[3:] == ["[lines cut at 2000 characters: 2]"]
    assert wide.is_truncated
    assert len(await read(tmp_path, "min.js")) < 2100


async def test_the_whole_output_is_bounded(tmp_path: Path) -> None:
    files(tmp_path, {"a": ("x" * 99 + "\n") * 1000})
    output = await use(tmp_path, "Read", {"file_path": "a"}, max_output_chars=5000)
    assert len(output.text) < 5200
    assert output.is_truncated
    shown = output.text.count("\t")
    assert f"go on with offset={shown + 1}]" in output.text
    first = await use(tmp_path, "Read", {"file_path": "a"}, max_output_chars=10)
    assert "offset=2]" in first.text


async def test_fifty_megabytes_are_read_in_part(tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as file:
        for _ in range(50):
            file.write(b"0123456789abcde\n" * 65536)
    text = await read(tmp_path, "big", offset=3_000_000, limit=1)
    assert text.startswith("3000000\t0123456789abcde\n[lines 3000000-3000000")


async def test_a_sparse_giant_is_given_up(tmp_path: Path) -> None:
    with (tmp_path / "giant").open("wb") as file:
        file.write(b"text\n" * 2000)
        file.truncate(10 * 2**30)
    assert (await read(tmp_path, "giant", offset=2000)).startswith("  2000\ttext\n  2001\t␀␀␀")
    with pytest.raises(ToolError, match="too far into"):
        await read(tmp_path, "giant", offset=2002)


async def test_binary_and_empty_files_are_named(tmp_path: Path) -> None:
    files(tmp_path, {"a.png": b"\x89PNG\0\x1b[31m", "b": b""})
    assert await read(tmp_path, "a.png") == "a.png is a binary file of 10 bytes; it is not shown."
    assert await read(tmp_path, "b") == "(the file is empty)"


async def test_bytes_that_are_not_utf8_are_replaced_and_said(tmp_path: Path) -> None:
    files(tmp_path, {"a": b"caf\xe9\nok\n", "b": b"\xef\xbb\xbfbom\n"})
    text = await read(tmp_path, "a")
    assert text.startswith("     1\tcaf\ufffd\n     2\tok\n[not UTF-8")
    assert await read(tmp_path, "b") == "     1\tbom"


async def test_control_characters_are_shown_and_do_nothing(tmp_path: Path) -> None:
    hostile = "\x1b]0;title\x07\x1b[2J\x9b31m\u202etxt\u2066\x00\x08\x7f\u2028"
    files(tmp_path, {"a": "x" * 9000 + "\n" + hostile + "\n"})
    text = await read(tmp_path, "a", offset=2)
    assert text == "     2\t␛]0;title␇␛[2J<U+009B>31m<U+202E>txt<U+2066>␀␈␡<U+2028>"
