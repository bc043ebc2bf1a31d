"""What a tool call is told by."""

from __future__ import annotations

from ladder_tui.domain.tool_call import call_subject, told_inputs


def test_a_file_is_named_before_the_pages_that_go_into_it() -> None:
    written = {"content": "line 1\nline 2", "file_path": "a.py"}
    assert call_subject(written) == "a.py"
    assert [name for name, _ in told_inputs(written)] == ["file_path", "content"]


def test_other_inputs_stay_in_their_order() -> None:
    searched = {"pattern": "def ", "path": "src"}
    assert call_subject(searched) == "def "
    assert list(told_inputs(searched)) == [("pattern", "def "), ("path", "src")]


def test_a_call_without_text_has_no_subject() -> None:
    assert call_subject({"n": 3}) == ""
