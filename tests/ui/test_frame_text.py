"""Numbers and untrusted text as the interface shows them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ladder_tui.domain.usage import NANO, Cost
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import ASCII, UNICODE, choose_glyphs
from ladder_tui.ui.text import clean, clean_line, fit, fit_path, pad, to_ascii, wrap
from ladder_tui.ui.widgets.line import Column, Line, fit_columns
from ladder_tui.ui.widgets.meter import meter


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (280, "280"), (999, "999"), (1_000, "1.0k"), (7_400, "7.4k"), (9_949, "9.9k"),
        (9_950, "9.9k"), (99_949, "99.9k"), (99_950, "100k"), (214_000, "214k"),
        (999_499, "999k"), (999_500, "1.00M"), (1_240_000, "1.24M"), (12_340_000, "12.3M"),
        (123_400_000, "123M"),
    ],
)  # fmt: skip
def test_counts_keep_three_digits(value: int, text: str) -> None:
    assert form.count(value) == text


@given(st.integers(0, 10**9 - 1))
def test_a_count_takes_at_most_five_cells(value: int) -> None:
    assert len(form.count(value)) <= 5


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (Cost(), "0.00"),
        (Cost(3_410_000_000), "3.41"),
        (Cost(50_000_000, 0, True), "~0.05"),
        (Cost(410_000_000, 2), "0.41+?"),
        (Cost(0, 1), "?"),
        (Cost(400_000), "<0.001"),
        (Cost(2_500_000), "0.003"),
        (Cost(123_456 * NANO), "123,456"),
    ],
)
def test_money_carries_its_marks(cost: Cost, text: str) -> None:
    assert form.money(cost) == text


def test_a_range_of_money_reads_as_one_figure_where_both_ends_are_equal() -> None:
    assert form.money_range(350_000_000, 620_000_000) == "~0.35–0.62"
    assert form.money_range(350_000_000, 351_000_000) == "~0.35"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3, "0:00"), (41, "0:41"), (725, "12:05"), (11_220, "3:07 h"), (5 * 86_400, "5 d")],
)
def test_ages(seconds: float, text: str) -> None:
    assert form.age(seconds) == text


@pytest.mark.parametrize(
    "evil",
    [
        "\x1b[31mred\x1b[0m", "\x1b]0;title\x07red", "\x1b]52;c;aGk=\x1b\\red", "\x9b2Jred",
        "\x1bP1;2q#\x1b\\red", "r\u202eed", "re\u200bd", "\x07red\x00", "\x1b]8;;http://x\x1b\\red",
        "red\x1b]0;unterminated",
    ],
)  # fmt: skip
def test_control_sequences_and_invisible_characters_never_reach_the_screen(evil: str) -> None:
    assert clean(evil) == "red"


@given(st.text())
def test_a_clean_line_holds_nothing_that_moves_the_cursor(text: str) -> None:
    line = clean_line(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in line)


@given(st.text(), st.integers(0, 40))
def test_padding_is_exact_in_cells(text: str, cells: int) -> None:
    assert cell_len(pad(clean_line(text), cells)) == cells


@given(st.text(alphabet="ab c日"), st.integers(2, 20))
def test_wrapping_fits_and_loses_no_letter(text: str, cells: int) -> None:
    lines = wrap(text, cells)
    assert all(cell_len(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.text())
def test_ascii_text_takes_the_same_cells(text: str) -> None:
    line = clean_line(text)
    plain = to_ascii(line)
    assert plain.isascii()
    assert len(plain) == sum(cell_len(c) for c in line)


def test_paths_shorten_in_the_middle() -> None:
    path = "src/shop/checkout/payment/provider.py"
    assert fit_path(path, 60) == path
    assert fit_path(path, 30) == "src/…/payment/provider.py"
    assert fit_path(path, 18) == "src/…/provider.py"
    assert fit_path(path, 14) == "…/provider.py"
    assert len(fit_path(path, 8)) == 8
    assert fit("abcdef", 4) == "abc…"


def test_columns_fall_in_their_order_and_the_flexible_one_takes_the_rest() -> None:
    columns = (Column("a", "a", 0, min_width=10), Column("b", "b", 5, drop=2),
               Column("c", "c", 5, drop=1))  # fmt: skip
    assert [(c.id, w) for c, w in fit_columns(columns, 40)] == [("a", 26), ("b", 5), ("c", 5)]
    assert [(c.id, w) for c, w in fit_columns(columns, 20)] == [("a", 13), ("b", 5)]
    assert [(c.id, w) for c, w in fit_columns(columns, 12)] == [("a", 12)]


def test_the_right_part_of_a_line_wins_over_the_left_one() -> None:
    from rich.style import Style

    plain = Style()
    line = Line().add("a long left part", plain).add_right("right", plain)
    assert line.strip(14).text == "a long…  right"
    assert line.strip(14).cell_length == 14


def test_meters_show_that_something_was_used() -> None:
    assert meter(0, 4, UNICODE) == "⣀⣀⣀⣀"
    assert meter(0.01, 4, UNICODE) == "⣿⣀⣀⣀"
    assert meter(2, 4, ASCII) == "####"


@pytest.mark.parametrize(
    ("environ", "encoding", "configured", "is_ascii"),
    [
        ({"LANG": "en_US.UTF-8"}, "utf-8", "auto", False),
        ({"LANG": "C"}, "ascii", "auto", True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, "utf-8", "auto", True),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, "utf-8", "auto", True),
        ({"LANG": "de_DE.ISO-8859-1"}, "latin-1", "auto", True),
        ({}, "utf-8", "auto", False),
        ({"LANG": "en_US.UTF-8"}, "utf-8", "ascii", True),
        ({"LANG": "C"}, "ascii", "unicode", False),
    ],
)
def test_glyphs_follow_locale_terminal_and_configuration(
    environ: dict[str, str], encoding: str, configured: str, is_ascii: bool
) -> None:
    assert choose_glyphs(environ, encoding, configured).is_ascii is is_ascii


def test_ascii_glyphs_are_ascii_and_both_sets_are_one_cell_wide() -> None:
    for name, text in msgspec.structs.asdict(ASCII).items():
        assert isinstance(text, bool) or text.isascii(), name
    for name, text in msgspec.structs.asdict(UNICODE).items():
        if isinstance(text, str) and name != "spinner" and not name.startswith(("radio", "check")):
            assert cell_len(text) == 1, name
