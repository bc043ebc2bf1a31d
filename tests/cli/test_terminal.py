from __future__ import annotations

import json

import pytest

from ladder_tui.cli.terminal import Printer, full, print_json
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.usage import Usage
from ladder_tui.domain.workflow import WorkflowInput

NASTY = "a\x1b[31mred\x1b]0;title\x07\u202eb\x9b2J"


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_control_sequences_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    out = Printer(glyph_set="unicode")
    out.line(NASTY, (NASTY, "bad"))
    out.fields([("name", NASTY)])
    out.table(["head"], [[NASTY], [(NASTY, "warn")]])

    text = printed(capsys)
    assert not set(text) & set("\x1b\x07\u202e\x9b")
    assert text.count("aredb") == 5


def test_json_is_lossless_and_safe(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"text": NASTY, "umlaut": "ü"})

    text = printed(capsys)
    assert not set(text) & set("\x1b\x07\u202e\x9b")
    assert json.loads(text) == {"text": NASTY, "umlaut": "ü"}


def test_a_table_is_aligned_and_leaves_empty_columns_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Printer(glyph_set="unicode").table(
        ["name", "none", "count", "text"],
        [["a", "", "1", "first\nline"], ["länger", "", "1000", "x"]],
        right={2},
    )

    assert printed(capsys).splitlines() == [
        "name    count  text",
        "a           1  first line",
        "länger   1000  x",
    ]


def test_ascii_where_nothing_else_can_be_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    out = Printer()
    out.line(f"{out.glyphs.done} 1–2 …")

    assert printed(capsys) == "+ 1-2 ...\n"


def test_no_colour_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Printer().line(("red", "bad"))

    assert printed(capsys) == "red\n"


def test_full_keeps_defaults_and_names_of_the_file_format() -> None:
    assert full(Usage())["output_tokens"] == 0
    assert full(WorkflowInput())["required"] is False
    assert full([Problem("a", 1, "R", "m")])[0]["level"] == "error"
