"""One key of a header changes; every other byte stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder_tui.library.frontmatter import parse_frontmatter
from ladder_tui.library.frontmatter_edit import quoted, with_field


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\nname: old # c\nx: 1\n---\nbody", "---\nname: new\nx: 1\n---\nbody"),
        ("---\nx: 1\n---\nname: body\n", "---\nname: new\nx: 1\n---\nname: body\n"),
        ("---\r\nName: old\r\n---\r\n", "---\r\nname: new\r\n---\r\n"),
        ("\ufeff---\nname: >\n  folded\n  text\nx: 1\n---\n", "\ufeff---\nname: new\nx: 1\n---\n"),
        ("no header\n", "---\nname: new\n---\nno header\n"),
        ("", "---\nname: new\n---\n"),
        ("---\nname: open\n", "---\nname: new\n---\n---\nname: open\n"),
    ],
)
def test_with_field(before: str, after: str) -> None:
    assert with_field(before, "name", "new") == after


@given(st.text(max_size=60))
def test_a_quoted_text_is_read_as_it_was(text: str) -> None:
    value = " ".join("".join(c for c in text if c.isprintable()).split())
    if value.isascii():
        header = f"---\ndescription: {quoted(value)}\n---\n"
        assert parse_frontmatter(header).fields.get("description") == value
