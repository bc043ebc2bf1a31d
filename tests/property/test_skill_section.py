"""Whatever a skill says, a split loses no line of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ladder_tui.library.skill_section import find_section, raised, sections

LINE = st.sampled_from(
    [
        "# One",
        "## Two",
        "### Three",
        "## Four ##",
        "text",
        "- item",
        "```",
        "~~~~",
        "",
        "    # code",
    ]
)


@given(st.lists(LINE, max_size=30))
def test_sections_are_inside_each_other_or_apart(lines: list[str]) -> None:
    found = sections(lines)
    for outer in found:
        for inner in found:
            is_inside = outer.first <= inner.first and inner.last <= outer.last
            is_around = inner.first <= outer.first and outer.last <= inner.last
            is_apart = inner.last <= outer.first or outer.last <= inner.first
            assert is_inside or is_around or is_apart
    assert all(lines[s.first].lstrip().startswith("#" * s.level) for s in found)


@given(st.lists(LINE, max_size=30))
def test_a_section_that_moved_up_says_the_same(lines: list[str]) -> None:
    for section in sections(lines):
        moved = raised(lines, section)
        inside = lines[section.first : section.last]
        assert [line.lstrip("# ") for line in moved] == [line.lstrip("# ") for line in inside]
        assert sections(moved)[0].level == 1
        assert find_section(lines, section.title) is not None
