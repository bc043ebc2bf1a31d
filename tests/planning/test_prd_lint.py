from __future__ import annotations

import re
from pathlib import Path

import pytest

from ladder_tui.domain.problem import Problem
from ladder_tui.planning.prd_file import parse_prd
from ladder_tui.planning.prd_lint import TOKEN_BUDGET, TOKEN_LIMIT, lint_prd
from ladder_tui.planning.prd_template import new_prd
from ladder_tui.planning.vague_word import find_vague

DOCUMENT = Path(__file__).parents[2] / "docs" / "prds.md"

GOOD = """\
# Export orders

## Intent
Accountants copy orders by hand.

## Non-goals
- No import.

## Requirements
- FR-1: The order page offers a CSV file.

## Success criteria
- SC-1: 10,000 orders in under 5 s.

## Constraints
- C-1: Never export card numbers.
"""


def lint(text: str, tokens: int = 100) -> list[Problem]:
    return lint_prd(parse_prd("a.md", text, lambda _: tokens), text)


def found(text: str) -> list[tuple[str, int]]:
    return [(problem.rule, problem.line) for problem in lint(text)]


def test_a_complete_prd_and_the_documented_example_pass() -> None:
    assert lint(GOOD) == []
    example = re.search(r"```markdown\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert example is not None
    assert lint(example.group(1)) == []


def test_every_rule_is_documented() -> None:
    documented = set(re.findall(r"^\| (P\d\d) \|", DOCUMENT.read_text(), re.MULTILINE))
    assert documented == {"P00", "P01", "P02", "P03", "P04", "P05", "P07", "P10", "P20"}


PARTS = [
    ("P01", "Intent", 3, "error"),
    ("P02", "Success criteria", 12, "error"),
    ("P03", "Non-goals", 6, "warning"),
    ("P04", "Constraints", 15, "warning"),
    ("P05", "Requirements", 9, "error"),
]


@pytest.mark.parametrize(("rule", "title", "line", "level"), PARTS)
def test_missing_parts(rule: str, title: str, line: int, level: str) -> None:
    without = re.sub(rf"## {title}\n(.*\n)\n?", "", GOOD)
    problems = lint(without)
    assert [(p.rule, p.line, p.level) for p in problems] == [(rule, 1, level)]
    assert "missing" in problems[0].message
    assert "add ##" in problems[0].fix

    for nothing in ("", "TODO", "- ", "- FR-1:", "<!-- later -->", "...", "_TBD_"):
        empty = re.sub(rf"(## {title}\n)(.*\n)", rf"\1{nothing}\n", GOOD)
        assert [(p.rule, p.line, p.level) for p in lint(empty)] == [(rule, line, level)]


def test_parts_are_known_by_their_items_in_any_language() -> None:
    text = GOOD.replace("Requirements", "Anforderungen").replace("Constraints", "Grenzen")
    assert lint(text.replace("Success criteria", "Erfolg")) == []
    assert (
        lint(text.replace("- No import", "- NG-1: No import").replace("Non-goals", "Nicht")) == []
    )


def test_parts_in_other_words_and_order() -> None:
    text = "# T\n## Guardrails\nNever x.\n## Done when\nIt is.\n## Features\na\n"
    assert lint(text + "## Goals and non-goals\nb\n") == []
    assert lint(text + "## User stories\nb\n## Out of scope\nc\n") == []


def test_parts_that_are_code_count() -> None:
    assert lint(GOOD.replace("- FR-1: The order page offers a CSV file.", "```\nGET /a\n```")) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("FR-2 The search shall be fast.", ["fast"]),
        ("FR-2 The search is fast: p95 under 200 ms.", []),
        ("FR-2 Quick for files up to 50 MB.", ["Quick"]),
        ("FR-2 Easy: at most 3 clicks.", []),
        ("FR-2 Robust, user-friendly, etc.", ["Robust", "user-friendly", "etc"]),
        ("FR-2 A modern and intuitive page as soon as possible",
         ["modern", "intuitive", "as soon as possible"]),
        ("FR-2 `fast` and [x](http://fast.example/easy) and breakfast", []),
        ("FR-2 Fast fast FAST", ["Fast"]),
        ("FR-2 It shows how many rows there are and how often they change.", []),
        ("FR-2 The quick start guide has a fast-forward key.", []),
        ("FR-2 Where appropriate, errors are handled gracefully.",
         ["Where appropriate", "gracefully"]),
    ],
)  # fmt: skip
def test_vague_words(line: str, words: list[str]) -> None:
    text = GOOD.replace("- FR-1: The order page offers a CSV file.", line)
    problems = lint(text)
    assert [(p.rule, p.line) for p in problems] == [("P07", 10)] * len(words)
    for problem, word in zip(problems, words, strict=True):
        assert problem.message.startswith(f'vague "{word}": ')
        assert problem.message.endswith(("?", "."))
        assert text.split("\n")[9][problem.column - 1 :].startswith(word)


def test_an_item_is_judged_as_a_whole() -> None:
    item = "- FR-1: The list is fast\n  and easy.\n  - p95 under 100 ms\n"
    assert found(GOOD.replace("- FR-1: The order page offers a CSV file.\n", item)) == []
    item = "- FR-1: The list is\n  fast and\n  fast again.\n- FR-2: It loads in 5 s.\n"
    text = GOOD.replace("- FR-1: The order page offers a CSV file.\n", item)
    assert found(text) == [("P07", 11)]


def test_words_elsewhere_are_free() -> None:
    text = GOOD.replace("by hand", "fast and easily").replace("No import", "Not user-friendly")
    assert lint(text) == []
    assert lint(GOOD + "\n## Notes\nfast\n") == []
    assert lint(GOOD + "```\nfast\n```\n<!-- fast -->\n") == []


@pytest.mark.parametrize(
    ("tokens", "level"),
    [(TOKEN_BUDGET, None), (TOKEN_BUDGET + 1, "warning"), (TOKEN_LIMIT + 1, "error")],
)
def test_token_budget(tokens: int, level: str | None) -> None:
    problems = lint(GOOD, tokens)
    assert [(p.rule, p.level) for p in problems] == ([("P10", level)] if level else [])


@pytest.mark.parametrize("text", ["", "\n\n", "# Title\n", "<!-- nothing -->", "---\na: 1\n---\n"])
def test_empty(text: str) -> None:
    assert found(text) == [("P20", 1)]


def test_a_new_prd_names_what_is_to_be_filled_in() -> None:
    text = new_prd("Export {orders}\x1b\n")
    assert parse_prd("a.md", text, len).title == "Export {orders}"
    assert {rule for rule, _ in found(text)} == {"P01", "P02", "P03", "P04", "P05"}
    assert "# Untitled\n" in new_prd(" ")


def test_every_question_asks() -> None:
    assert [(v.index, v.word) for v in find_vague("is fast and modern")] == [
        (3, "fast"),
        (12, "modern"),
    ]
    assert find_vague("in 5 s, fast and modern") == []
    assert [v.word for v in find_vague("fast", "- fast for 3 users")] == ["fast"]
