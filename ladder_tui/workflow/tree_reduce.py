"""The ``tree-reduce`` aggregate: many results become one, page by page and level by level.

The items are cut into pages that fit into the model's window; a skill makes one result of each
page, side by side; those are the items of the next level, until a single page is left. What does
not fit onto a page of its own, and every page that fails, is named among the missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.models.token import estimate_tokens_fast
from ladder_tui.workflow.aggregate import Decision, Desk, Given, Joined, Laws, decided
from ladder_tui.workflow.executor import run_slots

MOST_LEVELS = 12
"""Of pages that hold two results each, enough for 4,096 of them."""


class Item(NamedTuple):
    """Something to be reduced."""

    name: str
    value: Any
    tokens: int


class TreeReduce:
    """Asks the skill in ``by`` about pages of ``items``; the options are handed to it."""

    laws = Laws(ignores_order=False, counts_votes=True, asks_model=True)

    async def join(self, given: Given, desk: Desk) -> Joined:
        """Reduce until one result is left."""
        items = [_item(answer.name, answer.output) for answer in given.answers]
        lost, asked, levels = list(given.missing), [], 0
        while items and levels < MOST_LEVELS and (levels == 0 or len(items) > 1):
            pages, too_large = cut_pages(items, desk.page_tokens)
            lost += [f"{item.name} (larger than a page)" for item in too_large]
            if levels and len(pages) >= len(items):
                break  # no two results fit onto one page: another level would be the same again
            levels += 1
            outcomes = await _level(desk, given, levels, pages)
            asked += outcomes
            lost += [outcome.name for outcome in outcomes if not outcome.is_ok]
            items = [_item(o.name, _said(o)) for o in outcomes if o.is_ok]
        return decided(_decision(given, items, levels, lost), asked=tuple(asked))


def cut_pages(items: Sequence[Item], tokens: int) -> tuple[list[list[Item]], list[Item]]:
    """Fill pages of so many tokens in order; and what is larger than a page."""
    pages: list[list[Item]] = []
    too_large: list[Item] = []
    room = 0
    for item in items:
        if item.tokens > tokens:
            too_large.append(item)
            continue
        if not pages or item.tokens > room:
            pages.append([])
            room = tokens
        pages[-1].append(item)
        room -= item.tokens
    return pages, too_large


async def _level(
    desk: Desk, given: Given, level: int, pages: Sequence[Sequence[Item]]
) -> list[AgentOutcome]:
    def inputs(page: Sequence[Item]) -> dict[str, Any]:
        return {
            **given.options,
            "items": [item.value for item in page],
            "level": level,
            "total": len(given.answers),
        }

    calls = [(f"level-{level}-page-{n}", inputs(page)) for n, page in enumerate(pages, 1)]
    return await run_slots(calls, lambda call: desk.ask(*call), max(1, len(calls)))


def _item(name: str, value: Any) -> Item:
    return Item(name, value, estimate_tokens_fast(msgspec.json.encode(value).decode()))


def _said(outcome: AgentOutcome) -> Any:
    return {"summary": outcome.summary} if outcome.output is None else outcome.output


def _decision(given: Given, items: Sequence[Item], levels: int, lost: Sequence[str]) -> Decision:
    is_decided = len(items) == 1 and levels > 0
    if is_decided:
        reason = f"{len(given.answers)} results in {levels} {'level' if levels == 1 else 'levels'}"
    elif items:
        reason = f"{len(items)} results are left that do not fit onto one page"
    else:
        reason = "there is nothing to reduce" if not given.answers else "no page was reduced"
    return Decision(
        outcome=items[0].value if is_decided else None,
        is_decided=is_decided,
        missing=tuple(lost),
        reason=reason,
    )
