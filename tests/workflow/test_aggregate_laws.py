"""Every aggregate keeps the laws that it declares, for any answers in any order."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from ladder_tui.agent.spec import AgentOutcome
from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.verdict import GateResult
from ladder_tui.domain.workflow import ASKING, AggregateName
from ladder_tui.gates.schema import check_schema
from ladder_tui.workflow.aggregate import Given, Joined
from ladder_tui.workflow.aggregate_registry import AGGREGATES
from ladder_tui.workflow.candidate import Candidate
from tests.workflow.build import STEP, finding, slot

SCHEMA = {"type": "object", "properties": {"n": {"minimum": 1}}}
BY: dict[str, Any] = {
    "majority": "${item.verdict}",
    "quorum": "${item.verdict}",
    "best-of": ["schema"],
    "judge": "compare",
    "tree-reduce": "reduce",
}
NAMES = ("a", "b", "c", "d", "e")
ANSWERS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"verdict": st.sampled_from(["good", "bad", None]), "n": st.integers(0, 3)}
)
CANDIDATES = st.lists(st.none() | ANSWERS, min_size=1, max_size=5).map(
    lambda answers: tuple(candidate(NAMES[i], answer) for i, answer in enumerate(answers))
)
RULES = sorted(AGGREGATES)


def candidate(name: str, answer: dict[str, Any] | None) -> Candidate:
    """An agent's answer with a finding in it; None for an agent that failed."""
    if answer is None:
        failed = slot(name, state="failed", failure="crash")
        return Candidate(failed.agent_id, name, None, False, failed)
    done = slot(name, finding(reporter=name, line=answer["n"] + 1))
    return Candidate(done.agent_id, name, answer, True, done)


class Desk:
    """Asks nobody: a judge by a rule of its own, which prefers what it reads first among equals."""

    page_tokens = 60

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def ask(self, name: str, inputs: dict[str, Any]) -> AgentOutcome:
        self.calls.append(name)
        if "items" in inputs:
            output: dict[str, Any] = {"n": len(inputs["items"])}
        else:
            is_first = inputs["first"]["n"] >= inputs["second"]["n"]
            output = {"better": "first" if is_first else "second"}
        return AgentOutcome(AgentId(name), name, "done", output=output)

    async def check(self, gate: str, answer: Candidate) -> GateResult:
        assert gate == "schema"
        return check_schema(answer.output, SCHEMA)


def join(rule: AggregateName, candidates: tuple[Candidate, ...]) -> Joined:
    given = Given.of(
        STEP,
        candidates,
        by=BY.get(rule),
        options={"k": 2} if rule == "quorum" else {},
        schema=SCHEMA if rule in ("best-of", "first-valid") else None,
    )
    return asyncio.run(AGGREGATES[rule].join(given, Desk()))


def told(joined: Joined) -> bytes:
    """All that is kept of it."""
    kept = (joined.output, joined.decision, joined.merged)
    return msgspec.json.encode(kept, order="deterministic")


@pytest.mark.parametrize("rule", [r for r in RULES if AGGREGATES[r].laws.ignores_order])
@settings(max_examples=40, deadline=None)
@for_all(candidates=CANDIDATES, data=st.data())
def test_the_order_of_answers_is_irrelevant(
    rule: AggregateName, candidates: tuple[Candidate, ...], data: st.DataObject
) -> None:
    other = tuple(data.draw(st.permutations(candidates)))
    assert told(join(rule, candidates)) == told(join(rule, other))


def test_those_that_do_not_ignore_the_order_keep_it() -> None:
    one, two = candidate("a", {"verdict": "good", "n": 1}), candidate("b", {"verdict": "x", "n": 2})
    assert [r for r in RULES if not AGGREGATES[r].laws.ignores_order] == [
        "concat", "first-valid", "tree-reduce",
    ]  # fmt: skip
    assert join("concat", (two, one)).output == [two.output, one.output]
    assert join("first-valid", (two, one)).decision.winner == "b"
    assert join("first-valid", (one, two)).decision.winner == "a"


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=40, deadline=None)
@for_all(candidates=CANDIDATES, data=st.data())
def test_an_answer_that_is_delivered_twice_changes_nothing(
    rule: AggregateName, candidates: tuple[Candidate, ...], data: st.DataObject
) -> None:
    again = data.draw(st.sampled_from(candidates))
    place = data.draw(st.integers(candidates.index(again) + 1, len(candidates)))
    twice = (*candidates[:place], again, *candidates[place:])
    assert told(join(rule, twice)) == told(join(rule, candidates))


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=40, deadline=None)
@for_all(candidates=CANDIDATES)
def test_every_failure_is_named(rule: AggregateName, candidates: tuple[Candidate, ...]) -> None:
    failed = [c.name for c in candidates if not c.is_ok]
    assert list(join(rule, candidates).decision.missing) == failed


