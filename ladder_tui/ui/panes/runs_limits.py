"""Limits of a running run, or of one of its steps or agents, typed on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ladder_tui.domain.run import RunLimits, RunSummary
from ladder_tui.errors import UsageError
from ladder_tui.ui import format as form
from ladder_tui.ui.screens.ask import Ask
from ladder_tui.ui.text import clean_line

if TYPE_CHECKING:
    from ladder_tui.ui.host import Host

_NAMES = ("usd", "tokens", "parallel")
_UNITS = {"k": 1_000, "m": 1_000_000}
_HOW = "usd=3.50 tokens=200k parallel=8"


def ask_limits(ladder: Host, run: RunSummary, limits: RunLimits, scope: str) -> None:
    """Ask for new limits, say which are in force, and send them."""

    def send(text: str) -> None:
        def set_them() -> None:
            wanted = parse_limits(text)
            ladder.workbench.runs.set_limits(run.run_id, wanted, scope)
            ladder.say(f"#{run.number}{of}: new limits, {limits_text(wanted)}")

        ladder.attempt(set_them)

    of = f" {clean_line(scope)}" if scope else ""
    spent = f"spent {form.money(run.cost, has_sign=True)}, "
    spent += f"{form.tokens(run.usage.total_tokens, is_estimated=run.usage.is_estimated)} tokens"
    lines = [
        f"Limits of #{run.number}{of} now: {limits_text(limits)}.",
        f"The run has {spent}.",
        "What you leave out stays as it is.",
    ]
    ladder.push_screen(Ask("limits", lines, _HOW, send))


def limits_text(limits: RunLimits) -> str:
    """Limits as people read them."""
    parts = []
    if limits.usd is not None:
        parts.append(f"${limits.usd:,.2f}")
    if limits.tokens is not None:
        parts.append(f"{form.count(limits.tokens)} tokens")
    if limits.max_parallel is not None:
        parts.append(f"{limits.max_parallel} at once")
    return ", ".join(parts) or "none of its own"


def parse_limits(text: str) -> RunLimits:
    """Limits from ``usd=3.50 tokens=200k parallel=8``. Raises UsageError."""
    found: dict[str, float] = {}
    for word in text.lower().replace(",", " ").replace("$", "").split():
        name, equals, value = word.partition("=")
        if not equals:
            name, value = "usd", name
        if name not in _NAMES:
            raise _wrong(word, f"{name!r} is none of {', '.join(_NAMES)}")
        found[name] = _number(word, value)
    tokens, parallel = found.get("tokens"), found.get("parallel")
    return RunLimits(
        usd=found.get("usd"),
        tokens=None if tokens is None else int(tokens),
        max_parallel=None if parallel is None else int(parallel),
    )


def _number(word: str, value: str) -> float:
    unit = _UNITS.get(value[-1:], 1)
    digits = value[:-1] if unit != 1 else value
    try:
        number = float(digits) * unit
    except ValueError:
        raise _wrong(word, f"{value!r} is no number") from None
    if not 0 < number < 1e15:
        raise _wrong(word, "a limit is more than 0")
    return number


def _wrong(word: str, why: str) -> UsageError:
    what = f"the limit {clean_line(word)!r} is not understood"
    return UsageError(what, why=why, next_step=f"write {_HOW}")
