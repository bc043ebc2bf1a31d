"""The result of a workflow, in lines."""

from __future__ import annotations

from typing import Any

import pytest

from ladder_tui.cli.result import print_result
from ladder_tui.cli.terminal import Printer

MERGED = {"findings": [], "slots_ok": 1, "missing": []}


def shown(output: Any, capsys: pytest.CaptureFixture[str]) -> list[str]:
    print_result(Printer(glyph_set="unicode"), output)
    return capsys.readouterr().out.splitlines()


def test_each_part_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(
        {
            "edited": False,
            "note": "Nothing was edited.",
            "plan": {"summary": "Three fields.", "route": "/x"},
            "judgement": {"summary": "All met.", "verdict": "pass"},
            "changes": [{"summary": "a"}, None],
            "repairs": None,
            "loose": {"a": 1, "b": 2},
            "merged": MERGED,
        },
        capsys,
    )
    assert lines == [
        "result",
        "  edited     no",
        "  note       Nothing was edited.",
        "  plan       Three fields.",
        "  judgement  pass: All met.",
        "  changes    2 items, 1 of them empty",
        "  repairs    none",
        "  loose      a, b",
        "",
    ]


@pytest.mark.parametrize("output", [None, MERGED, {"merged": MERGED}])
def test_what_is_shown_elsewhere_has_no_lines(
    output: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(output, capsys) == []


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("All is well.", "All is well."),
        (["ead9e11 start", "b2 fix"], "ead9e11 start, b2 fix"),
        ([True, 2], "yes, 2"),
        ([{"a": 1}, None], "2 items, 1 of them empty"),
        ([], "0 items"),
        (3, "3"),
    ],
)
def test_a_result_without_parts_is_one_line(
    output: Any, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(output, capsys) == [f"result  {text}", ""]


def test_text_of_a_model_is_one_printable_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown({"note": "a\x1b[31m\nb" + "x" * 500}, capsys)
    assert len(lines) == 3
    assert "\x1b" not in lines[1]
    assert len(lines[1]) < 330
