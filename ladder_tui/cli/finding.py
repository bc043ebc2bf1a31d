"""``ladder findings list``, ``dismiss`` and ``reopen``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ladder_tui.cli.ending import print_findings
from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import full, print_json
from ladder_tui.domain.finding import SEVERITIES, Disposition, MergedFinding
from ladder_tui.errors import UsageError
from ladder_tui.ui.format import plural

SMALLEST_PREFIX = 4
"""Characters of a fingerprint that a person has to give at least."""

_run_option = click.option(
    "--run", "run", default="last", metavar="RUN", show_default=True, help="Run to look in."
)


@click.command()
@click.argument("run", default="last")
@click.option("--lens", default="", metavar="NAME", help="Only findings of this lens.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only this severity or worse.")
@click.option("--changed", "is_changed", is_flag=True, help="Only findings on changed lines.")
@click.option("--dismissed", "is_dismissed", is_flag=True, help="Only dismissed findings.")
@json_option
def list_findings(
    run: str, lens: str, severity: str | None, is_changed: bool, is_dismissed: bool, is_json: bool
) -> None:
    """List the merged findings of RUN, worst first; dismissed ones are left out."""
    with open_front(is_reader=True) as front:
        summary = front.wb.runs.get(run)
        decided = front.wb.findings.dispositions()
        everything = front.wb.findings.of_run(summary.run_id)
        worst = SEVERITIES[: SEVERITIES.index(severity) + 1] if severity else SEVERITIES

        def is_shown(merged: MergedFinding) -> bool:
            finding = merged.finding
            return (
                lens in ("", finding.lens)
                and finding.severity in worst
                and (finding.is_changed or not is_changed)
                and _is_dismissed(decided, finding.fingerprint) == is_dismissed
            )

        findings = [merged for merged in everything if is_shown(merged)]
        if is_json:
            print_json({"run_id": summary.run_id, "findings": _described(findings, decided)})
            return
        if findings:
            print_findings(front.out, findings, has_fingerprints=True)
        left = len(everything) - len(findings)
        front.err.line(
            f"run #{summary.number}: {plural(len(findings), 'finding')}"
            + (f", {left} not shown" if left else "")
        )


@click.command()
@click.argument("fingerprint")
@click.option("--reason", required=True, metavar="TEXT", help="Why it does not matter.")
@_run_option
@json_option
def dismiss_finding(fingerprint: str, reason: str, run: str, is_json: bool) -> None:
    """Dismiss the finding with FINGERPRINT, or the beginning of it, in this and later runs."""
    with open_front() as front:
        whole, run_id = _resolve(front, fingerprint, run)
        made = front.wb.findings.decide(whole, "dismissed", reason=reason, run_id=run_id)
        _report(front, made, is_json=is_json)


@click.command()
@click.argument("fingerprint")
@click.option("--reason", default="", metavar="TEXT", help="Why it matters after all.")
@_run_option
@json_option
def reopen_finding(fingerprint: str, reason: str, run: str, is_json: bool) -> None:
    """Take back the dismissal of the finding with FINGERPRINT, or the beginning of it."""
    with open_front() as front:
        whole, run_id = _resolve(front, fingerprint, run)
        if not _is_dismissed(front.wb.findings.dispositions(), whole):
            raise UsageError(
                f"{whole[:10]} is not dismissed", next_step="ladder findings list --dismissed"
            )
        made = front.wb.findings.decide(whole, "reopened", reason=reason, run_id=run_id)
        _report(front, made, is_json=is_json)


def _resolve(front: Front, prefix: str, run: str) -> tuple[str, str]:
    """The one fingerprint that begins so, in a run or among the decided, and the run's id."""
    if len(prefix) < SMALLEST_PREFIX:
        raise UsageError(f"give at least {SMALLEST_PREFIX} characters of the fingerprint")
    summary = front.wb.runs.get(run)
    known = {merged.finding.fingerprint for merged in front.wb.findings.of_run(summary.run_id)}
    known |= set(front.wb.findings.dispositions())
    found = sorted(fingerprint for fingerprint in known if fingerprint.startswith(prefix))
    if len(found) == 1:
        return found[0], summary.run_id
    if found:
        raise UsageError(
            f"{prefix} can mean {len(found)} findings",
            why=", ".join(name[:16] for name in found[:8]),
            next_step="give more characters",
        )
    raise UsageError(
        f"run #{summary.number} has no finding {prefix}",
        next_step="ladder findings list shows fingerprints; --run names another run",
    )


def _is_dismissed(decided: dict[str, Disposition], fingerprint: str) -> bool:
    made = decided.get(fingerprint)
    return made is not None and made.decision == "dismissed"


def _described(
    findings: Sequence[MergedFinding], decided: dict[str, Disposition]
) -> list[dict[str, Any]]:
    described = []
    for merged in findings:
        made = decided.get(merged.finding.fingerprint)
        described.append({**full(merged), "disposition": full(made)})
    return described


def _report(front: Front, made: Disposition, *, is_json: bool) -> None:
    if is_json:
        print_json({"disposition": full(made)})
    else:
        front.err.line(f"{made.fingerprint[:10]} {made.decision}")
