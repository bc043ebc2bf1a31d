"""Lints a PRD: deterministic and offline. Rules are listed in ``docs/prds.md``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from ladder_tui.domain.prd import Prd, PrdSection
from ladder_tui.domain.problem import Problem
from ladder_tui.planning.markdown_text import split_lines, without_code, without_spans
from ladder_tui.planning.prd_file import KIND_OF_PREFIX
from ladder_tui.planning.prd_heading import (
    CONSTRAINTS,
    INTENT,
    NON_GOALS,
    REQUIREMENTS,
    SCENARIOS,
    SUCCESS,
    heading_kinds,
)
from ladder_tui.planning.prd_item import ITEM
from ladder_tui.planning.vague_word import find_vague

TOKEN_BUDGET = 1_300
"""Tokens that a PRD should not go over; above it, a warning."""
TOKEN_LIMIT = 1_600
"""Tokens above which the lint fails."""


class _Part(msgspec.Struct, frozen=True):
    rule: str
    kind: str
    name: str
    fix: str
    level: Literal["error", "warning"]


_PARTS = (
    _Part("P01", INTENT, "intent", "add ## Intent: who needs what, and why", "error"),
    _Part("P02", SUCCESS, "success criteria", "add ## Success criteria with SC-1", "error"),
    _Part("P03", NON_GOALS, "non-goals", "add ## Non-goals: what this will not do", "warning"),
    _Part(
        "P04", CONSTRAINTS, "constraints", "add ## Constraints with C-1: always or never", "warning"
    ),
    _Part("P05", REQUIREMENTS, "requirements", "add ## Requirements with FR-1", "error"),
)
_CHECKED = frozenset({REQUIREMENTS, SUCCESS, CONSTRAINTS})
"""Kinds of section in which words must be testable."""
_PLACEHOLDER = re.compile(
    r"(?<![a-z])(?:todo|tbd|tba|fixme|xxx|placeholder|to be (?:defined|written))(?![a-z])"
)
_LETTER = re.compile(r"[^\W_]")


def lint_prd(prd: Prd, text: str) -> list[Problem]:
    """All problems of a PRD, by line. ``text`` is what ``prd`` was parsed from.

    The same text gives the same problems.
    """
    prose = without_code(split_lines(text))
    parts = [(section, _Prose(section, prose)) for section in prd.sections]
    if not any(section.title or part.says_something for section, part in parts):
        fix = "start from the template: ladder prd new TITLE"
        return [Problem(prd.path, 1, "P20", "the PRD is empty", fix)]
    problems = [*_missing_parts(prd, parts), *_token_budget(prd)]
    for section, part in parts:
        problems.extend(_vague_words(prd.path, section, part))
    return sorted(problems, key=lambda p: (p.line, p.column, p.rule))


class _Prose:
    """The lines of a section below its heading, without code and comments."""

    def __init__(self, section: PrdSection, prose: list[str]) -> None:
        count = section.body.count("\n") + 1 if section.body else 0
        self.first_line = section.end_line - count + 1
        self.lines = prose[self.first_line - 1 : section.end_line]
        # A section may be nothing but a code block.
        has_code = any(line.strip().startswith(("```", "~~~")) for line in section.body.split("\n"))
        self.says_something = has_code or any(_is_text(_item_text(line)) for line in self.lines)


def _missing_parts(prd: Prd, parts: list[tuple[PrdSection, _Prose]]) -> Iterator[Problem]:
    filled: set[str] = set()
    named: dict[str, int] = {}
    for section, prose in parts:
        for kind in (section.kind, *heading_kinds(section.title)):
            named.setdefault(kind, section.line)
            if prose.says_something:
                filled.add(kind)
        filled.update(
            KIND_OF_PREFIX[item.id.split("-")[0]] for item in section.items if _is_text(item.text)
        )
    if SCENARIOS in filled:
        filled.add(INTENT)
    for wanted in _PARTS:
        if wanted.kind in filled:
            continue
        is_named = wanted.kind in named
        message = (
            f"{wanted.name}: the section says nothing" if is_named else f"{wanted.name} missing"
        )
        line = named.get(wanted.kind, 1)
        yield Problem(prd.path, line, wanted.rule, message, wanted.fix, wanted.level)


def _item_text(line: str) -> str:
    match = ITEM.match(line)
    return match.group("text") if match else line


def _is_text(text: str) -> bool:
    """Whether a line says something: not blank, no heading, no placeholder."""
    stripped = text.strip()
    if not stripped or stripped.startswith("#"):
        return False
    return bool(_LETTER.search(_PLACEHOLDER.sub("", stripped.lower())))


def _token_budget(prd: Prd) -> Iterator[Problem]:
    if prd.tokens <= TOKEN_BUDGET:
        return
    over = prd.tokens > TOKEN_LIMIT
    limit = TOKEN_LIMIT if over else TOKEN_BUDGET
    message = f"~{prd.tokens:,} tokens, over {limit:,}"
    fix = f"cut or split it to {TOKEN_BUDGET:,}"
    yield Problem(prd.path, 1, "P10", message, fix, "error" if over else "warning")


def _vague_words(path: str, section: PrdSection, prose: _Prose) -> Iterator[Problem]:
    if section.kind not in _CHECKED:
        return
    items = {item.line: without_spans(item.text) for item in section.items}
    around = ""
    seen: set[str] = set()
    for number, raw in enumerate(prose.lines, prose.first_line):
        line = without_spans(raw)
        if number in items or not line.strip():
            around = items.get(number, "")
            seen = set()
        if line.lstrip().startswith("#") and number not in items:
            continue
        for vague in find_vague(line, around):
            if around and vague.word.lower() in seen:
                continue
            seen.add(vague.word.lower())
            message = f'vague "{vague.word}": {vague.question}'
            fix = "put a number or a check in its place"
            yield Problem(path, number, "P07", message, fix, "warning", vague.index + 1)
