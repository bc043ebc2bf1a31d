from __future__ import annotations

from typing import Any

import pytest

from ladder_tui.library.frontmatter import canonical_key, parse_frontmatter, parse_usual, split_list


def test_header_and_body_with_their_lines() -> None:
    front = parse_frontmatter("\n---\nname: x\nmeta:\n  a: 1\n---\n# Body\ntext\n")
    assert front.fields == {"name": "x", "meta": {"a": 1}}
    assert front.lines == {"name": 3, "meta": 4}
    assert (front.body, front.body_line) == ("# Body\ntext", 7)
    assert front.fault is None


@pytest.mark.parametrize("text", ["# No header\n", "", "---\nname: never closed\n", "text\n---\n"])
def test_without_a_header_all_is_body(text: str) -> None:
    front = parse_frontmatter(text)
    assert not front.has_header
    assert front.body == text.strip("\n")


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (
            "name: x\ndescription: Use when: files are big",
            {"description": "Use when: files are big"},
        ),
        ("name: x\ndescription: say 'it's' - now: yes", {"description": "say 'it's' - now: yes"}),
        ("name: x\ndescription: @mention: a #tag", {"description": "@mention: a #tag"}),
        ("name: x\ndescription: `code`: run\nn: 5", {"n": 5}),
        ("name: x\ndescription: 'open", {"description": "'open"}),
        ("name: x\ndescription: one: a\n  and two", {"description": "one: a and two"}),
        ("name: x\ntools:\n- Read\n- [Grep\nlicense: MIT", {"tools": ["Read", "[Grep"]}),
        ("name: x\nname: y", {"name": "x"}),
        ("name: x\n\tdescription: tabbed", {"name": "x"}),
    ],
)
def test_bad_yaml_is_read_all_the_same(header: str, fields: dict[str, Any]) -> None:
    front = parse_frontmatter(f"---\n{header}\n---\nbody")
    assert front.is_recovered
    assert front.fault is not None
    assert front.fields.items() >= {"name": "x", **fields}.items()


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("a: &x [1]\nb: *x", "alias"),
        ("a: " + "[" * 60_000, "size"),
        ("a: " + "x" * 70_000, "size"),
    ],
)
def test_bombs_are_not_recovered(header: str, kind: str) -> None:
    front = parse_frontmatter(f"---\n{header}\n---\nbody")
    assert front.fault is not None
    assert (front.fault.kind, front.is_recovered, front.fields) == (kind, False, {})


@pytest.mark.parametrize(
    ("value", "entries"),
    [
        (None, ()),
        ("Read", ("Read",)),
        ("Read, Grep,Glob", ("Read", "Grep", "Glob")),
        ("Read Grep  Glob", ("Read", "Grep", "Glob")),
        ("Bash(git add, git:*) Read", ("Bash(git add, git:*)", "Read")),
        ("Bash(git add:*), Bash(npm run test)", ("Bash(git add:*)", "Bash(npm run test)")),
        (["Read", " Bash(a, b) ", ""], ("Read", "Bash(a, b)")),
        ("Bash(open", ("Bash(open",)),
        ({"a": 1}, None),
        ([["Read"]], None),
        (5, None),
    ],
)
def test_lists_in_every_spelling(value: Any, entries: tuple[str, ...] | None) -> None:
    assert split_list(value) == entries


@pytest.mark.parametrize(
    "key", ["allowed-tools", "allowed_tools", "allowedTools", "AllowedTools", "Allowed Tools"]
)
def test_keys_in_every_spelling(key: str) -> None:
    assert canonical_key(key) == "allowed-tools"


@pytest.mark.parametrize(
    "data",
    [
        b"---\nname: x\ndescription: d\n---\n\n# T\n\ntext\n\n",
        b"---\nname: x\n---\n\xef\xbb\xbfbody \xe2\x80\x94 more",
        b"---\na: 1\n---\n",
    ],
)
def test_usual_files_are_read_fast_and_the_same(data: bytes) -> None:
    usual = parse_usual(data)
    assert usual is not None
    assert usual == parse_frontmatter(data.decode())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"---\n---\n", b"\xef\xbb\xbf---\na: b\n---\n", b"---\r\na: b\r\n---\r\n", b"text",
        b"---\na: b\n...\nc: d\n---\n", b"---\na: b\n--- \nc: d\n---\n", b"---\na: b\n---",
        b"---\na: b\n---\n\0", b"---\na: b\n---\n\xff", b"---\na: b: c\n---\n",
        b"\n---\na: b\n---\n",
        b"---\na: " + b"x" * 70_000 + b"\n---\n",
    ],
)  # fmt: skip
def test_other_files_are_left_to_the_whole_reader(data: bytes) -> None:
    assert parse_usual(data) is None
