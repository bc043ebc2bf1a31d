"""What is kept of a summary that a very small model wrote.

Such a model is fluent and careless: it repeats itself, and it makes up percentages. A number that
was not in what it read is a lie in a place where people look for facts, so a sentence that holds
one is dropped; so are repetitions, list fragments and a last sentence that the token limit cut.
"""

from __future__ import annotations

import re

MAX_SENTENCES = 2
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[a-z]+")
_REPEATED = 0.6
"""Share of words in common from which two sentences say the same."""


def keep_true(text: str, read: str) -> str:
    """Return at most two sentences of ``text`` whose every number occurs in ``read``.

    Empty where nothing can be kept.
    """
    known = set(_NUMBER.findall(read))
    kept: list[str] = []
    for sentence in _SENTENCE.split(" ".join(text.split())):
        if (
            sentence.endswith((".", "!"))
            and " - " not in f" {sentence}"
            and not sentence[0].isdigit()
            and set(_NUMBER.findall(sentence)) <= known
            and not any(_is_same(sentence, other) for other in kept)
        ):
            kept.append(sentence)
        if len(kept) == MAX_SENTENCES:
            break
    return " ".join(kept)


def _is_same(one: str, other: str) -> bool:
    a, b = set(_WORD.findall(one.lower())), set(_WORD.findall(other.lower()))
    return len(a & b) > _REPEATED * min(len(a), len(b))
