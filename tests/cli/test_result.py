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


@pytest.mark.parametrize("output", [None, MERGED, {"merged": MERGED}, [1], "text"])
def test_what_has_no_parts_has_no_lines(output: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(output, capsys) == []


def test_text_of_a_model_is_one_printable_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown({"note": "a\x1b[31m\nb" + "x" * 500}, capsys)
    assert len(lines) == 3
    assert "\x1b" not in lines[1]
    assert len(lines[1]) < 330
