"""Puts a question to a person, once: the answer is kept, so that a resumed run need not ask."""

from __future__ import annotations

import msgspec

from ladder_tui.agent.ledger_key import answer_key
from ladder_tui.domain.event import QuestionAnswered, QuestionAsked
from ladder_tui.domain.question import Answer, Question
from ladder_tui.workflow.deadline import all_held
from ladder_tui.workflow.step import StepContext

_decode = msgspec.json.Decoder(Answer).decode


async def ask_person(question: Question, context: StepContext) -> Answer:
    """The answer to ``question``, from the ledger where it was given before.

    Waits as long as it takes; no time limit counts meanwhile.
    """
    ledger = context.ports.agent.ledger
    key = answer_key(question)
    stored = ledger.get(key)
    if stored is not None:
        return _decode(stored)
    with all_held((*context.frame.deadlines, context.deadline)):
        context.ports.agent.emit(QuestionAsked(question))
        reply = await context.ports.ask(question)
        answered = QuestionAnswered(
            question.question_id, question.step_id, reply.answer, reply.waited_s
        )
        body = msgspec.json.encode(reply.answer)
        await ledger.keep(key, "answer", body, (answered,))
        reply.kept()
    return reply.answer
