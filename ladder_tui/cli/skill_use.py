"""``ladder skills use``, ``where`` and ``listing``."""

from __future__ import annotations

import time

import click
import msgspec

from ladder_tui.cli.front import open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.terminal import Part, full, print_json
from ladder_tui.domain.skill_entry import ListingEntry, SkillStats
from ladder_tui.domain.usage import Cost
from ladder_tui.insight.skill_use import skill_rates
from ladder_tui.ui.format import count, money, percent, plural, tokens


@click.command()
@json_option
def use_of_skills(is_json: bool) -> None:
    """Show how often each skill was used here, how it went, and what a use costs."""
    with open_front(is_reader=True) as front:
        stats = dict(front.wb.skills.stats())
        for entry in front.wb.skills.entries():
            if entry.state != "hidden":
                stats.setdefault(entry.name, SkillStats())
        ordered = sorted(stats.items(), key=lambda item: (-item[1].uses, item[0]))
        if is_json:
            rows = [
                {"name": name, **full(each), "per_use": full(skill_rates(each))}
                for name, each in ordered
            ]
            print_json({"skills": rows})
            return
        front.out.table(
            ["skill", "uses", "success", "tokens/use", "$/use", "last run"],
            [_row(name, each) for name, each in ordered],
            right={1, 2, 3, 4},
        )
        unused = sum(not each.uses for each in stats.values())
        front.err.line(f"{plural(unused, 'skill')} of {len(stats):,} never used here")


@click.command()
@click.argument("skill")
@json_option
def where_used(skill: str, is_json: bool) -> None:
    """Show which workflows and which other skills use SKILL."""
    with open_front(is_reader=True) as front:
        name = front.wb.skills.entry(skill).name
        workflows = list(front.wb.skills.used_in(name))
        skills = [e.name for e in front.wb.skills.entries() if e.skill and name in e.skill.uses]
        if is_json:
            print_json({"skill": name, "workflows": workflows, "skills": sorted(set(skills))})
            return
        for workflow in workflows:
            front.out.line(f"workflow  {workflow}")
        for other in sorted(set(skills)):
            front.out.line(f"skill     {other}")
        if not workflows and not skills:
            front.err.line(f"nothing uses {name}: name it in a workflow step as `skill: {name}`")


@click.command()
@click.option(
    "--target",
    type=click.Choice(("spec", "claude-code")),
    default="claude-code",
    show_default=True,
    help="Who lists the skills.",
)
@json_option
def show_listing(target: str, is_json: bool) -> None:
    """Show what a target keeps of the listing of skills, and which entries vanish first."""
    with open_front(is_reader=True) as front:
        budget = front.wb.skills.listing(target)
        if is_json:
            print_json({"listing": full(budget)})
            return
        of_limit = f" of {budget.limit:,}" if budget.limit else ""
        front.err.line(f"{budget.target}: {budget.total:,} characters{of_limit}; {budget.basis}")
        cut = [e for e in budget.entries if e.kept < e.characters]
        if not cut:
            front.err.line(f"nothing is cut: {plural(len(budget.entries), 'entry', 'entries')}")
            return
        gone = sum(not e.kept for e in cut)
        front.out.table(
            ["skill", "characters", "kept", "file"], [_cut(e) for e in cut], right={1, 2}
        )
        front.err.line(
            f"{gone:,} vanish and {len(cut) - gone:,} are shortened; the first to vanish are"
            " those used least here"
        )


def _row(name: str, stats: SkillStats) -> list[Part]:
    if not stats.uses:
        return [name, ("never used", "dim"), "", "", "", ""]
    rates = skill_rates(stats)
    success = percent(stats.done, stats.ended)
    is_bad = rates.success is not None and rates.success < 0.5
    return [
        name,
        f"{stats.uses:,}",
        (success, "bad" if is_bad else ""),
        tokens(rates.tokens or 0, is_estimated=stats.usage.is_estimated),
        (money(_per_use(stats), has_sign=True), "money"),
        f"#{stats.last_runs[0][1]}, " + time.strftime("%Y-%m-%d", time.localtime(stats.last_at))
        if stats.last_runs
        else "",
    ]


def _per_use(stats: SkillStats) -> Cost:
    """The cost of one use with the marks of the whole."""
    return msgspec.structs.replace(stats.cost, nano_usd=round(stats.cost.nano_usd / stats.uses))


def _cut(entry: ListingEntry) -> list[Part]:
    kept: Part = count(entry.kept) if entry.kept else ("vanishes", "bad")
    return [entry.name, f"{entry.characters:,}", kept, entry.path]
