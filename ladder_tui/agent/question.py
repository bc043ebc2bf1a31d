"""Puts a question to a person, once: the answer is kept, so that a resumed run need not ask."""

from __future__ import annotations

import msgspec

from ladder_tui.agent.ledger_key import answer_key
from ladder_tui.agent.port import Emit, LedgerPort
from ladder_tui.agent.reply import Ask
from ladder_tui.domain.event import QuestionAnswered, QuestionAsked
from ladder_tui.domain.question import Answer, Question

_decode = msgspec.json.Decoder(Answer).decode


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
