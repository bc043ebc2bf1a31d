"""A very small model's summary: what it is asked, and what of its answer is kept."""

from __future__ import annotations

import pytest

from ladder_tui.agent.summary import keep_true, title


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The finding is about a bare except. And more.", "The finding is about a bare except."),
        ("It found problems, 31% of them due to assert.", ""),
        ("The rest was cut at the", ""),
        ("", ""),
    ],
)
def test_kept(text: str, kept: str) -> None:
    assert keep_true(text) == kept


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Too many branches (16 > 12)", "Too many branches"),
        ("Probable use of insecure hash functions in `hashlib`: `md5`",
         "Use of insecure hash functions in hashlib"),
        ("wich ==> which", "Misspelled word"),
        ("`try`-`except`-`pass` detected, consider logging", "Try-except-pass detected"),
    ],
)  # fmt: skip
def test_titles_hold_no_numbers_and_no_marks(message: str, shown: str) -> None:
    assert title(message) == shown
