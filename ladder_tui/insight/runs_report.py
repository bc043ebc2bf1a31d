"""What ran since a moment, what is new in it, and what to do next.

Pure: the time is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ladder_tui.domain.finding import Disposition, MergedFinding, rank_key
from ladder_tui.domain.question import OpenQuestion
from ladder_tui.domain.run import RunSummary
from ladder_tui.domain.usage import Cost, Usage

SHOWN_NEW = 20
"""New findings that a report lists; the rest is counted."""
_RUNNING = frozenset({"queued", "running", "paused"})


class RunFacts(msgspec.Struct, frozen=True):
    """A run with its findings, and the number of the first run that reported each of them."""

    summary: RunSummary
    findings: Sequence[MergedFinding] = ()
    first_seen: Mapping[str, int] = {}


class ReportedRun(msgspec.Struct, frozen=True):
    """One run of the report."""

    summary: RunSummary
    elapsed_s: float | None
    """None while it has not ended."""
    new: int
    """Findings that no run before the report's time had."""
    known: int
    dismissed: int


class NewFinding(msgspec.Struct, frozen=True):
    """A finding that is new, with the first run of the report that found it."""

    number: int
    merged: MergedFinding


class NextStep(msgspec.Struct, frozen=True):
    """What a person should do, and the command for it."""

    what: str
    command: str


class RunsReport(msgspec.Struct, frozen=True):
    """What happened from ``since`` to ``until``, Unix seconds."""

    since: float
    until: float
    runs: tuple[ReportedRun, ...]
    """Oldest first."""
    triggers: dict[str, int]
    """Runs by what started them; empty text for a person."""
    usage: Usage
    cost: Cost
    new: tuple[NewFinding, ...]
    """Worst first, dismissed ones left out, at most ``SHOWN_NEW``."""
    new_total: int
    known_total: int
    dismissed_total: int
    """These three count each fingerprint once, however many runs found it."""
    questions: tuple[OpenQuestion, ...]
    """Those that wait, oldest first, however old."""
    next_steps: tuple[NextStep, ...]
    """In the order of their urgency; empty when nothing waits."""

    @property
    def verdicts(self) -> dict[str, int]:
        """Runs by verdict, or by state where they did not get as far as one."""
        found: dict[str, int] = {}
        for run in self.runs:
            name = outcome(run.summary)
            found[name] = found.get(name, 0) + 1
        return found


def is_reported(summary: RunSummary, since: float) -> bool:
    """Whether a run belongs into a report: it began, ended or went on since, or it waits."""
    if summary.questions or summary.state in _RUNNING:
        return True
    return max(summary.created_at, summary.finished_at or 0.0) >= since


def outcome(summary: RunSummary) -> str:
    """The verdict of a run that is done, else its state."""
    if summary.state == "done" and summary.verdict != "none":
        return summary.verdict
    return summary.state


def build_runs_report(
    facts: Iterable[RunFacts],
    dispositions: Mapping[str, Disposition],
    questions: Sequence[OpenQuestion] = (),
    *,
    since: float,
    until: float,
) -> RunsReport:
    """Report about ``facts``, runs for which ``is_reported`` holds, and ``questions`` that wait.

    ``dispositions`` are by fingerprint.
    """
    ordered = sorted(facts, key=lambda fact: fact.summary.number)
    begun = [f.summary.number for f in ordered if f.summary.created_at >= since]
    first_number = min(begun, default=0)
    dismissed = {f for f, made in dispositions.items() if made.decision == "dismissed"}
    seen: dict[str, str] = {}
    fresh: list[NewFinding] = []
    runs = []
    for fact in ordered:
        kinds = [_kind(m, fact, first_number, dismissed) for m in fact.findings]
        for merged, kind in zip(fact.findings, kinds, strict=True):
            if seen.setdefault(_identity(merged), kind) is kind and kind == "new":
                fresh.append(NewFinding(fact.summary.number, merged))
        runs.append(
            ReportedRun(
                fact.summary,
                _elapsed(fact.summary),
                new=kinds.count("new"),
                known=kinds.count("known"),
                dismissed=kinds.count("dismissed"),
            )
        )
    fresh = _once(fresh)
    counted = list(seen.values())
    return RunsReport(
        since=since,
        until=until,
        runs=tuple(runs),
        triggers=_triggers(ordered),
        usage=sum((f.summary.usage for f in ordered), Usage()),
        cost=sum((f.summary.cost for f in ordered), Cost()),
        new=tuple(sorted(fresh, key=lambda n: rank_key(n.merged))[:SHOWN_NEW]),
        new_total=len(fresh),
        known_total=counted.count("known"),
        dismissed_total=counted.count("dismissed"),
        questions=tuple(questions),
        next_steps=tuple(_next_steps(runs)),
    )


def _kind(merged: MergedFinding, fact: RunFacts, first_number: int, dismissed: set[str]) -> str:
    fingerprint = merged.finding.fingerprint
    if fingerprint in dismissed:
        return "dismissed"
    first = fact.first_seen.get(fingerprint, fact.summary.number)
    return "new" if first_number and first >= first_number else "known"


def _identity(merged: MergedFinding) -> str:
    f = merged.finding
    return f.fingerprint or f"{f.rule}\0{f.path}\0{f.line}\0{f.message}"


def _once(found: list[NewFinding]) -> list[NewFinding]:
    kept: dict[str, NewFinding] = {}
    for item in found:
        kept.setdefault(_identity(item.merged), item)
    return list(kept.values())


def _elapsed(summary: RunSummary) -> float | None:
    if summary.started_at is None or summary.finished_at is None:
        return None
    return summary.finished_at - summary.started_at


def _triggers(facts: Sequence[RunFacts]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for fact in facts:
        counts[fact.summary.trigger] = counts.get(fact.summary.trigger, 0) + 1
    return counts


def _next_steps(runs: Sequence[ReportedRun]) -> list[NextStep]:
    """Questions first, then what stopped half-way, then what failed, then what is only new."""
    ranked = [(_step_of(run), run.summary.number) for run in runs]
    wanted = [(found[0], -number, found[1]) for found, number in ranked if found is not None]
    return [step for _, _, step in sorted(wanted, key=lambda entry: entry[:2])]


def _step_of(run: ReportedRun) -> tuple[int, NextStep] | None:
    """The next step for a run with its urgency, the most urgent first; None where none is due."""
    summary = run.summary
    number, name = summary.number, f"{summary.workflow} #{summary.number}"
    if summary.questions:
        count = summary.questions
        waits = "a question waits" if count == 1 else f"{count} questions wait"
        return 0, NextStep(f"{name}: {waits} for your answer", f"ladder runs answer {number}")
    if summary.state == "interrupted":
        return 1, NextStep(f"{name} broke off; what is paid stays", f"ladder runs resume {number}")
    if summary.state == "budget":
        command = f"ladder runs resume {number} --budget-usd X"
        return 1, NextStep(f"{name} was stopped by its budget", command)
    if summary.state == "error":
        return 1, NextStep(f"{name} ended with an error", f"ladder runs show {number}")
    if summary.verdict in ("fail", "degraded"):
        command = f"ladder {'findings list' if run.new else 'runs show'} {number}"
        return 2 + (summary.verdict == "degraded"), NextStep(f"{name}: {summary.verdict}", command)
    if run.new:
        noun = "finding" if run.new == 1 else "findings"
        return 4, NextStep(f"{name}: {run.new} new {noun}", f"ladder findings list {number}")
    return None
