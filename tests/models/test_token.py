"""Token estimates, without the network and for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.message import Message, TextBlock, ToolResultBlock, ToolUseBlock, user_text
from ladder_tui.domain.model import CallSite, ModelRequest, ToolSpec
from ladder_tui.models.token import count_tokens, estimate_request, estimate_tokens_fast

CALL = CallSite(AgentId("s/a"), "a", 1)


def test_known_counts_of_cl100k_base() -> None:
    assert count_tokens("") == 0
    assert count_tokens("hello world") == 2
    assert count_tokens("tiktoken is great!") == 6


def test_special_tokens_in_a_text_are_text() -> None:
    assert count_tokens("<|endoftext|>") > 1


def test_lone_surrogates_are_counted() -> None:
    assert count_tokens("\ud800 x") > 0
    assert estimate_tokens_fast("\ud800 x") > 0


@pytest.mark.parametrize("unit", ["a", " ", "\n", "=", "漢", "ab"])
def test_a_huge_run_of_one_character_is_counted(unit: str) -> None:
    small, huge = count_tokens(unit * 20_000), count_tokens(unit * 10_000_000)
    assert huge == pytest.approx(small * 500, rel=0.01)


def test_a_text_over_the_limit_is_scaled_from_a_sample() -> None:
    line = "for index, value in enumerate(values): total += value * index\n"
    expected = count_tokens(line * 1000) * 100
    assert count_tokens(line * 100_000) == pytest.approx(expected, rel=0.01)


@given(st.text(max_size=2000))
def test_counting_in_pieces_is_the_same_again(text: str) -> None:
    assert count_tokens(text) == count_tokens(text)
    assert count_tokens(text) <= len(text.encode("utf-8", "surrogatepass")) or not text


@given(st.text(max_size=2000))
def test_the_fast_estimate_is_of_the_same_order(text: str) -> None:
    assert (estimate_tokens_fast(text) == 0) == (text == "")
    assert estimate_tokens_fast(text) <= len(text.encode("utf-8", "replace"))


def test_all_parts_of_a_request_count() -> None:
    bare = ModelRequest("m", "", (), 100, CALL)
    schema = {"type": "object", "properties": {"summary": {"type": "string"}}}
    tool = ToolSpec("Read", "Reads a file.", schema)
    result = ToolResultBlock("t1", "def f(): ...")
    assistant = Message(
        "assistant", (TextBlock("I read it."), ToolUseBlock("t1", "Read", {"a": 1}))
    )
    requests = [
        bare,
        ModelRequest("m", "You review.", (), 100, CALL),
        ModelRequest("m", "You review.", (user_text("Look."),), 100, CALL),
        ModelRequest("m", "You review.", (user_text("Look."), assistant), 100, CALL),
        ModelRequest(
            "m",
            "You review.",
            (user_text("Look."), assistant, Message("user", (result,))),
            100,
            CALL,
        ),
        ModelRequest("m", "You review.", (user_text("Look."), assistant), 100, CALL, (tool,)),
        ModelRequest(
            "m", "You review.", (user_text("Look."), assistant), 100, CALL, (tool,), schema
        ),
    ]
    counts = [estimate_request(request) for request in requests]
    assert counts[0] == 0
    assert counts[:5] == sorted(set(counts[:5]))
    assert counts[3] < counts[5] < counts[6]
