"""Steps, answers and output of a run as Markdown."""

from __future__ import annotations

from typing import Any

import msgspec

from ladder_tui.insight.report_document import Report
from ladder_tui.insight.report_escape import block, cell_code, prose, text

OUTPUT_LIMIT = 60_000
"""Characters of the output; the JSON form has it whole."""
CELL = 160


def output_part(report: Report) -> list[str]:
    """What a workflow gave that is no review."""
    if report.output is None or report.is_review:
        return []
    value = report.output
    is_text = isinstance(value, str)
    whole = value if is_text else _json(value)
    cut = whole[:OUTPUT_LIMIT]
    tail = [f"… {len(whole) - len(cut):,} more characters"] if len(whole) > len(cut) else []
    return ["## Output", block(cut, "" if is_text else "json"), *tail]


def step_part(report: Report) -> list[str]:
    """One row per step; nothing for a run that only reviews."""
    if not report.steps or report.is_review:
        return []
    rows = [
        "| step | kind | state | tokens | time | gave |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for step in report.steps:
        gave = prose(step.reason, CELL) if step.reason else _brief(step.output)
        rows.append(
            f"| {text(step.step_id)} | {text(step.kind)} | {text(step.state)}"
            f" | {step.tokens.total:,} | {step.elapsed_s:.1f} s | {gave} |"
        )
    return ["## Steps", "\n".join(rows)]


def answer_part(report: Report) -> list[str]:
    """What people were asked, and said."""
    if not report.answers:
        return []
    rows = []
    for answer in report.answers:
        said = answer.choice or ("" if answer.value is None else _json(answer.value))
        parts = [answer.decision, said, answer.reason]
        told = ": ".join(prose(part, 400) for part in parts if part)
        rows.append(f"* {text(answer.question_id)}: {prose(answer.text, 400)} **{told}**")
    return ["## Answers", "\n".join(rows)]


def _brief(value: Any) -> str:
    if value in (None, {}, []):
        return ""
    return cell_code(value if isinstance(value, str) else msgspec.json.encode(value).decode(), CELL)


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
