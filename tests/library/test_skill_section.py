"""Sections of a skill, as people see them."""

from __future__ import annotations

from ladder_tui.library.skill_section import find_section, first_sentence, raised, sections

SOURCE = """\
# Review

Intro.

## Check *input*

Look at **every** input. Then at the rest.

```sh
# no heading
## nor this
```

### Deep

More.

~~~
## still code
```
~~~

## Output #

Say it.
"""
TEXT = SOURCE.split("\n")


def test_sections_end_at_the_next_heading_of_their_level() -> None:
    assert [(s.title, s.level) for s in sections(TEXT)] == [
        ("Review", 1),
        ("Check *input*", 2),
        ("Deep", 3),
        ("Output", 2),
    ]
    check = find_section(TEXT, "##  check *INPUT*")
    assert check is not None
    assert TEXT[check.first] == "## Check *input*"
    assert TEXT[check.last] == "## Output #"
    assert find_section(TEXT, "no heading") is None


def test_a_section_is_moved_up_with_what_is_inside() -> None:
    check = find_section(TEXT, "Check *input*")
    assert check is not None
    lines = raised(TEXT, check)
    assert lines[0] == "# Check *input*"
    assert "## Deep" in lines
    assert "## nor this" in lines  # code stays as it is


def test_the_first_sentence_says_what_it_is_about() -> None:
    check = find_section(TEXT, "Check *input*")
    assert check is not None
    assert first_sentence(TEXT[check.first : check.last]) == "Look at every input."
    assert first_sentence(["# A", "", "- one item", "- another"]) == "one item another"
    assert first_sentence(["# A", "", "```", "code"]) == "code"
    assert first_sentence(["# A", ""]) == ""
