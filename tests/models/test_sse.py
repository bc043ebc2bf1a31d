"""Server-sent events from bytes, however the network cuts them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder_tui.models.sse import SseParser, SseTooLargeError

STREAM = (
    b": a comment\n\n"
    b'event: message_start\ndata: {"a": 1}\n\n'
    b"id: 7\nretry: 10\ndata: first\ndata: second\n\n"
    b"event: empty\n\n"
    b"data:no space\n\n"
    b"unknown: field\nno colon\ndata: gr\xc3\xbc\xc3\x9fe\n\n"
)
EVENTS = [
    (b"message_start", b'{"a": 1}'),
    (b"", b"first\nsecond"),
    (b"", b"no space"),
    (b"", "grüße".encode()),
]


def parse(*chunks: bytes) -> list[tuple[bytes, bytes]]:
    parser = SseParser()
    events = [event for chunk in chunks for event in parser.feed(chunk)]
    return [(name, data) for name, data in events + parser.finish()]


def test_reads_events_of_all_shapes() -> None:
    assert parse(STREAM) == EVENTS


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_takes_every_line_ending(ending: bytes) -> None:
    assert parse(STREAM.replace(b"\n", ending)) == EVENTS


@given(
    cuts=st.lists(st.integers(0, len(STREAM) * 2), max_size=12),
    ending=st.sampled_from([b"\n", b"\r\n", b"\r"]),
)
def test_chunks_do_not_matter(cuts: list[int], ending: bytes) -> None:
    stream = STREAM.replace(b"\n", ending)
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    chunks = [stream[a:b] for a, b in itertools.pairwise(edges)]
    assert parse(*chunks) == EVENTS


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_never_fails_on_any_bytes(chunks: list[bytes]) -> None:
    parse(*chunks)


def test_byte_order_mark_is_no_text() -> None:
    assert parse(b"\xef\xbb\xbfdata: x\n\n") == [(b"", b"x")]


def test_end_of_stream_gives_the_open_event() -> None:
    assert parse(b"data: whole\n") == [(b"", b"whole")]
    assert parse(b"data: ha") == [(b"", b"ha")]


def test_tells_an_event_stream_from_something_else() -> None:
    page, stream = SseParser(), SseParser()
    page.feed(b"<html>\n<body>hello</body>\n\n")
    stream.feed(b": ping\n\n")
    assert not page.is_sse
    assert page.head.startswith(b"<html>")
    assert stream.is_sse


@pytest.mark.parametrize("piece", [b"x" * 64, b"data: " + b"x" * 57 + b"\n"])
def test_an_endless_event_is_refused(piece: bytes) -> None:
    parser = SseParser(max_event_bytes=1000)
    pieces = (parser.feed(piece) for _ in range(100))
    with pytest.raises(SseTooLargeError):
        list(pieces)
