"""Lints a PRD: deterministic and offline. Rules are listed in ``docs/prds.md``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from ladder_tui.domain.prd import Prd, PrdSection
from ladder_tui.domain.problem import Problem
from ladder_tui.planning.markdown_text import without_code, without_spans
from ladder_tui.planning.prd_file import KIND_OF_PREFIX, TokenCounter, parse_prd
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
_PLACEHOLDER = re.compile(r"\b(?:todo|tbd|tba|fixme|xxx|placeholder|to be (?:defined|written))\b|…")
_LETTER = re.compile(r"[^\W_]")


def lint_text(path: str, text: str, count_tokens: TokenCounter) -> tuple[Prd, list[Problem]]:
    """Parse and lint the text of a PRD."""
    prd = parse_prd(path, text, count_tokens)
    return prd, lint_prd(prd)


def lint_prd(prd: Prd) -> list[Problem]:
    """All problems of a PRD by line. The same PRD gives the same problems."""
    if not any(_has_content(section) or section.title for section in prd.sections):
        fix = "start from a template: ladder prd new TITLE"
        return [Problem(prd.path, 1, "P20", "the PRD is empty", fix)]
    problems = [*_missing_parts(prd), *_token_budget(prd)]
    for section in prd.sections:
        problems.extend(_vague_words(prd.path, section))
    return sorted(problems, key=lambda p: (p.line, p.column, p.rule))


def _missing_parts(prd: Prd) -> Iterator[Problem]:
    filled: set[str] = set()
    named: dict[str, int] = {}
    for section in prd.sections:
        for kind in (section.kind, *heading_kinds(section.title)):
            named.setdefault(kind, section.line)
            if _has_content(section):
                filled.add(kind)
        filled.update(
            KIND_OF_PREFIX[item.id.split("-")[0]] for item in section.items if _is_text(item.text)
        )
    if SCENARIOS in filled:
        filled.add(INTENT)
    for part in _PARTS:
        if part.kind in filled:
            continue
        is_named = part.kind in named
        message = f"{part.name}: the section says nothing" if is_named else f"{part.name} missing"
        line = named.get(part.kind, 1)
        yield Problem(prd.path, line, part.rule, message, part.fix, part.level)


def _has_content(section: PrdSection) -> bool:
    lines = without_code(section.body.split("\n"))
    if any(_is_text(_item_text(line)) for line in lines):
        return True
    # A section may be nothing but a code block or a table drawn in one.
    return any(line.strip().startswith(("```", "~~~")) for line in section.body.split("\n"))


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


def _vague_words(path: str, section: PrdSection) -> Iterator[Problem]:
    if section.kind not in _CHECKED:
        return
    first = section.end_line - section.body.count("\n")
    items = {item.line: without_spans(item.text) for item in section.items}
    around = ""
    seen: set[str] = set()
    for number, raw in enumerate(without_code(section.body.split("\n")), first):
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
