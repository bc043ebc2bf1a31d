"""A review as journals of a fixed day tell it: five specialists in five states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ladder_tui.domain.estimate import Estimate, Quantiles
from ladder_tui.domain.event import (
    AgentFinished,
    AgentQueued,
    AgentStarted,
    AttemptLost,
    Event,
    FindingReported,
    FindingsMerged,
    GateFinished,
    GateStarted,
    LiveRow,
    OutputRejected,
    RunFinished,
    RunStarted,
    SkillInvoked,
    StepFinished,
    StepStarted,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    TurnStarted,
)
from ladder_tui.domain.finding import Finding, MergedFinding, QuoteState, Severity
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.message import ContentBlock, Message, TextBlock, ToolUseBlock
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import RunLimits, RunSpec
from ladder_tui.domain.usage import NANO, Cost, Usage
from ladder_tui.domain.verdict import GateResult, GateVerdict
from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.store.database import open_database
from ladder_tui.store.journal import Journal
from ladder_tui.store.live import lease
from ladder_tui.store.lock import FileLock
from ladder_tui.store.run import create_run, take_run

T0 = 1_768_471_200.0
"""15 January 2026, 10:00 UTC: a day on which no test runs, so that spend today is zero."""
NOW = T0 + 47
"""The moment at which the live review is looked at."""
NAMES = ("tests", "architecture", "documentation", "performance", "security")
STEP = StepId("specialists")
AT_A_TIME = tuple[float, Event]


def agent(name: str) -> AgentId:
    """Id of a specialist."""
    return AgentId(f"specialists/{name}")


def usage(sent: int, out: int, cached: int = 6_000) -> Usage:
    """Tokens of a turn."""
    return Usage(sent, out, cached)


def cents(value: float) -> Cost:
    """Money of a turn."""
    return Cost(round(value * NANO / 100))


STEPS = (Step(id="specialists", skill="review-${item}", for_each=NAMES, max_parallel=5),)
REVIEW = Workflow(name="review", description="Five specialists", steps=STEPS)


def spec(number: int, root: Path, created_at: float, workflow: Workflow = REVIEW) -> RunSpec:
    """What was asked of the review, or of another workflow."""
    return RunSpec(
        run_id=RunId(f"r-20260115-{100_000 + number}-abcd"),
        number=number,
        workflow=workflow,
        workflow_hash="w1",
        workflow_origin="shipped",
        skills=(),
        inputs={"path": "src"},
        model=ModelChoice(provider="scripted", model="sonnet"),
        limits=RunLimits(usd=2.0),
        root=str(root),
        tree="untracked",
        created_at=created_at,
        estimate=Estimate(
            5,
            60_000,
            8_000,
            nano_usd=Quantiles(350_000_000, 460_000_000, 620_000_000),
            seconds=70.0,
        ),
    )


def opening(number: int, root: Path) -> Iterator[AT_A_TIME]:
    """The run and its agents are there."""
    yield 0, RunStarted(
        "review", "w1", number, {"path": "src"}, "scripted/sonnet", str(root), "untracked",
        RunLimits(usd=2.0), "bwrap", "0.1.0",
    )  # fmt: skip
    yield 0.1, StepStarted(STEP, "skill", tuple(agent(n) for n in NAMES), 5)
    for name in NAMES:
        yield 0.2, AgentQueued(
            agent(name), STEP, name, f"review-{name}", "h1", "scripted/sonnet",
            40_000, 60_000, 12, name,
        )  # fmt: skip


def evidence(name: str, gate: str, at: float, *, found: int = 0) -> Iterator[AT_A_TIME]:
    """An agent starts and its evidence tool looks."""
    yield at, AgentStarted(agent(name))
    yield at, SkillInvoked(agent(name), f"review-{name}", "h1")
    yield at + 0.1, GateStarted(gate, STEP, agent(name))
    verdict: GateVerdict = "fail" if found else "pass"
    result = GateResult(gate, name, verdict, 412, 412, findings_count=found, elapsed_s=0.4)
    yield at + 0.5, GateFinished(STEP, result, agent(name))


def turn(
    name: str, number: int, start: float, end: float, used: Usage, cost: Cost,
    *blocks: ContentBlock, attempt: int = 1, stop: str = "end_turn",
) -> Iterator[AT_A_TIME]:  # fmt: skip
    """A turn that arrives whole."""
    yield start, TurnStarted(agent(name), number, attempt, "p1", used.context_tokens, 4_096)
    yield end, TurnFinished(
        agent(name), number, attempt, Message("assistant", blocks), stop, used, cost,
        "sonnet", end - start, 0.8,
    )  # fmt: skip


def tool(
    name: str, at: float, id_: str, called: str, asked: dict[str, object], output: str, summary: str
) -> Iterator[AT_A_TIME]:
    """A tool call with its result."""
    yield at, ToolStarted(agent(name), id_, called, asked)
    yield at + 0.1, ToolFinished(agent(name), id_, called, output, False, 0.1, False, summary)


def finding(rule: str, name: str, path: str, line: int, message: str, **more: str) -> Finding:
    """A finding of an agent."""
    severity: Severity = "high" if more.get("severity") == "high" else "medium"
    state: QuoteState = "unverified" if more.get("quote_state") else "verified"
    return Finding(
        rule, name, path, line, severity, message, name, "agent", f"f-{rule}-{line}",
        quote=more.get("quote", ""), quote_state=state,
    )  # fmt: skip


SQL = finding(
    "S608", "security", "src/db.py", 41, "query built from input",
    severity="high", quote='cur.execute(f"… {name}")',
)  # fmt: skip
SHELL = finding("S602", "security", "src/shell.py", 5, "shell=True with input", severity="high")
GHOST = finding("S000", "security", "src/ghost.py", 7, "hard-coded key", quote_state="unverified")
LOOP = finding("N+1", "performance", "src/cart.py", 88, "the loop queries once per row")


def _grep_output() -> str:
    lines = ["src/cart.py:88  for p in session.query(Product):"]
    lines += [f"src/module_{n}.py:{n}  for item in items:" for n in range(213)]
    return "\n".join(lines)


def middle() -> list[AT_A_TIME]:
    """47 seconds of work: one done, one failed, one silent, one at a tool, one generating."""
    events: list[AT_A_TIME] = []
    events += evidence("tests", "ruff-PT", 0.4)
    events += turn("tests", 1, 1, 20, usage(7_400, 280), cents(4),
                   TextBlock("I look at the tests first."),
                   ToolUseBlock("t1", "Grep", {"pattern": "def test_", "path": "tests"}),
                   stop="tool_use")  # fmt: skip
    events.append((25, ToolStarted(agent("tests"), "t1", "Grep", {"pattern": "def test_"})))
    events += evidence("architecture", "import-cycles", 0.4, found=1)
    events.append((1, TurnStarted(agent("architecture"), 1, 1, "p1", 11_000, 4_096)))
    events.append((4, AttemptLost(
        agent("architecture"), 1, 1, "overloaded", "the server is overloaded",
        usage(11_000, 0), cents(9), 2.0, 529)))  # fmt: skip
    events.append((6, TurnStarted(agent("architecture"), 1, 2, "p1", 11_000, 4_096)))
    events += evidence("documentation", "codespell", 0.4)
    events += turn("documentation", 1, 1, 15, usage(5_000, 400), cents(3), TextBlock("{"))
    events.append((15, OutputRejected(agent("documentation"), 1, ("$.findings is missing",))))
    events += turn("documentation", 2, 15.2, 31, usage(4_900, 500), cents(3), TextBlock("{"))
    events.append((31, AgentFinished(
        agent("documentation"), "failed", "invalid_output", "invalid schema after repair",
        elapsed_s=30.6)))  # fmt: skip
    events += evidence("performance", "ruff-PERF", 0.4, found=2)
    events += turn("performance", 1, 1, 22, usage(4_000, 120), cents(2),
                   TextBlock("Where are rows loaded one at a time?"),
                   ToolUseBlock("t1", "Grep", {"pattern": "for .* in", "path": "src/"}),
                   stop="tool_use")  # fmt: skip
    asked: dict[str, object] = {"pattern": "for .* in", "path": "src/"}
    events += tool("performance", 22, "t1", "Grep", asked, _grep_output(), "214 lines")
    events.append((23, FindingReported(agent("performance"), LOOP)))
    events.append((24, TurnStarted(agent("performance"), 2, 1, "p2", 4_800, 4_096)))
    events += security()
    return sorted(events, key=lambda pair: pair[0])


def security() -> Iterator[AT_A_TIME]:
    """The specialist that is done."""
    yield from evidence("security", "ruff-S", 0.4, found=9)
    yield from turn("security", 1, 1, 12, usage(4_000, 400), cents(3),
                    ToolUseBlock("t1", "Read", {"path": "src/db.py"}), stop="tool_use")  # fmt: skip
    code = "def find(name):\n    cur = connect()\n\tcur.execute(f'… {name}')\x1b[31m\n"
    yield from tool("security", 12, "t1", "Read", {"path": "src/db.py"}, code, "3 lines")
    yield from turn("security", 2, 13, 36, usage(5_100, 800), cents(4),
                    TextBlock('{"summary": "Two injections."}'))  # fmt: skip
    for found in (SQL, SHELL, GHOST):
        yield 37, FindingReported(agent("security"), found)
    yield 38.4, AgentFinished(
        agent("security"), "done", summary="Two injections; one quote could not be found.",
        findings=3, findings_unverified=1, elapsed_s=38.0,
    )  # fmt: skip


LIVE = {
    agent("tests"): LiveRow(agent("tests"), "Grep def test_", T0 + 40),
    agent("performance"): LiveRow(
        agent("performance"), "generating", T0 + 46, 310,
        "The loop queries once per row. Loading all rows of\nthe cart at once",
    ),
}  # fmt: skip


def ending() -> list[AT_A_TIME]:
    """The rest: everybody ends and the findings are merged."""
    events: list[AT_A_TIME] = []
    for name, at in (("tests", 50.0), ("architecture", 55.0), ("performance", 60.0)):
        found = 1 if name == "performance" else 0
        events.append((at, AgentFinished(agent(name), "done", findings=found, elapsed_s=at)))
    events.append((60.1, StepFinished(STEP, "done", "", 60.0, 4, 5)))
    merged = tuple(
        MergedFinding(f, (f.reporter,), 1, 5, {f.reporter: f.severity})
        for f in (SQL, SHELL, LOOP, GHOST)
    )
    events.append((60.2, FindingsMerged(
        StepId("merge"), "union-dedup", 4, 5, ("documentation",), merged, 4)))  # fmt: skip
    total = Usage(30_000, 2_500, 42_000)
    events.append((60.4, RunFinished(
        "done", "fail", "2 high findings", total, cents(28), 4, 5, 4, 60.4)))  # fmt: skip
    return events


def watch(path: Path, run_id: RunId) -> None:
    """Somebody watches the performance specialist, so its partial text is published."""
    database = open_database(path)
    lease(database, run_id, agent("performance"), "story", NOW * 2)
    database.close()


async def write_run(
    root: Path,
    number: int,
    events: Sequence[AT_A_TIME],
    live: bool = False,
    start: float = T0,
    workflow: Workflow = REVIEW,
) -> tuple[RunId, FileLock | None]:
    """Journal a run into the repository's database; a live one holds its lock."""
    path = root / ".ladder" / "ladder.db"
    database = open_database(path)
    made = create_run(database, spec(number, root, start - 1, workflow))
    epoch = take_run(database, made.run_id)
    database.close()
    moment = [start]
    journal = Journal(path, made.run_id, epoch, lambda: moment[0])
    for at, event in events:
        moment[0] = start + at
        journal.emit(event)
    if live:
        await journal.flush()
        watch(path, made.run_id)
        journal.live(LIVE)
    await journal.aclose()
    lock = None
    if live:
        folder = root / ".ladder" / "run"
        folder.mkdir(exist_ok=True)
        lock = FileLock(folder / f"{made.run_id}.lock")
        assert lock.acquire()
    return made.run_id, lock
