from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder_tui.domain.prd import Prd
from ladder_tui.errors import UsageError
from ladder_tui.planning.markdown_text import split_lines
from ladder_tui.planning.prd_file import PRD_LIMIT, parse_prd, read_prd
from ladder_tui.planning.prd_lint import lint_prd
from ladder_tui.planning.prd_template import new_prd

TEXT = """\
---
status: Review
owner: "Ada"
---
# Export orders

## 1. Intent

Accountants copy orders by hand.

## Requirements

- **FR-1**: The page offers a file
  of the orders it shows.
  - with a header row
- FR-2 The file is UTF-8.
1. FR-3. It has one row for each order.

```text
FR-9: in a fence
## Not a heading
```

### Quality

| id | text |
|----|------|
| NFR-1 | 10,000 rows in 5 s |

## Grenzen

- C-1: Never export card numbers.

<!-- ## Hidden
- C-2: hidden -->
"""


def words(text: str) -> int:
    return len(text.split())


def parse(text: str) -> Prd:
    return parse_prd("a.md", text, words)


def shape(prd: Prd) -> list[tuple[str, str, int, int]]:
    return [(s.kind, s.title, s.line, s.end_line) for s in prd.sections]


def test_sections_and_items_with_their_lines() -> None:
    prd = parse(TEXT)
    assert (prd.title, prd.status) == ("Export orders", "review")
    assert prd.metadata == {"status": "Review", "owner": "Ada"}
    assert prd.tokens == words(TEXT)
    assert shape(prd) == [
        ("intent", "1. Intent", 7, 10),
        ("requirements", "Requirements", 11, 29),
        ("constraints", "Grenzen", 30, 36),
    ]
    assert [(item.id, item.text, item.line) for item in prd.sections[1].items] == [
        ("FR-1", "The page offers a file of the orders it shows. - with a header row", 13),
        ("FR-2", "The file is UTF-8.", 16),
        ("FR-3", "It has one row for each order.", 17),
        ("NFR-1", "10,000 rows in 5 s", 28),
    ]
    assert [item.id for item in prd.sections[2].items] == ["C-1"]
    assert prd.sections[0].body == "\nAccountants copy orders by hand.\n"


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    for other in (TEXT.replace("\n", "\r\n"), TEXT.replace("\n", "\r"), "\ufeff" + TEXT):
        assert parse(other).sections == parse(TEXT).sections


def test_inner_sections_of_another_kind_stand_alone() -> None:
    text = "# T\n## Scope\nx\n### Non-goals\ny\n### Details\nz\n#### Deeper\n## Why\nw\n"
    assert shape(parse(text)) == [
        ("", "Scope", 2, 3),
        ("non-goals", "Non-goals", 4, 5),
        ("", "Details", 6, 8),
        ("intent", "Why", 9, 11),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Intent\na\n# Requirements\nb\n",
        "Intent\n======\na\n\nRequirements\n---\nb\n",
        "**Intent**\na\n\n__Requirements:__\nb\n",
        "###### Intent ##\na\n   ###### Requirements\nb\n",
    ],
)
def test_headings_in_other_forms(text: str) -> None:
    prd = parse(text)
    assert [section.kind for section in prd.sections] == ["intent", "requirements"]
    assert prd.title == "a"


def test_text_before_the_first_section_is_kept() -> None:
    prd = parse("# T\n\n**Status**: Approved\n**Owner:** Bo\n\n## Why\nx\n")
    assert prd.status == "approved"
    assert prd.metadata["owner"] == "Bo"
    assert shape(prd) == [("", "", 1, 5), ("intent", "Why", 6, 8)]


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ("FR-1 first", ["FR-1"]),
        ("- [x] FR-001: done", ["FR-001"]),
        ("* `SC-2` quoted", ["SC-2"]),
        ("> - C-3: cited", ["C-3"]),
        ("### FR-4: as a heading", ["FR-4"]),
        ("NG-1: none", ["NG-1"]),
        ("see FR-1 and FR-2", []),
        ("some text\nFR-2 and FR-3 go together", []),
        ("- FR-1-beta is a name", []),
        ("- XFR-1: other", []),
        ("    FR", []),
    ],
)
def test_what_is_an_item(line: str, ids: list[str]) -> None:
    prd = parse(f"# T\n## Other\n{line}\n")
    assert [item.id for section in prd.sections for item in section.items] == ids


def test_frontmatter_that_is_none() -> None:
    for text in ("---\njust a rule\n---\n# T\n", "---\na: 1\n# T\n"):
        assert parse(text).metadata == {}
    assert parse("").title == "a"


def test_reading_keeps_the_text_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"\xef\xbb\xbf# T\r\n\r\nx\r\n")
    assert read_prd(path, "a.md").encode() == path.read_bytes()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a\nb\xff", "not UTF-8: line 2"),
        (b"a\n\nb\0", "not text: NUL in line 3"),
        (b"x" * (PRD_LIMIT + 1), "over 2 MiB"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=says) as caught:
        read_prd(path, "a.md")
    assert caught.value.next_step


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "loop.md").symlink_to("loop.md")
    for name, says in (("no.md", "not exist"), ("pipe.md", "regular"), ("loop.md", "be read")):
        with pytest.raises(UsageError, match=says):
            read_prd(tmp_path / name, name)
    with pytest.raises(UsageError, match="be read"):
        read_prd(tmp_path / "a\0b", "a")


_PIECES = st.sampled_from(
    ["# ", "## ", "\n", "\r\n", "```\n", "~~~", "<!--", "-->", "---\n", "===\n", "- FR-1: ",
     "SC-2", "| C-3 |", "**Intent**\n", "**a**: b\n", "`", "fast ", "etc", "TODO", "\ufeff", "\0",
     "Intent\n", "[x](y)", "http://x", "> ", "    ", "\t", "FR-", "意図", "\u2028"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=5), max_size=40))
def test_any_text_parses_and_lints(pieces: list[str]) -> None:
    _check("".join(pieces))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_prds_parse_and_lint(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([TEXT, new_prd("Title")]))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 30))
        text = text[:at] + data.draw(_PIECES) + text[at + cut :]
    _check(text)


def _check(text: str) -> None:
    prd = parse(text)
    lines = split_lines(text.removeprefix("\ufeff"))
    last = 0
    for section in prd.sections:
        assert last <= section.line <= section.end_line <= len(lines)
        last = section.end_line
        assert all(section.line <= item.line <= section.end_line for item in section.items)
        assert section.body == "\n".join(
            lines[section.end_line - _count(section.body) :][: _count(section.body)]
        )
    problems = lint_prd(prd, text)
    assert problems == lint_prd(parse(text), text)
    assert all(1 <= problem.line <= len(lines) for problem in problems)


def _count(body: str) -> int:
    return body.count("\n") + 1 if body else 0
