"""Puts a question to a person, once: the answer is kept, so that a resumed run need not ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ladder_tui.agent.ledger_key import answer_key
from ladder_tui.domain.event import QuestionAnswered, QuestionAsked
from ladder_tui.domain.question import Answer, Question

if TYPE_CHECKING:
    from ladder_tui.agent.port import Emit, LedgerPort

_decode = msgspec.json.Decoder(Answer).decode


class Reply(NamedTuple):
    """A person's answer."""

    answer: Answer
    waited_s: float
    kept: Callable[[], None]
    """To be called once the answer is safe: until then it is asked for again."""


Ask = Callable[[Question], Awaitable[Reply]]
"""Put a question to a person and wait."""


def stored_answer(question: Question, ledger: LedgerPort) -> Answer | None:
    """The answer that was given to just this question before, None without."""
    stored = ledger.get(answer_key(question))
    return None if stored is None else _decode(stored)


async def put_question(question: Question, ask: Ask, emit: Emit, ledger: LedgerPort) -> Answer:
    """Ask, wait as long as it takes, and keep the answer."""
    emit(QuestionAsked(question))
    reply = await ask(question)
    answered = QuestionAnswered(
        question.question_id, question.step_id, reply.answer, reply.waited_s
    )
    body = msgspec.json.encode(reply.answer)
    await ledger.keep(answer_key(question), "answer", body, (answered,))
    reply.kept()
    return reply.answer
