"""A run whose agents edit, as its journal tells it: one asks, two conflict, one is paused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ladder_tui.domain.change import Conflict, FileChange
from ladder_tui.domain.event import (
    AgentFinished,
    AgentPaused,
    AgentQueued,
    AgentStarted,
    CallClipped,
    CheckpointMade,
    ConflictsFound,
    Interjected,
    QuestionAsked,
    RunStarted,
    StepFinished,
    StepStarted,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    TurnStarted,
    WorkspaceOpened,
)
from ladder_tui.domain.ids import AgentId, QuestionId, StepId
from ladder_tui.domain.message import Message, TextBlock, ToolUseBlock
from ladder_tui.domain.question import Question
from ladder_tui.domain.run import RunLimits
from ladder_tui.domain.workflow import Step, Workflow
from tests.ui.story import AT_A_TIME, cents, usage

CHECK, EDIT = StepId("check"), StepId("edit")
CHECKS = ("lint", "types")
EDITS = ("api", "cart", "docs", "search", "tests")
WORKFLOW = Workflow(
    name="build",
    description="Checks, then edits",
    steps=(
        Step(id="check", skill="check-${item}", for_each=CHECKS, max_parallel=2),
        Step(id="edit", skill="edit-${item}", for_each=EDITS, max_parallel=5),
    ),
)
COMMIT = "4f1c2d7ab9e0"


def agent(name: str) -> AgentId:
    """Id of an agent of either step."""
    return AgentId(f"{'check' if name in CHECKS else 'edit'}/{name}")


def build(root: Path) -> list[AT_A_TIME]:
    """47 seconds of the run."""
    events: list[AT_A_TIME] = [
        (0, RunStarted("build", "w1", 1, {"path": "src"}, "scripted/sonnet", str(root),
                       "untracked", RunLimits(usd=2.0), "bwrap", "0.1.0")),
        *_step(CHECK, CHECKS, 0.1),
        *_checks(),
        *_step(EDIT, EDITS, 10),
    ]  # fmt: skip
    for name in EDITS:
        events.append((11, AgentStarted(agent(name))))
        events.append(
            (11, WorkspaceOpened(agent(name), "worktree", f"/w/{name}", f"ladder/{name}"))
        )
        events += _turn(name, 1, 11.5, 12.4)
    events += [*_asking(), *_conflicting(), *_paused(), *_silent()]
    return sorted(events, key=lambda pair: pair[0])


def _step(step: StepId, names: Sequence[str], at: float) -> list[AT_A_TIME]:
    ids = tuple(agent(name) for name in names)
    queued = [
        AgentQueued(agent(n), step, n, f"{step}-{n}", "h1", "scripted/sonnet",
                    40_000, 60_000, 12, n)
        for n in names
    ]  # fmt: skip
    return [(at, StepStarted(step, "skill", ids, 5)), *((at + 0.1, event) for event in queued)]


def _turn(name: str, number: int, start: float, end: float) -> list[AT_A_TIME]:
    used = usage(4_000, 200)
    said = Message("assistant", (TextBlock(f"I change {name} now."),))
    return [
        (start, TurnStarted(agent(name), number, 1, "p1", used.context_tokens, 4_096)),
        (end, TurnFinished(agent(name), number, 1, said, "tool_use", used, cents(2), "sonnet",
                           end - start, 0.8)),
    ]  # fmt: skip


def _checks() -> list[AT_A_TIME]:
    events: list[AT_A_TIME] = []
    for name in CHECKS:
        events.append((0.5, AgentStarted(agent(name))))
        events += _turn(name, 1, 1, 5)
    events.append((6, AgentFinished(agent("lint"), "failed", "invalid_output",
                                    "invalid schema after repair", elapsed_s=5.5)))  # fmt: skip
    events.append((8, AgentFinished(agent("types"), "done", summary="All typed.", elapsed_s=7.5)))
    events.append((9, StepFinished(CHECK, "done", "", 8.9, 1, 2)))
    return events


def _asking() -> list[AT_A_TIME]:
    question = Question(
        question_id=QuestionId("q1"), step_id=EDIT, kind="approve", agent_id=agent("api"),
        text="May it run this command?", shown="pytest -q tests/api", shown_kind="command",
        rule="ask Bash", grants="Bash(pytest:*)",
    )  # fmt: skip
    return [(25, QuestionAsked(question))]


def _conflicting() -> list[AT_A_TIME]:
    cart = (FileChange("src/cart.py", 12, 3), FileChange("src/price.py", 40, 0, "added"))
    search = (FileChange("src/cart.py", 5, 5), FileChange("src/search.py", 31, 8))
    paths = ("src/cart.py",)
    return [
        (20, CheckpointMade(agent("cart"), 1, COMMIT, cart)),
        (20, CheckpointMade(agent("search"), 1, COMMIT, search)),
        (20.5, ConflictsFound((Conflict(agent("cart"), agent("search"), paths),))),
        (22, Interjected(agent("cart"), 2, "Leave the prices in cents.")),
        (22, CallClipped(agent("cart"), 2, 1_200, 4_096, "step edit")),
        (22, TurnStarted(agent("cart"), 2, 1, "p2", 4_400, 1_200)),
        (24, TurnStarted(agent("search"), 2, 1, "p2", 4_400, 4_096)),
    ]


def _paused() -> list[AT_A_TIME]:
    return [(30, AgentPaused(agent("docs")))]


def _silent() -> list[AT_A_TIME]:
    """Its tool has answered; since then nothing has come."""
    asked = {"command": "pytest -q"}
    call = Message("assistant", (ToolUseBlock("t1", "Bash", asked),))
    output = "\n".join(f"tests/test_{n}.py ....  [{n}%]" for n in range(40)) + "\n40 passed"
    name = agent("tests")
    return [
        (12.5, TurnFinished(name, 2, 1, call, "tool_use", usage(500, 50), cents(1), "sonnet",
                            1, 0.8)),
        (13, ToolStarted(name, "t1", "Bash", asked)),
        (14, ToolFinished(name, "t1", "Bash", output, False, 1.0, False, "40 passed")),
    ]  # fmt: skip
