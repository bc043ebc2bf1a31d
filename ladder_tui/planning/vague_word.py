"""Words that promise something nobody can check, each with the question that would make it so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

_QUESTIONS: dict[str, str] = {
    "user-friendly user_friendly intuitive intuitively easy easily simple simply usable": (
        "who does what, in how many steps or seconds?"
    ),
    "scalable scales": "to how many users, rows or requests a second?",
    "large huge big massive": "how many, or how many bytes?",
    "lightweight": "how many megabytes or milliseconds?",
    "performant efficient efficiently": "how much time or memory, for what input?",
    "high-quality high_quality": "measured by what?",
    "seamless seamlessly smooth smoothly frictionless": "what must not be noticed, and by whom?",
    "modern state-of-the-art state_of_the_art cutting-edge best-in-class world-class": (
        "compared with what?"
    ),
    "nice beautiful elegant polished attractive": "who decides, by what check?",
    "good better improved improve enhanced enhance optimal optimized optimised": (
        "from which number to which?"
    ),
    "robust resilient reliable reliably": "which failures must it survive, how often?",
    "secure securely safely": "against whom doing what?",
    "flexible extensible customizable customisable": "which changes, made by whom, without what?",
    "maintainable testable": "shown by which check?",
    "appropriate appropriately adequate adequately sufficient sufficiently reasonable reasonably "
    "suitable suitably": "by which rule?",
    "properly correctly gracefully sensibly": "what exactly happens?",
    "minimal minimize minimise maximize maximise": "down or up to which number?",
    "many several some various numerous": "how many, or which?",
    "often frequently regularly sometimes occasionally usually normally typically generally": (
        "how often, or when not?"
    ),
    "recent recently": "how old at most?",
    "where_possible if_possible when_possible as_needed if_needed where_appropriate "
    "as_appropriate where_applicable": "in which cases exactly?",
    "etc and_so_on and_more and_others": "what else? List it, or say that this is all.",
}
_TIME_QUESTIONS: dict[str, str] = {
    "fast faster quick quickly speedy snappy rapid rapidly": "p95 under what?",
    "slow slowly": "over how many milliseconds?",
    "responsive": "how long from input to answer, or at which widths?",
    "real-time real_time near-real-time": "within how many milliseconds?",
    "soon promptly timely immediately instant instantly asap as_soon_as_possible": (
        "within how long?"
    ),
}
"""Words about time: only a time makes them firm."""


def _by_word(questions: dict[str, str]) -> dict[str, str]:
    return {
        word.replace("_", " "): question
        for words, question in questions.items()
        for word in words.split()
    }


_TIME_WORDS = _by_word(_TIME_QUESTIONS)
_ALL_WORDS = {**_by_word(_QUESTIONS), **_TIME_WORDS}
_PHRASES: dict[str, tuple[str, ...]] = {
    first: tuple(sorted((p for p in _ALL_WORDS if p.split()[0] == first), key=len, reverse=True))
    for first in {phrase.split()[0] for phrase in _ALL_WORDS}
}
"""Words and phrases by their first word, the longest first."""
_FIRST_WORDS = frozenset(_PHRASES)
_WORD = re.compile(r"[\w-]+")
_AMOUNT = re.compile(r"[0-9<>≤≥=%]|\b(?:one|two|three)\b")
"""Without any of these, a text cannot be firm."""
_AFTER = re.compile(r"[\w-]|\s+start\b")
_TIME = re.compile(
    r"[0-9]\s?(?:ms|µs|s|sec|seconds?|minutes?|min|hours?|h|days?|weeks?|px|columns?)\b"
    r"|\bp(?:50|75|90|95|99)\b|[0-9]\s?[x×]|\bone (?:second|minute|hour|day)\b",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"[<>≤≥=%]|\b(?:at most|at least|within|no more than|up to|exactly|fewer than|less than"
    r"|more than|under|below|above|over|between)\s+(?:[0-9]|one\b|two\b|three\b)"
    r"|\b[0-9][0-9.,]*\s?(?:kb|mb|gb|kib|mib|bytes?|times|users?|rows?|requests?|items?|files?"
    r"|lines?|clicks?|steps?|tokens?|characters?|chars?|attempts?|retries|records?|entries"
    r"|pages?)\b",
    re.IGNORECASE,
)


class VagueWord(msgspec.Struct, frozen=True):
    """A vague word at an index of a text."""

    index: int
    word: str
    question: str


def find_vague(text: str, around: str = "") -> list[VagueWord]:
    """Vague words of ``text``, each once, in order.

    A word is firm where ``around`` (by default the text; else the whole item that the text is
    part of) says what it means: a time for words about time, any bound or amount for others.
    """
    lowered = _lower(text)
    first_words = _FIRST_WORDS.intersection(_WORD.findall(lowered))
    if not first_words:
        return []
    context = around or text
    has_amount = _AMOUNT.search(context) is not None
    has_time = has_amount and _TIME.search(context) is not None
    is_firm = has_time or (has_amount and _FIRM.search(context) is not None)
    found: dict[str, VagueWord] = {}
    end = 0
    for index, phrase in sorted(_candidates(lowered, first_words)):
        if index >= end:
            end = index + len(phrase)
            if not (has_time if phrase in _TIME_WORDS else is_firm):
                word = VagueWord(index, text[index:end], _ALL_WORDS[phrase])
                found.setdefault(phrase, word)
    return list(found.values())


def _candidates(lowered: str, first_words: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Index and phrase of everything that is in the list and not after "how"."""
    for first in first_words:
        start = lowered.find(first)
        while start >= 0:
            is_word = start == 0 or not _WORD.match(lowered[start - 1])
            if is_word and not lowered.endswith("how ", 0, start):
                for phrase in _PHRASES[first]:
                    stop = start + len(phrase)
                    if lowered.startswith(phrase, start) and not _AFTER.match(lowered, stop):
                        yield start, phrase
                        break
            start = lowered.find(first, start + 1)


def _lower(text: str) -> str:
    """Lower case of the same length, so that indices stay."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text
