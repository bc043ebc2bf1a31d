"""A preflight as lines: agents, scope, needs, notes, and what ``enter`` will do. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ladder_tui.domain.estimate import Estimate, Quantiles
from ladder_tui.domain.problem import Problem
from ladder_tui.domain.usage import NANO
from ladder_tui.errors import LadderError
from ladder_tui.ui import format as form
from ladder_tui.ui.glyphs import Glyphs
from ladder_tui.ui.text import clean_line, wrap
from ladder_tui.ui.theme import Styles
from ladder_tui.ui.widgets.line import Line

if TYPE_CHECKING:
    from ladder_tui.workbench.option import Preflight

START = "app.perform('open')"
ROWS = 6
"""Lines under the heading; always as many, so that nothing jumps."""


@dataclass(frozen=True)
class PlanState:
    """Where the preflight of the form stands."""

    plan: Preflight | None = None
    """The newest one; not for the values of the form while ``is_pending``."""
    problems: tuple[Problem, ...] = ()
    error: LadderError | None = None
    is_pending: bool = False
    waited_s: float = 0.0
    """Since it was asked for; 0 under 100 ms."""
    is_starting: bool = False
    confirm_usd: float = 0.5

    @property
    def can_start(self) -> bool:
        """True when nothing speaks against a start."""
        return not self.problems and self.error is None


def preflight_lines(state: PlanState, cells: int, glyphs: Glyphs, look: Styles) -> list[Line]:
    """Heading and ``ROWS`` lines."""
    if state.error is not None:
        body = _error_lines(state.error, cells, glyphs, look)
    elif state.problems:
        body = _problem_lines(state.problems, cells, glyphs, look)
    elif state.plan is None:
        body = []
    else:
        body = _plan_lines(state.plan, state, cells, glyphs, look)
    body = [*body[:ROWS], *(Line() for _ in range(ROWS - len(body)))]
    return [_heading(state, cells, glyphs, look), *body]


def money(estimate: Estimate, provider: str) -> str:
    """The estimated price with its mark: p10 to p90, ``$?`` unpriced, or ``$0`` and why."""
    cost = estimate.nano_usd
    if not estimate.is_priced:
        return "$? (no known price)"
    if cost.p90 == 0:
        return "$0, local" if provider == "local" else "$0"
    low, high = form.amount(cost.p10), form.amount(cost.p90)
    return f"~${low}" if low == high else f"~${low}–{high}"


def wall_time(estimate: Estimate) -> str:
    """The estimated wall time in parallel and in sequence, or that nobody can say yet."""
    in_turn = estimate.sequential_seconds
    if estimate.seconds is None and in_turn is None:
        return "no history of time yet"
    if estimate.seconds is None:
        return f"~{form.age(in_turn or 0)} of agents' time"
    if in_turn is None or estimate.agents < 2:
        return f"~{form.age(estimate.seconds)} of wall time"
    return f"~{form.age(estimate.seconds)} (sequential ~{form.age(in_turn)})"


def budget_share(plan: Preflight) -> str:
    """What the run leaves of its budget, or what part of it; empty without a budget."""
    usd, tokens = plan.limits.usd, plan.limits.tokens
    if usd is not None and plan.estimate.is_priced and plan.estimate.nano_usd.p90:
        return _share(plan.estimate.nano_usd, round(usd * NANO), f"${usd:.2f}")
    if tokens is not None:
        return _share(plan.estimate.tokens, tokens, f"{form.count(tokens)} tokens")
    return ""


def _share(needs: Quantiles, budget: int, shown: str) -> str:
    if needs.p90 > budget:
        return f"may not fit {shown} (~{form.percent(needs.p90, budget)})"
    return f"~{form.percent(needs.p50, budget)} of {shown}"


def _heading(state: PlanState, cells: int, glyphs: Glyphs, look: Styles) -> Line:
    rule = "-" if glyphs.is_ascii else "─"
    line = Line(glyphs.ellipsis).add(f"{rule} ", look.rule).add("preflight", look.strong)
    line.add(" ", look.rule)
    note, style = "", look.muted
    if state.is_starting:
        note, style = "starting the runner", look.running
    elif state.is_pending and state.waited_s:
        spinner = glyphs.spinner[int(state.waited_s * 10) % len(glyphs.spinner)]
        tail = f" {form.age(state.waited_s)}" if state.waited_s >= 1 else ""
        note, style = f"{spinner} looking{tail}", look.running
    elif not state.can_start:
        count = max(1, len(state.problems))
        note, style = f"{glyphs.failed} {form.plural(count, 'problem')}", look.error
    elif state.plan is not None:
        note = clean_line(state.plan.estimate.basis)
    line.add(rule * max(0, cells - line.cells - len(note) - 4), look.rule)
    if note:
        line.add(f" {note} ", style).add(rule * 2, look.rule)
    return line


def models_text(plan: Preflight) -> str:
    """The models of its agents: one, or each with how many."""
    used = Counter(agent.model for agent in plan.agents)
    if len(used) < 2:
        return next(iter(used), plan.model.label)
    return ", ".join(f"{model} ({number})" for model, number in used.most_common())


def _plan_lines(
    plan: Preflight, state: PlanState, cells: int, glyphs: Glyphs, look: Styles
) -> list[Line]:
    estimate = plan.estimate
    names = " ".join(clean_line(agent.name) for agent in plan.agents)
    tokens = estimate.tokens.p50

    def labelled(label: str) -> Line:
        return Line(glyphs.ellipsis).add(f" {label:<9} ", look.muted)

    agents = labelled("agents").add(f"{len(plan.agents)}  ", look.strong).add(names, look.plain)
    if plan.inside:
        agents.add(f"   {form.plural(len(plan.inside), 'command')} in the sandbox", look.muted)
    lines = [
        agents,
        labelled("looks at").add(_scope(plan), look.plain).add("   with  ", look.muted),
    ]
    lines[1].add(clean_line(models_text(plan)), look.plain)
    needs = labelled("needs").add(f"~{form.count(tokens)} tokens", look.estimate)
    price = money(estimate, plan.model.provider)
    needs.add("   ", look.plain).add(price, look.money if estimate.is_priced else look.warning)
    needs.add("   ", look.plain).add(wall_time(estimate), look.plain)
    lines.append(needs.add("   ", look.plain).add(budget_share(plan), look.plain))
    if plan.outside:
        what = clean_line("; ".join(plan.outside))
        text = f"the sandbox, {form.plural(len(plan.outside), 'command')}: {what}"
        lines.append(labelled("outside").add(text, look.warning))
    if plan.asks:
        asks = labelled("asks you").add(f"at {clean_line(', '.join(plan.asks))}", look.plain)
        lines.append(asks)
    if plan.variants and len(lines) < ROWS - 1:  # what is dangerous or waits for you goes first
        lines.append(_variant_line(plan, labelled("cheaper"), look))
    notes = wrap(clean_line("; ".join(plan.notes)), max(10, cells - 12)) if plan.notes else []
    for index, text in enumerate(notes[: ROWS - 1 - len(lines)]):
        lines.append(labelled("" if index else "note").add(text, look.muted))
    return [*lines, *(Line() for _ in range(ROWS - 1 - len(lines))), _start_line(plan, state, look)]


def _variant_line(plan: Preflight, line: Line, look: Styles) -> Line:
    for index, variant in enumerate(plan.variants):
        line.add("   " if index else "", look.plain).add(f"{clean_line(variant.name)} ", look.plain)
        line.add(money(variant.estimate, ""), look.money)
    return line


def _scope(plan: Preflight) -> str:
    files = form.plural(plan.files, "file")
    if not plan.base_commit:
        return f"{files}; everything, without a base"
    changed = form.plural(plan.changed_files, "changed file")
    return f"{files}; {changed} since {clean_line(plan.base_commit)[:10]} first"


def _start_line(plan: Preflight, state: PlanState, look: Styles) -> Line:
    line = Line().add(" ", look.plain).add("enter", look.key, START)
    line.add(" starts", look.strong, START)
    if not plan.needs_confirm:
        return line
    if not plan.estimate.is_priced:
        return line.add(", and asks first: the price is unknown", look.warning, START)
    over = f"{state.confirm_usd:.2f}"
    return line.add(f", and asks first: it may cost over ${over}", look.warning, START)


def _problem_lines(
    problems: Sequence[Problem], cells: int, glyphs: Glyphs, look: Styles
) -> list[Line]:
    lines = []
    for problem in problems:
        style = look.error if problem.level == "error" else look.warning
        mark = glyphs.failed if problem.level == "error" else glyphs.degraded
        where = clean_line(problem.path) + (f":{problem.line}" if problem.line else "")
        line = Line(glyphs.ellipsis).add(f" {mark} ", style).add(f"{problem.rule} ", look.strong)
        line.add(f"{where.removeprefix('inputs.')}: ", look.muted)
        line.add(clean_line(problem.message), look.plain)
        lines.append(line)
        if problem.fix:
            text = f"      next: {clean_line(problem.fix)}"
            lines += [Line(glyphs.ellipsis).add(part, look.muted) for part in wrap(text, cells)]
    if len(lines) > ROWS:
        lines = lines[: ROWS - 1]
        lines.append(Line().add("   more at the fields and in the file", look.muted))
    return lines


def _error_lines(error: LadderError, cells: int, glyphs: Glyphs, look: Styles) -> list[Line]:
    lines = [Line(glyphs.ellipsis).add(f" {glyphs.failed} {clean_line(error.what)}", look.error)]
    for label, text in (("why", error.why), ("next", error.next_step)):
        for part in wrap(clean_line(f"{label}: {text}"), max(10, cells - 4)) if text else ():
            lines.append(Line(glyphs.ellipsis).add(f"   {part}", look.muted))  # noqa: PERF401
    return lines
