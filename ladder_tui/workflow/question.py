"""A step's question to a person, while which no time counts."""

from __future__ import annotations

from ladder_tui.agent.question import put_question, stored_answer
from ladder_tui.domain.question import Answer, Question
from ladder_tui.workflow.deadline import all_held
from ladder_tui.workflow.step import StepContext


async def ask_person(question: Question, context: StepContext) -> Answer:
    """The answer to ``question``, from the ledger where it was given before.

    Waits as long as it takes; no time limit counts meanwhile.
    """
    ports = context.ports
    stored = stored_answer(question, ports.agent.ledger)
    if stored is not None:
        return stored
    with all_held((*context.frame.deadlines, context.deadline)):
        return await put_question(question, ports.ask, ports.agent.emit, ports.agent.ledger)
