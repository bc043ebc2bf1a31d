"""Chat Completions as different servers speak it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ladder_tui.domain.message import TextBlock, ThinkingBlock, ToolUseBlock
from ladder_tui.models.openai_chat_reply import ChatFold
from ladder_tui.models.stream import BadReplyError, ReportedError


def fold(*deltas: dict[str, Any], finish: str = "stop") -> ChatFold:
    folded = ChatFold()
    for delta in deltas:
        folded.feed(msgspec.json.encode({"choices": [{"delta": delta, "finish_reason": None}]}))
    folded.feed(msgspec.json.encode({"choices": [{"delta": {}, "finish_reason": finish}]}))
    folded.feed(b"[DONE]")
    return folded


def call(**fields: Any) -> dict[str, Any]:
    function = {k: fields.pop(k) for k in ("name", "arguments") if k in fields}
    return {"tool_calls": [{**fields, "function": function}]}


def test_reasoning_under_its_other_name() -> None:
    folded = fold({"reasoning": "hm "}, {"reasoning": "hm", "content": None}, {"content": "yes"})
    assert folded.content() == (ThinkingBlock("hm hm"), TextBlock("yes"))


def test_refusal_is_text() -> None:
    assert fold({"refusal": "I cannot."}).content() == (TextBlock("I cannot."),)


def test_tool_calls_without_an_index() -> None:
    folded = fold(
        call(id="a", name="Grep", arguments='{"p":'),
        call(arguments="1}"),
        call(id="b", name="Glob", arguments="{}"),
    )
    assert folded.content() == (
        ToolUseBlock("a", "Grep", {"p": 1}),
        ToolUseBlock("b", "Glob", {}),
    )


def test_tool_call_with_arguments_as_an_object_and_no_id() -> None:
    folded = fold(call(index=0, name="Grep", arguments={"p": 1}), finish="tool_calls")
    (use,) = folded.content()
    assert isinstance(use, ToolUseBlock)
    assert use.input == {"p": 1}
    assert use.id


def test_name_repeated_in_every_piece_is_one_name() -> None:
    folded = fold(
        call(index=0, id="a", name="Grep", arguments="{"),
        call(index=0, id="a", name="Grep", arguments="}"),
    )
    assert folded.content() == (ToolUseBlock("a", "Grep", {}),)


@pytest.mark.parametrize("arguments", ["[1]", '"x"', "{broken", "null"])
def test_arguments_that_are_no_object(arguments: str) -> None:
    folded = fold(call(index=0, id="a", name="Grep", arguments=arguments), finish="tool_calls")
    with pytest.raises(BadReplyError):
        folded.content()


def test_unfinished_call_at_the_token_limit_is_left_out() -> None:
    folded = fold(
        {"content": "I look."},
        call(index=0, id="a", name="Grep", arguments='{"pat'),
        finish="length",
    )
    assert folded.content() == (TextBlock("I look."),)
    assert folded.stop_reason == "max_tokens"


def test_end_without_done_is_an_end() -> None:
    folded = ChatFold()
    folded.feed(b'{"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}')
    assert folded.is_whole
    assert not folded.is_stopped


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        ({"message": "full", "type": "server_error", "code": 503}, 503, "full"),
        ({"message": "no", "type": "x", "code": "abc"}, 200, "no"),
        ("just text", 200, "just text"),
    ],
)
def test_errors_inside_the_stream(error: Any, status: int, message: str) -> None:
    with pytest.raises(ReportedError) as caught:
        ChatFold().feed(msgspec.json.encode({"error": error}))
    assert (caught.value.status, caught.value.message) == (status, message)


def test_cached_tokens_are_not_counted_twice() -> None:
    folded = fold({"content": "x"})
    folded.feed(
        b'{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":5,'
        b'"prompt_tokens_details":{"cached_tokens":80}}}'
    )
    usage = folded.usage(999)
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (20, 80)
    assert usage.context_tokens == 100
    assert not usage.is_estimated