@pytest.mark.parametrize("rule", [r for r in RULES if AGGREGATES[r].laws.counts_votes])
@settings(max_examples=30, deadline=None)
@for_all(answer=ANSWERS.filter(lambda answer: answer["verdict"] is not None and answer["n"] > 0))
def test_two_agents_who_agree_are_two_votes(rule: AggregateName, answer: dict[str, Any]) -> None:
    joined = join(rule, (candidate("a", answer), candidate("b", answer)))
    if rule == "union-dedup":
        assert joined.merged is not None
        assert [found.agreement for found in joined.merged.findings] == [2]
    elif rule == "concat":
        assert joined.output == [answer, answer]
    elif rule == "tree-reduce":
        assert joined.decision.outcome == {"n": 2}
    else:
        assert list(joined.decision.votes.values()) == [2]


@pytest.mark.parametrize("rule", RULES)
def test_only_those_that_say_so_ask_a_model(rule: AggregateName) -> None:
    good, bad = {"verdict": "good", "n": 1}, {"verdict": "bad", "n": 2}
    desk = Desk()
    given = Given.of(
        STEP,
        (candidate("a", good), candidate("b", bad)),
        by=BY.get(rule),
        options={"k": 1},
        schema=SCHEMA,
    )
    asyncio.run(AGGREGATES[rule].join(given, desk))
    assert bool(desk.calls) == AGGREGATES[rule].laws.asks_model == (rule in ASKING)


def votes(*verdicts: str | None) -> tuple[Candidate, ...]:
    return tuple(
        candidate(name, None if verdict is None else {"verdict": verdict, "n": 1})
        for name, verdict in zip(NAMES, verdicts, strict=False)
    )


def test_a_failure_never_turns_a_minority_into_a_majority() -> None:
    decision = join("majority", votes("good", "good", None, None)).decision
    assert (decision.is_decided, decision.outcome) == (False, None)
    assert decision.reason == "good has 2 of 4; 3 were needed"
    assert join("majority", votes("good", "good", None)).decision.outcome == "good"


def test_a_quorum_that_two_values_reach_is_a_tie() -> None:
    decision = join("quorum", votes("good", "good", "bad", "bad")).decision
    assert (decision.is_decided, decision.tied) == (False, ("bad", "good"))
    decision = join("quorum", votes("good", "good", "bad", "good")).decision
    assert (decision.outcome, decision.dissent) == ("good", ("c",))
    assert decision.reason == "3 of 4 say good; 2 were needed"


def test_a_judge_that_prefers_a_place_sees_a_tie() -> None:
    answers = ({"verdict": "good", "n": 2}, {"verdict": "bad", "n": 2})
    decision = join("judge", (candidate("a", answers[0]), candidate("b", answers[1]))).decision
    assert (decision.is_decided, decision.winner, decision.outcome) == (False, "", None)
    assert set(decision.tied) == {"a", "b"}
    assert "the judge took the first one in both orders" in decision.reason


def test_the_best_passes_its_gates() -> None:
    bad, good = {"verdict": "good", "n": 0}, {"verdict": "bad", "n": 1}
    decision = join("best-of", (candidate("a", bad), candidate("b", good))).decision
    assert (decision.winner, decision.dissent) == ("b", ("a",))
    none = join("best-of", (candidate("a", bad),)).decision
    assert not none.is_decided
    assert none.reason == "none is good: a: schema fail (1 violation)"


@for_all(sizes=st.lists(st.integers(0, 60), max_size=40))
@settings(max_examples=40, deadline=None)
def test_a_tree_loses_nothing_and_ends(sizes: list[int]) -> None:
    class Summing(Desk):
        async def ask(self, name: str, inputs: dict[str, Any]) -> AgentOutcome:
            self.calls.append(name)
            total = sum(item["n"] for item in inputs["items"])
            return AgentOutcome(AgentId(name), name, "done", output={"n": total})

    found = tuple(
        Candidate(f"s/{i}", f"s{i}", {"n": 1, "text": "word " * size})
        for i, size in enumerate(sizes)
    )
    desk = Summing()
    given = Given.of(STEP, found, by="reduce")
    joined = asyncio.run(AGGREGATES["tree-reduce"].join(given, desk))
    kept = len(found) - len(joined.decision.missing)
    assert joined.decision.is_decided == (kept > 0)
    if kept:
        assert joined.decision.outcome == {"n": kept}
    assert len(set(desk.calls)) == len(desk.calls)
