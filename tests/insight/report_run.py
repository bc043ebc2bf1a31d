"""A run with everything in it that a report has to tell, most of it hostile."""

from __future__ import annotations

from ladder_tui.domain import event as ev
from ladder_tui.domain.finding import Disposition, Finding, MergedFinding, QuoteState, Severity
from ladder_tui.domain.ids import AgentId, RunId, StepId
from ladder_tui.domain.message import Message, TextBlock
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.run import RunLimits, RunSpec
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.domain.workflow import Step, Workflow
from ladder_tui.projections.run_view import RunView, fold

RUN = RunId("r-20261123-021500-4f2a")
STEP = StepId("specialists")
EVIL = (
    "`a` | b <script>alert(1)</script> ![x](http://evil/x.png) [l](javascript:x) @octocat #12 "
    "https://evil.example www.evil.example **bold** $x$ \x1b[31mred\x1b[0m\n# heading\n\n---\n```"
)
EVIL_PATH = "dir with space/-é#?%\n`|:<x>.py"


def finding(
    rule: str,
    severity: Severity = "high",
    *,
    path: str = "shop/db.py",
    state: QuoteState = "verified",
    is_changed: bool = False,
    text: str = "message",
) -> Finding:
    """Return a finding; its fingerprint is made from its rule."""
    return Finding(
        rule,
        "security",
        path,
        8,
        severity,
        text,
        "security",
        "agent",
        fingerprint=f"{rule:f<16}"[:16],
        symbol="find",
        quote=text,
        quote_state=state,
        suggestion=text,
        is_changed=is_changed,
    )


def merged(found: Finding, *reporters: str, is_disputed: bool = False) -> MergedFinding:
    """Return a merged finding of the reporters."""
    names = reporters or ("security",)
    severities: dict[str, Severity] = dict.fromkeys(names, found.severity)
    if is_disputed:
        severities[names[-1]] = "low"
    return MergedFinding(found, names, len(names), 5, severities, is_disputed)


FINDINGS = (
    merged(finding("old", "low")),
    merged(finding("S608", "high", is_changed=True), "security", "tests", is_disputed=True),
    merged(finding("evil", "critical", path=EVIL_PATH, text=EVIL)),
    merged(finding("guess", "critical", state="unverified")),
    merged(finding("S608b", "medium")),
    merged(finding("gone", "medium")),
)
DISPOSITIONS = {
    "goneffffffffffff": Disposition("goneffffffffffff", "dismissed", "not | reachable", 1.0, 2.0),
    "oldfffffffffffff": Disposition("oldfffffffffffff", "accepted", "", 1.0, 2.0),
    "S608ffffffffffff": Disposition("S608ffffffffffff", "reopened", "", 1.0, 2.0),
}
GATE = GateResult(
    "ruff-security",
    "security",
    "degraded",
    9,
    8,
    skipped=(Skip("bad.py", "syntax error: line 1"),),
    skipped_count=1,
    reason="1 not analysed (syntax error)",
    tool="ruff 0.15.2",
    sandbox="bwrap",
    elapsed_s=0.24,
)


FLOOD = GateResult(
    "ruff-docstrings", "documentation", "fail", 9, 9, findings_count=5_337, cap=200,
    reason="5,337 findings", tool="ruff 0.15.2", sandbox="bwrap", elapsed_s=0.5,
)  # fmt: skip


def spec(base: str = "abc123") -> RunSpec:
    """Return the spec of the run."""
    return RunSpec(
        run_id=RUN,
        number=41,
        workflow=Workflow(name="review", steps=(Step(id="specialists", skill="security"),)),
        workflow_hash="w",
        workflow_origin="shipped",
        skills=(),
        inputs={"paths": "src | <b>"},
        model=ModelChoice("scripted", "demo"),
        limits=RunLimits(),
        root="/home/somebody/secret/repo",
        tree="commit abc",
        created_at=1_000.0,
        base_commit=base,
    )


def events() -> list[ev.Event]:
    """Return the events of a run of two agents, one of which failed."""
    security, tests = AgentId("specialists/security"), AgentId("specialists/tests")
    queued = [
        ev.AgentQueued(agent, STEP, agent.split("/")[1], "skill", "h", "scripted/demo", 8192, 1, 1)
        for agent in (security, tests)
    ]
    usage = Usage(1_000, 200, 300, 0, is_estimated=True)
    message = Message("assistant", (TextBlock("done"),))
    return [
        ev.RunStarted(
            "review", "w", 41, {"paths": "src | <b>"}, "scripted/demo", "/home/somebody/secret",
            "commit abc", RunLimits(), "bwrap", "0.1.0", "abc123",
        ),
        *queued,
        ev.AgentStarted(security),
        ev.AgentStarted(tests),
        ev.GateFinished(STEP, GATE, security),
        ev.GateFinished(STEP, FLOOD, security),
        ev.TurnFinished(
            security, 1, 1, message, "end_turn", usage, Cost(1_234_500_000, 1), "demo", 2.0
        ),
        ev.AgentFinished(
            security, "done", summary=EVIL, findings=6, findings_unverified=1, elapsed_s=2.0,
            is_evidence_only=True,
        ),
        ev.AgentFinished(tests, "failed", "timeout", "no answer | within 600 s"),
        ev.FindingsMerged(
            StepId("merged"), "union-dedup", 1, 2, ("tests",), FINDINGS, 9, dropped=3, disputed=1
        ),
        ev.RunFinished(
            "done", "fail", "1 high finding on changed lines", usage, Cost(1_234_500_000, 1), 1, 2,
            6, 185.0,
        ),
    ]  # fmt: skip


def view(count: int | None = None) -> RunView:
    """Return the state after the first ``count`` events, after all by default."""
    records = [
        ev.EventRecord(i, RUN, i, 1_000.0 + 20 * i, event)
        for i, event in enumerate(events()[:count], 1)
    ]
    return fold(records)
