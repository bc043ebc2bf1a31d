"""What an item of a transcript looks like: pure functions from items to styled lines."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from rich.style import Style

from ladder_tui.domain.tool_call import told_inputs
from ladder_tui.projections.transcript_item import (
    EndItem,
    EvidenceItem,
    FindingItem,
    Item,
    NoteItem,
    RejectionItem,
    RetryItem,
    TextItem,
    ToolItem,
    TurnItem,
)
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, clean_lines, fit_path, wrap
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Piece

DrawnLine = list[Piece]

FOLDED_LINES = 3
"""Lines of a tool result or of reasoning that a fold leaves."""
FOLDED_TEXT_LINES = 30
"""Lines of an answer that a fold leaves."""
OPEN_LINES = 5_000
"""Lines drawn of one opened item; the rest is counted."""


class Brush(NamedTuple):
    """How to draw: width in cells, styles, glyphs."""

    cells: int
    look: Styles
    glyphs: Glyphs


def signature(item: Item) -> tuple[Any, ...]:
    """Changes when an item, which is changed in place, has to be drawn again."""
    match item:
        case TurnItem():
            return (item.state, item.attempt, item.cost.nano_usd, item.usage.total_tokens)
        case ToolItem():
            return (item.state, len(item.output), item.elapsed_s)
        case EvidenceItem():
            return (item.result is None,)
        case RejectionItem():
            return item.problems
        case FindingItem():
            return (id(item.finding),)
        case _:
            return ()


def draw_item(item: Item, brush: Brush, *, is_open: bool) -> list[DrawnLine]:
    """The lines of an item; a folded one says how many lines it hides."""
    match item:
        case TurnItem():
            return _turn(item, brush)
        case TextItem():
            return _text(item, brush, is_open=is_open)
        case ToolItem():
            return _tool(item, brush, is_open=is_open)
        case RetryItem():
            return _retry(item, brush)
        case RejectionItem():
            return _rejection(item, brush)
        case EvidenceItem():
            return _evidence(item, brush)
        case FindingItem():
            return _finding(item, brush)
        case NoteItem():
            return flow(f"{brush.glyphs.dot} {clean_line(item.text)}", brush, brush.look.muted)
        case EndItem():
            return _end(item, brush)


def is_foldable(item: Item) -> bool:
    """True for items that ``enter`` opens and folds."""
    return isinstance(item, (ToolItem, TextItem))


def folded_text(item: Item) -> str:
    """What a fold may hide: the result of a tool, or a long text."""
    match item:
        case ToolItem():
            return item.output
        case TextItem():
            return item.text
        case _:
            return ""


def flow(text: str, brush: Brush, style: Style, indent: int = 0) -> list[DrawnLine]:
    """Clean text wrapped into lines."""
    cells = max(10, brush.cells - indent)
    space = " " * indent
    return [[(space + part, style)] for line in clean_lines(text) for part in wrap(line, cells)]


def fold(lines: list[DrawnLine], keep: int, brush: Brush, *, is_open: bool) -> list[DrawnLine]:
    """The lines, or their beginning and how many more there are."""
    limit = OPEN_LINES if is_open else keep
    if len(lines) <= limit + (0 if is_open else 1):
        return lines
    hidden = len(lines) - limit
    how = "not shown" if is_open else "enter"
    tail = (f"  {brush.glyphs.ellipsis} {hidden:,} more, {how}", brush.look.muted)
    return [*lines[:limit], [tail]]


def _turn(item: TurnItem, brush: Brush) -> list[DrawnLine]:
    look = brush.look
    line: DrawnLine = [(f"turn {item.turn}", look.heading)]
    if item.attempt > 1:
        line.append((f"  attempt {item.attempt}", look.warning))
    if item.state == "done":
        usage = item.usage
        line.append(("  " + form.money(item.cost, has_sign=True), look.money))
        sent = form.tokens(usage.context_tokens, is_estimated=usage.is_estimated)
        line.append((f"  {sent} in", look.muted))
        if usage.cache_read_input_tokens:
            line.append((f" ({form.count(usage.cache_read_input_tokens)} cached)", look.muted))
        line.append((f"  {form.count(usage.output_tokens)} out", look.muted))
        line.append((f"  {form.elapsed(item.elapsed_s)}", look.muted))
        if item.stop_reason in ("max_tokens", "refusal"):
            line.append((f"  {item.stop_reason}", look.warning))
    elif item.state == "running":
        line.append((f"  ~{form.count(item.input_tokens_estimate)} in", look.muted))
    else:
        style = look.error if item.state == "lost" else look.muted
        line.append(("  from the ledger, $0" if item.state == "reused" else "  lost", style))
    return [[], line]


def _text(item: TextItem, brush: Brush, *, is_open: bool) -> list[DrawnLine]:
    if item.kind == "thinking":
        style = brush.look.muted + Style(italic=True)
        lines = flow(item.text.strip(), brush, style, indent=2)
        return fold(lines, FOLDED_LINES, brush, is_open=is_open)
    if item.kind == "person":
        head: DrawnLine = [(f"{brush.glyphs.cursor} you", brush.look.focus)]
        return [[], head, *flow(item.text.strip(), brush, brush.look.strong, indent=2)]
    lines = flow(pretty(item.text.strip()), brush, brush.look.plain)
    return fold(lines, FOLDED_TEXT_LINES, brush, is_open=is_open)


def pretty(text: str) -> str:
    """JSON on several lines; anything else unchanged."""
    if not text.startswith("{") or not text.endswith("}"):
        return text
    try:
        return msgspec.json.format(text, indent=2)
    except msgspec.DecodeError:
        return text


def _tool(item: ToolItem, brush: Brush, *, is_open: bool) -> list[DrawnLine]:
    look, glyphs = brush.look, brush.glyphs
    style = {"error": look.error, "stopped": look.warning, "running": look.running}.get(
        item.state, look.plain
    )
    arrow = glyphs.opened if is_open else glyphs.closed
    head: DrawnLine = [(f"{arrow} {clean_line(item.tool)}", look.strong)]
    head.append((" " + call_text(item.input), look.plain))
    if item.state in ("done", "error"):
        head.append((f"  {form.elapsed(item.elapsed_s)}", look.muted))
        if not item.output.startswith(item.summary):
            head.append((f"  {clean_line(item.summary)}", style))
    else:
        head.append((f"  {item.state}", style))
    if item.is_truncated:
        head.append(("  cut", look.warning))
    if not item.output:
        return [head]
    body_style = look.error if item.state == "error" else look.muted
    lines = flow(item.output.rstrip("\n"), brush, body_style, indent=2)
    return [head, *fold(lines, FOLDED_LINES, brush, is_open=is_open)]


def call_text(values: dict[str, Any]) -> str:
    """The arguments of a call on one line; paths plain, other texts quoted."""
    parts = []
    for key, value in told_inputs(values):
        text = clean_line(value if isinstance(value, str) else msgspec.json.encode(value).decode())
        parts.append(f'"{text}"' if key in ("pattern", "query") else text)
    return " ".join(parts)


def _retry(item: RetryItem, brush: Brush) -> list[DrawnLine]:
    look = brush.look
    status = f" {item.http_status}" if item.http_status else ""
    kind = clean_line(item.kind).replace("_", " ")
    head = f"{brush.glyphs.failed} attempt {item.attempt} lost: {kind}{status}"
    after = "no retry" if item.retry_in_s is None else f"again in {item.retry_in_s:.0f} s"
    line: DrawnLine = [(head, look.error), (f"  {after}", look.muted)]
    if item.usage.total_tokens or item.cost.nano_usd:
        paid = f"  paid {form.money(item.cost, has_sign=True)}"
        line.append((paid, look.money))
    return [line, *flow(item.message, brush, look.muted, indent=2)[:4]]


def _rejection(item: RejectionItem, brush: Brush) -> list[DrawnLine]:
    count = form.plural(len(item.problems), "problem")
    head: DrawnLine = [
        (f"{brush.glyphs.degraded} the output missed its schema, {count}", brush.look.warning)
    ]
    lines = [line for p in item.problems for line in flow(p, brush, brush.look.muted, indent=2)]
    return [head, *lines[:12]]


def _evidence(item: EvidenceItem, brush: Brush) -> list[DrawnLine]:
    look, glyphs = brush.look, brush.glyphs
    name = clean_line(item.gate)
    result = item.result
    if result is None:
        return [[(f"{glyphs.running} ", look.running), (f"{name}  running", look.plain)]]
    glyph, style = {
        "pass": (glyphs.done, look.success),
        "fail": (glyphs.failed, look.error),
        "degraded": (glyphs.degraded, look.warning),
        "error": (glyphs.failed, look.error),
    }[result.verdict]
    found = form.plural(result.findings_count, "finding")
    line: DrawnLine = [
        (f"{glyph} ", style),
        (f"{name}  ", look.strong),
        (f"{result.analysed}/{result.in_scope} {result.unit}  {found}", look.plain),
        (f"  {form.elapsed(result.elapsed_s)}", look.muted),
    ]
    if result.verdict in ("degraded", "error") and result.reason:
        return [line, *flow(result.reason, brush, style, indent=2)[:4]]
    return [line]


def _finding(item: FindingItem, brush: Brush) -> list[DrawnLine]:
    look, found = brush.look, item.finding
    letter, style = severity_mark(found.severity, look)
    place = fit_path(clean_line(found.path), 40, brush.glyphs.ellipsis)
    line: DrawnLine = [
        (f"{letter} ", style),
        (f"{clean_line(found.rule)} ", look.strong),
        (f"{place}:{found.line}", look.accent),
    ]
    if found.quote_state == "unverified":
        line.append((f"  {brush.glyphs.degraded} quote not found", look.warning))
    return [line, *flow(found.message, brush, look.plain, indent=2)[:6]]


def severity_mark(severity: str, look: Styles) -> tuple[str, Style]:
    """``C H M L`` and the style of a severity."""
    style = {"critical": look.error, "high": look.error, "medium": look.warning}
    return severity[:1].upper(), style.get(severity, look.muted)


def _end(item: EndItem, brush: Brush) -> list[DrawnLine]:
    look, glyphs = brush.look, brush.glyphs
    glyph, style = {
        "done": (glyphs.done, look.success),
        "cancelled": (glyphs.cancelled, look.muted),
    }.get(item.state, (glyphs.failed, look.error))
    line: DrawnLine = [
        (f"{glyph} {item.state}", style),
        (f"  {form.plural(item.findings, 'finding')}", look.plain),
    ]
    if item.unverified:
        line.append((f", {item.unverified} unverified", look.warning))
    line.append((f"  {form.age(item.elapsed_s)}", look.muted))
    lines: list[DrawnLine] = [[], line]
    if item.reason:
        lines += flow(item.reason, brush, style, indent=2)
    if item.summary:
        lines += flow(item.summary, brush, look.plain, indent=2)
    if item.is_evidence_only:
        note = "The model wrote the summary only; the findings are those of the evidence tools."
        lines += flow(note, brush, look.muted, indent=2)
    return lines
