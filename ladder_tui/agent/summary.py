"""The summary of a very small model: how it is asked for, and what of it is kept.

Such a model is fluent and careless: it mixes up counts and paths, and makes up percentages. So it
gets titles without numbers, and examples to imitate; the facts stand beside the sentence, written
by code. Of its reply one sentence is kept, and none when it holds a number, because a number that
was not in what it read is a lie in a place where people look for facts.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from ladder_tui.agent.spec import AgentSpec
from ladder_tui.domain.message import Message, TextBlock, user_text

TITLES = 2
"""Titles that are given; with more, sentences get long and wrong."""
_SYSTEM = "You summarise code review findings in one sentence."
_EXAMPLES = (
    (
        "- Unused import\n- Variable name is too short\n- Line is too long",
        "The findings are about an unused import, a variable name that is too short and a line"
        " that is too long.",
    ),
    (
        "- Missing type annotation for argument",
        "The finding is about an argument without a type annotation.",
    ),
    (
        "- Do not catch blind exception\n- File opened without a context manager",
        "The findings are about a blind exception handler and a file that is opened without a"
        " context manager.",
    ),
)
_ASIDE = re.compile(r"\s*\([^)]*\)")
_MISSPELT = re.compile(r"^\S+ ==> ")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


class SummaryPrompt(NamedTuple):
    """A conversation that ends with a begun answer; the model goes on from there."""

    system: str
    messages: tuple[Message, ...]
    begun: str


def summary_prompt(spec: AgentSpec) -> SummaryPrompt | None:
    """What to ask for the findings of the evidence tools; None where there are none."""
    found = Counter(title(f.message) for result in spec.evidence for f in result.findings)
    titles = [text for text, _ in found.most_common(TITLES) if text]
    if not titles:
        return None
    begun = "The findings are about" if len(titles) > 1 else "The finding is about"
    messages = []
    for asked, answered in (*_EXAMPLES, ("\n".join(f"- {t}" for t in titles), begun)):
        messages += [user_text(asked), Message("assistant", (TextBlock(answered),))]
    return SummaryPrompt(_SYSTEM, tuple(messages), begun)


def title(message: str) -> str:
    """A finding's message without what confuses: code marks, asides, what follows a comma."""
    if _MISSPELT.match(message):
        return "Misspelled word"
    text = _ASIDE.sub("", message.replace("`", "")).split(",")[0].split(";")[0].split(":")[0]
    text = re.sub(r"^(Possible|Probable) ", "", " ".join(text.split()))
    return text[:1].upper() + text[1:80]


def keep_true(text: str) -> str:
    """The first sentence of ``text``, when it is whole and holds no number; else nothing."""
    first = _SENTENCE.split(" ".join(text.split()))[0]
    is_whole = first.endswith((".", "!"))
    return first if is_whole and not re.search(r"\d", first) else ""
