"""A file that an editor gave back keeps its line ends where nothing changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder_tui.library.line_end import plain, restored

MIXED = "\ufeffone\r\ntwo\nthree\rfour"


def test_untouched_text_is_the_same_to_the_byte() -> None:
    assert restored(plain(MIXED), MIXED) == MIXED


@given(st.text(alphabet="ab\r\n\ufeff", max_size=40))
def test_every_text_survives_an_editor(text: str) -> None:
    assert restored(plain(text), text) == text


@given(st.text(alphabet="ab\r\n", max_size=20), st.text(alphabet="ab\n", max_size=20))
def test_what_was_written_is_what_is_saved(original: str, text: str) -> None:
    assert plain(restored(text, original)) == text


@pytest.mark.parametrize(
    ("text", "saved"),
    [
        ("one\ntwo\nnew\nthree\nfour", "\ufeffone\r\ntwo\nnew\r\nthree\rfour"),
        ("two\nthree\nfour", "\ufefftwo\nthree\rfour"),
        ("one\ntwo\nthree\nfour\n", "\ufeffone\r\ntwo\nthree\rfour\r\n"),
    ],
)
def test_changed_lines_take_the_first_of_the_usual_ends(text: str, saved: str) -> None:
    assert restored(text, MIXED) == saved


def test_a_new_file_has_plain_ends() -> None:
    assert restored("a\nb\n", "") == "a\nb\n"
    assert restored("a\nb\n", "one line") == "a\nb\n"
