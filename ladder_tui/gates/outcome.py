"""From what a tool said to a result: caps, quotes, fingerprints, and the verdict.

The rule that every verdict follows: a gate that did not look is not green. ``pass`` needs
``analysed == in_scope > 0`` and no finding.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence

import msgspec

from ladder_tui.domain.finding import Finding, Severity
from ladder_tui.domain.verdict import GateResult, GateVerdict, Skip
from ladder_tui.errors import ProcessError
from ladder_tui.gates.fingerprint import stamp
from ladder_tui.gates.gate import Gate, GateError, Scope
from ladder_tui.gates.printable import clean
from ladder_tui.gates.scope import Selection
from ladder_tui.gates.severity import rank_of
from ladder_tui.gates.source import SourceCache

CAP = 200
"""Findings, and skipped files, that a result carries; the counts tell about the others."""

NOUNS = {
    "python": "Python",
    "product": "Python",
    "module": "Python",
    "test": "test",
    "prose": "text",
}
QUOTE_LIMIT = 200
MESSAGE_LIMIT = 400


class RawFinding(msgspec.Struct, frozen=True):
    """What a tool said about a place; quote, symbol and fingerprint are ours to add."""

    rule: str
    path: str
    line: int
    severity: Severity
    message: str
    suggestion: str = ""


class Counted(msgspec.Struct, frozen=True):
    """What was looked at where that is not files."""

    unit: str
    in_scope: int
    analysed: int


class Observation(msgspec.Struct, frozen=True):
    """All that one run of a tool told."""

    findings: Sequence[RawFinding] = ()
    total: int | None = None
    """Findings of the tool when that is more than ``findings``."""
    skipped: Sequence[Skip] = ()
    """Files that the tool could not analyse."""
    notes: Sequence[str] = ()
    """Shown with the verdict, for example how many findings comments in the code suppress."""
    gaps: Sequence[str] = ()
    """What was not looked at and belongs to no single file; makes a pass degraded."""
    command: tuple[str, ...] = ()
    sandbox: str = ""
    counted: Counted | None = None


async def observe(
    gate: Gate, scope: Scope, selection: Selection, look: Callable[[], Awaitable[Observation]]
) -> GateResult:
    """Run ``look`` over a selection and return the result of the gate, also when it fails."""
    started = time.perf_counter()
    try:
        seen = await look() if selection.files else Observation()
        result = await asyncio.to_thread(_conclude, gate, scope, selection, seen)
    except (GateError, ProcessError) as error:
        result = failure(gate, selection, error)
    except Exception as error:  # noqa: BLE001
        # Whatever goes wrong in a gate must not take the run down, and must never look green.
        what = GateError(f"{gate.name} failed: {type(error).__name__}", why=str(error))
        result = failure(gate, selection, what)
    return msgspec.structs.replace(result, elapsed_s=round(time.perf_counter() - started, 4))


def failure(gate: Gate, selection: Selection, error: GateError | ProcessError) -> GateResult:
    """Return the result of a gate that could not look."""
    why = f": {error.why}" if error.why else ""
    return GateResult(
        gate.name,
        gate.lens,
        "error",
        selection.in_scope,
        0,
        cap=CAP,
        skipped=selection.skipped[:CAP],
        skipped_count=len(selection.skipped),
        reason=clean(f"{error.what}{why}", MESSAGE_LIMIT),
        tool=gate.version,
    )


def _conclude(gate: Gate, scope: Scope, selection: Selection, seen: Observation) -> GateResult:
    by_path = {skip.path: skip for skip in (*selection.skipped, *seen.skipped)}
    skipped = [by_path[path] for path in sorted(by_path)]
    total = len(seen.findings) if seen.total is None else seen.total
    count = seen.counted or Counted(
        "files", selection.in_scope, len(set(selection.files) - by_path.keys())
    )
    return GateResult(
        gate.name,
        gate.lens,
        verdict_of(count, total, is_partial=bool(seen.gaps)),
        count.in_scope,
        count.analysed,
        findings=complete(spread(seen.findings, CAP), gate, scope),
        findings_count=total,
        cap=CAP,
        skipped=tuple(skipped[:CAP]),
        skipped_count=len(skipped),
        unit=count.unit,
        reason=_reason(selection, skipped, seen, total),
        tool=gate.version,
        command=seen.command,
        sandbox=seen.sandbox,
    )


def verdict_of(count: Counted, findings: int, *, is_partial: bool) -> GateVerdict:
    """Return the verdict of a gate that ran; ``is_partial`` where it could not see everything."""
    if findings:
        return "fail"
    is_whole = count.analysed == count.in_scope > 0 and not is_partial
    return "pass" if is_whole else "degraded"


def spread(findings: Sequence[RawFinding], cap: int) -> list[RawFinding]:
    """Return at most ``cap`` findings: worst first, then taking turns over the files.

    Within a file and severity the order is that of the lines, so what is kept is a prefix, and
    the numbering of equal findings does not depend on the cap.
    """
    turns: defaultdict[tuple[int, str], int] = defaultdict(int)
    keyed: list[tuple[tuple[int, int, str], RawFinding]] = []
    for found in sorted(findings, key=lambda f: (f.path, f.line, f.rule, f.message)):
        rank = rank_of(found.severity)
        keyed.append(((rank, turns[rank, found.path], found.path), found))
        turns[rank, found.path] += 1
    keyed.sort(key=lambda pair: pair[0])
    return [found for _, found in keyed[:cap]]


def complete(findings: Iterable[RawFinding], gate: Gate, scope: Scope) -> tuple[Finding, ...]:
    """Return findings with quote, symbol, fingerprint, and whether their line was changed."""
    sources = SourceCache(scope.root)
    done = []
    for raw in findings:
        line = min(max(raw.line, 1), max(len(sources.lines(raw.path)), 1))
        quote = clean(sources.line(raw.path, line), QUOTE_LIMIT)
        changed = (scope.changed or {}).get(raw.path, frozenset())
        done.append(
            Finding(
                raw.rule,
                gate.lens,
                raw.path,
                line,
                raw.severity,
                clean(raw.message, MESSAGE_LIMIT),
                gate.name,
                "evidence",
                symbol=sources.symbol(raw.path, line),
                quote=quote,
                suggestion=clean(raw.suggestion, MESSAGE_LIMIT),
                is_changed=line in changed,
            )
        )
    return stamp(done, renames=scope.renames)


def _reason(selection: Selection, skipped: Sequence[Skip], seen: Observation, total: int) -> str:
    parts = []
    if total:
        parts.append(f"{total:,} {'finding' if total == 1 else 'findings'}")
    if not selection.in_scope:
        parts.append(f"no {NOUNS[selection.kind]} files in scope")
    if skipped:
        parts.append(f"{len(skipped):,} not analysed ({_common_reasons(skipped)})")
    return "; ".join([*parts, *seen.gaps, *seen.notes])


def _common_reasons(skipped: Sequence[Skip]) -> str:
    counts: defaultdict[str, int] = defaultdict(int)
    for skip in skipped:
        counts[skip.reason.split(":")[0]] += 1
    common = sorted(counts, key=lambda reason: (-counts[reason], reason))[:3]
    return ", ".join(clean(reason, 60) for reason in common)
