"""From the state of a run to the document of a report."""

from __future__ import annotations

from collections.abc import Mapping

from ladder_tui.domain.finding import Disposition, MergedFinding
from ladder_tui.domain.run import FINAL_STATES, RunSpec
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.gates.rank import rank
from ladder_tui.insight.estimate_outcome import run_outcome
from ladder_tui.insight.parallel_verdict import ParallelVerdict
from ladder_tui.insight.report_document import (
    VERSION,
    Decision,
    Precision,
    Report,
    ReportAgent,
    ReportAnswer,
    ReportCost,
    ReportFinding,
    ReportGate,
    ReportStep,
    ReportTokens,
)
from ladder_tui.projections.agent_card import AgentCard
from ladder_tui.projections.findings import merged_findings
from ladder_tui.projections.run_fold import Answered, StepCard
from ladder_tui.projections.run_view import RunView


def build_report(
    view: RunView,
    spec: RunSpec,
    dispositions: Mapping[str, Disposition] | None = None,
    parallel: ParallelVerdict | None = None,
) -> Report:
    """Return the report of a run as far as it got. Pure; ``dispositions`` by fingerprint."""
    findings = _findings(view, spec, dispositions or {})
    cards = list(view.agents.values())
    merges = list(view.merged_by_step.values())
    dropped = sum(merge.dropped for merge in merges)
    done = [card for card in cards if card.state == "done"]
    end = view.finished_at or view.last_at
    return Report(
        version=VERSION,
        run_id=view.run_id or spec.run_id,
        number=view.number or spec.number,
        workflow=view.workflow or spec.workflow.name,
        state=view.state,
        verdict=view.verdict,
        reason=view.reason,
        model=view.model or spec.model.label,
        sandbox=view.sandbox,
        inputs=view.inputs or spec.inputs,
        prd=view.prd or spec.prd,
        tree=spec.tree,
        base_commit=spec.base_commit,
        started_at=view.started_at,
        finished_at=view.finished_at,
        elapsed_s=round(max(0.0, end - view.started_at), 3) if view.started_at else 0.0,
        agents_ok=len(done),
        agents_total=len(cards),
        missing=_missing(view),
        tokens=_tokens(view.usage),
        cost=_cost(view.cost),
        lost_attempts=view.lost_attempts,
        resumes=view.resumes,
        reported=sum(m.reported for m in merges) if merges else len(view.findings),
        merged=len(findings) + dropped,
        dropped=dropped,
        dismissed=sum(f.decision == "dismissed" for f in findings),
        agents=tuple(_agent(card, end) for card in cards),
        gates=_gates(view),
        findings=findings,
        steps=tuple(map(_step, view.steps.values())),
        answers=tuple(map(_answer, view.answered)),
        output=view.output,
        estimate=run_outcome(view, spec),
        parallel=parallel,
    )


def _findings(
    view: RunView, spec: RunSpec, dispositions: Mapping[str, Disposition]
) -> tuple[ReportFinding, ...]:
    ranked = rank(merged_findings(view), has_base=bool(spec.base_commit))
    return tuple(_finding(merged, dispositions) for merged in ranked)


def _missing(view: RunView) -> tuple[str, ...]:
    """Names of agents that gave nothing: to an aggregate, or by the end of the run."""
    names = [name for merge in view.merged_by_step.values() for name in merge.missing]
    is_over = view.state in FINAL_STATES
    cards = view.agents.values()
    names += [c.name for c in cards if c.state != "done" and (is_over or c.is_final)]
    return tuple(dict.fromkeys(names))


def _step(card: StepCard) -> ReportStep:
    return ReportStep(
        step_id=card.step_id,
        kind=card.kind,
        state=card.state,
        reason=card.reason,
        attempt=card.attempt,
        inputs=card.inputs,
        output=card.output,
        is_output_omitted=card.is_output_omitted,
        is_fallback=card.is_fallback,
        tokens=_tokens(card.usage),
        cost=_cost(card.cost),
        elapsed_s=round(card.elapsed_s, 3),
    )


def _answer(answered: Answered) -> ReportAnswer:
    answer = answered.answer
    return ReportAnswer(
        question_id=answered.question_id,
        text=answered.question.text if answered.question is not None else "",
        decision=answer.decision,
        choice=answer.choice,
        value=answer.value,
        reason=answer.reason,
        waited_s=round(answered.waited_s, 3),
    )


def _tokens(usage: Usage) -> ReportTokens:
    return ReportTokens(
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_input_tokens,
        usage.cache_creation_input_tokens,
        usage.total_tokens,
        "estimated" if usage.is_estimated else "measured",
    )


def _cost(cost: Cost) -> ReportCost:
    precision: Precision = "estimated" if cost.is_estimated else "measured"
    return ReportCost(cost.nano_usd, cost.usd, cost.unpriced_calls, precision)


def _agent(card: AgentCard, now: float) -> ReportAgent:
    return ReportAgent(
        agent_id=card.agent_id,
        name=card.name,
        lens=card.lens,
        skill=card.skill,
        model=card.model,
        state=card.state,
        failure=card.failure,
        reason=card.reason,
        summary=card.summary,
        is_evidence_only=card.is_evidence_only,
        turns=card.turns_done,
        lost_attempts=card.lost_attempts,
        findings=card.findings,
        unverified=card.unverified,
        tokens=_tokens(card.usage),
        cost=_cost(card.cost),
        elapsed_s=round(card.elapsed_s(now), 3),
    )


def _gates(view: RunView) -> tuple[ReportGate, ...]:
    names = {agent_id: card.name for agent_id, card in view.agents.items()}
    return tuple(
        ReportGate(
            gate=result.gate,
            agent=names.get(agent_id, str(agent_id)) if agent_id is not None else "",
            lens=result.lens,
            verdict=result.verdict,
            in_scope=result.in_scope,
            analysed=result.analysed,
            unit=result.unit,
            findings=result.findings_count,
            # The journal keeps a gate's findings as reported ones, not with the gate.
            shown=min(result.findings_count, result.cap or result.findings_count),
            skipped=result.skipped,
            skipped_count=result.skipped_count,
            reason=result.reason,
            tool=result.tool,
            sandbox=result.sandbox,
            elapsed_s=result.elapsed_s,
        )
        for agent_id, result in view.gates
    )


def _finding(merged: MergedFinding, dispositions: Mapping[str, Disposition]) -> ReportFinding:
    found = merged.finding
    made = dispositions.get(found.fingerprint) if found.fingerprint else None
    decision: Decision = "open"
    if made is not None and made.decision != "reopened":
        decision = made.decision
    return ReportFinding(
        rule=found.rule,
        lens=found.lens,
        path=found.path,
        line=found.line,
        symbol=found.symbol,
        severity=found.severity,
        message=found.message,
        quote=found.quote,
        quote_state=found.quote_state,
        suggestion=found.suggestion,
        fingerprint=found.fingerprint,
        is_changed=found.is_changed,
        source=found.source,
        reporters=merged.reporters,
        agreement=merged.agreement,
        agents_total=merged.agents_total,
        severities=merged.severities,
        is_disputed=merged.is_disputed,
        decision=decision,
        decision_reason=made.reason if made is not None else "",
    )
