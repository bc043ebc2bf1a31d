"""What every form of a report says, as one document: the JSON form is this, encoded."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ladder_tui.domain.estimate import EstimateOutcome
from ladder_tui.domain.event import AgentState, FailureKind
from ladder_tui.domain.finding import SEVERITIES, QuoteState, Severity
from ladder_tui.domain.run import RunState, RunVerdict
from ladder_tui.domain.verdict import GateVerdict, Skip
from ladder_tui.insight.parallel_verdict import ParallelVerdict

VERSION = 1
"""Of the document. Fields are only ever added within a version."""

Decision = Literal["open", "dismissed", "accepted"]
Precision = Literal["measured", "estimated"]


class ReportTokens(msgspec.Struct, frozen=True):
    """Tokens over all calls, lost attempts included."""

    input: int
    output: int
    cache_read: int
    cache_creation: int
    total: int
    precision: Precision


class ReportCost(msgspec.Struct, frozen=True):
    """Money; ``unpriced_calls`` is the number of calls that it does not hold."""

    nano_usd: int
    usd: float
    unpriced_calls: int
    precision: Precision


class ReportAgent(msgspec.Struct, frozen=True):
    """One agent."""

    agent_id: str
    name: str
    lens: str
    skill: str
    model: str
    state: AgentState
    failure: FailureKind
    reason: str
    summary: str
    is_evidence_only: bool
    turns: int
    lost_attempts: int
    findings: int
    unverified: int
    tokens: ReportTokens
    cost: ReportCost
    elapsed_s: float


class ReportGate(msgspec.Struct, frozen=True):
    """One gate; ``agent`` is the agent that it was run for."""

    gate: str
    agent: str
    lens: str
    verdict: GateVerdict
    in_scope: int
    analysed: int
    unit: str
    findings: int
    shown: int
    """Findings that were passed on: at most the cap of the gate."""
    skipped: tuple[Skip, ...]
    skipped_count: int
    reason: str
    tool: str
    sandbox: str
    elapsed_s: float


class ReportFinding(msgspec.Struct, frozen=True):
    """One finding after merging, with a person's decision about it."""

    rule: str
    lens: str
    path: str
    line: int
    symbol: str
    severity: Severity
    message: str
    quote: str
    quote_state: QuoteState
    suggestion: str
    fingerprint: str
    is_changed: bool
    source: Literal["evidence", "agent"]
    reporters: tuple[str, ...]
    agreement: int
    agents_total: int
    severities: dict[str, Severity]
    is_disputed: bool
    decision: Decision
    decision_reason: str


class ReportStep(msgspec.Struct, frozen=True):
    """One step with what it was given and gave."""

    step_id: str
    kind: str
    state: str
    reason: str
    attempt: int
    inputs: dict[str, Any]
    output: Any
    is_output_omitted: bool
    """True where the output was too large to be kept."""
    is_fallback: bool
    tokens: ReportTokens
    cost: ReportCost
    elapsed_s: float


class ReportAnswer(msgspec.Struct, frozen=True):
    """What a person was asked, and said."""

    question_id: str
    text: str
    decision: str
    choice: str
    value: Any
    reason: str
    waited_s: float


class Report(msgspec.Struct, frozen=True):
    """A run as a report. Times are Unix seconds; findings are ranked."""

    version: int
    run_id: str
    number: int
    workflow: str
    state: RunState
    verdict: RunVerdict
    reason: str
    model: str
    sandbox: str
    inputs: dict[str, Any]
    prd: str
    tree: str
    base_commit: str
    started_at: float | None
    finished_at: float | None
    elapsed_s: float
    agents_ok: int
    agents_total: int
    missing: tuple[str, ...]
    """Names of agents that gave nothing."""
    tokens: ReportTokens
    cost: ReportCost
    lost_attempts: int
    resumes: int
    reported: int
    """Findings before merging."""
    merged: int
    """After merging, with those over the cap."""
    dropped: int
    """Left out over the cap of the aggregate."""
    dismissed: int
    agents: tuple[ReportAgent, ...]
    gates: tuple[ReportGate, ...]
    findings: tuple[ReportFinding, ...]
    steps: tuple[ReportStep, ...] = ()
    answers: tuple[ReportAnswer, ...] = ()
    output: Any = None
    """What the workflow gave."""
    estimate: EstimateOutcome | None = None
    """What was expected, against what it took; of a run that has ended."""
    parallel: ParallelVerdict | None = None
    """What its agents came to together; None where there were not two."""

    @property
    def is_review(self) -> bool:
        """Whether the run merged findings; else what it gave is its output."""
        return bool(self.reported or self.findings) or any(a.lens for a in self.agents)

    @property
    def open_findings(self) -> tuple[ReportFinding, ...]:
        """Those that nobody dismissed."""
        return tuple(f for f in self.findings if f.decision != "dismissed")

    @property
    def counts(self) -> dict[Severity, int]:
        """Open findings by severity, the worst first."""
        counts = dict.fromkeys(SEVERITIES, 0)
        for found in self.open_findings:
            counts[found.severity] += 1
        return counts
