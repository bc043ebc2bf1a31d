"""What a loopback model server answers, protocol-free, and scripts that choose the answer.

A *script* is any ``Callable[[Seen], Reply]``. Ready-made ones:

* ``always(reply)``;
* ``by_turn(first, second, …)``: by how many assistant messages the request already holds, so it
  is right for any number of agents in parallel (the last reply repeats);
* ``in_order(first, second, …)``: by arrival, for retries (the last reply repeats);
* ``by_match({"security": script, …}, default)``: by a piece of text in the request's body.

As JSON for a server in its own process (``--script FILE``)::

    {"rules": [{"match": "security", "turns": [{"tools": [{"name": "Grep", "input": {}}]},
                                               {"text": "{}"}]}],
     "turns": [{"text": "hello"}]}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

FaultName = Literal[
    "",
    "hang",  # accepts the request, never answers
    "reset",  # resets the connection instead of an answer
    "empty",  # 200 and an event stream of nothing
    "end_early",  # the stream ends cleanly after ``fault_after`` events
    "cut",  # the connection closes after ``fault_after`` events
    "stall",  # the stream falls silent after ``fault_after`` events
    "error_event",  # an error event (``error_type``) after ``fault_after`` events
    "no_stop_reason",  # everything but a stop reason
    "bad_json",  # an event that is no JSON, after ``fault_after`` events
    "bad_utf8",  # an event that is no UTF-8, after ``fault_after`` events
    "bad_tool_json",  # the tool's input is cut off but the block is closed
    "gigantic_line",  # an event of 12 MiB without end
    "html",  # 200 with a web page
    "unknown_events",  # additions of a newer protocol that must be skipped
    "no_usage",  # no token counts anywhere
    "late_end",  # whole reply, but the stream stays open
    "gzip",  # whole reply, compressed although nobody asked for it
    "no_http",  # the answer is of another protocol
    "bad_chunk",  # the body's transfer encoding breaks after ``fault_after`` events
]

FAULTS: tuple[FaultName, ...] = FaultName.__args__  # type: ignore[attr-defined]


class Tool(msgspec.Struct, frozen=True):
    """A tool call of the model."""

    name: str
    input: dict[str, Any] = {}
    id: str = ""


class Reply(msgspec.Struct, frozen=True):
    """One answer. ``text`` is cut into words; each is one delta.

    ``status`` other than 200 makes an error answer of ``error_type`` and ``error_message`` with
    ``headers``. A structured answer is JSON in ``text``. Times are in seconds: ``delay_s`` before
    the first byte, ``token_delay_s`` between deltas.
    """

    text: str = ""
    thinking: str = ""
    redacted: str = ""
    tools: tuple[Tool, ...] = ()
    stop_reason: str = ""
    """Default: ``tool_use`` where there are tools, else ``end_turn``."""
    input_tokens: int = 100
    output_tokens: int = 0
    """Default: the number of deltas."""
    cache_read: int = 0
    cache_creation: int = 0
    delay_s: float = 0.0
    token_delay_s: float = 0.0
    status: int = 200
    error_type: str = ""
    error_message: str = "scripted failure"
    error_code: str = ""
    headers: dict[str, str] = {}
    fault: FaultName = ""
    fault_after: int = 4

    @property
    def reason(self) -> str:
        """The stop reason sent."""
        return self.stop_reason or ("tool_use" if self.tools else "end_turn")


class Seen(msgspec.Struct, frozen=True):
    """A request that arrived."""

    number: int
    """Counted from 1."""
    path: str
    headers: dict[str, str]
    raw: bytes
    at: float

    @property
    def body(self) -> Any:
        """The decoded JSON."""
        return msgspec.json.decode(self.raw)

    @property
    def turn(self) -> int:
        """How many assistant messages it holds: 0 in the first turn of a conversation."""
        return self.raw.count(b'"role":"assistant"')


Script = Callable[[Seen], Reply]


def always(reply: Reply) -> Script:
    """The same answer to everything."""
    return lambda seen: reply


def by_turn(*replies: Reply) -> Script:
    """By the turn of the conversation; the last one repeats."""
    return lambda seen: replies[min(seen.turn, len(replies) - 1)]


def in_order(*replies: Reply) -> Script:
    """By arrival; the last one repeats."""
    return lambda seen: replies[min(seen.number, len(replies)) - 1]


def by_match(rules: Mapping[str, Script], default: Script) -> Script:
    """By the first text that the request's body holds."""
    encoded = [(text.encode(), script) for text, script in rules.items()]

    def choose(seen: Seen) -> Reply:
        for text, script in encoded:
            if text in seen.raw:
                return script(seen)
        return default(seen)

    return choose


class _Rule(msgspec.Struct, frozen=True):
    match: str
    turns: tuple[Reply, ...]


class ScriptFile(msgspec.Struct, frozen=True):
    """A script as JSON."""

    turns: tuple[Reply, ...] = (Reply(text="ok"),)
    rules: tuple[_Rule, ...] = ()

    def script(self) -> Script:
        """The script it describes."""
        rules = {rule.match: by_turn(*rule.turns) for rule in self.rules}
        return by_match(rules, by_turn(*self.turns))


def words(text: str) -> list[str]:
    """Text in pieces of one word each, spaces kept."""
    return [piece for piece in text.replace(" ", " \0").split("\0") if piece]
