"""Colours of Markdown with a YAML header, and the fences that decide what a line is."""

from __future__ import annotations

import pytest

from ladder_tui.ui.highlight import Span, line_kinds, spans

TEXT = """\
---
name: a-skill
description: "quoted: text"  # why
---
# Title

- run `ruff`, then **read** [it](x)
> a quote
```python
# no heading
```
1. last"""


def test_header_code_and_text_are_told_apart() -> None:
    kinds = line_kinds(TEXT.split("\n"))
    assert kinds == ["fence", "header", "header", "fence", "text", "text", "text", "text",
                     "code", "code", "code", "text"]  # fmt: skip


def test_a_header_that_is_never_closed_goes_on() -> None:
    assert line_kinds(["---", "name: x", "# y"]) == ["fence", "header", "header"]


def test_a_rule_in_the_text_is_no_header() -> None:
    assert line_kinds(["text", "---", "name: x"]) == ["text", "text", "text"]


def test_a_longer_fence_holds_a_shorter_one() -> None:
    assert line_kinds(["````", "```", "````", "x"]) == ["code", "code", "code", "text"]


@pytest.mark.parametrize(
    ("line", "kind", "expected"),
    [
        ("name: a", "header", [Span(0, 4, "key")]),
        ('k: "a: b"  # c', "header", [Span(0, 1, "key"), Span(3, 9, "string"),
                                      Span(11, 14, "comment")]),
        ("url: http://x/#y", "header", [Span(0, 3, "key")]),
        ("## Sub", "text", [Span(0, 6, "heading")]),
        ("#tag", "text", []),
        ("- a `b`", "text", [Span(0, 1, "marker"), Span(4, 7, "code")]),
        ("# x", "code", [Span(0, 3, "code")]),
    ],
)  # fmt: skip
def test_parts_of_a_line(line: str, kind: str, expected: list[Span]) -> None:
    assert list(spans(line, kind)) == expected  # type: ignore[arg-type]
