"""``ladder models list``, ``pull`` and ``test``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.progress import Progress
from ladder_tui.cli.terminal import Part, full, print_json
from ladder_tui.cli.wording import cost_text, usage_text
from ladder_tui.config import environment
from ladder_tui.errors import UsageError
from ladder_tui.models.catalog import ModelRow
from ladder_tui.ui.format import count, elapsed


@click.command()
@json_option
def list_models(is_json: bool) -> None:
    """List the models that can be named here, with windows and prices in dollars per million."""
    with open_front(is_reader=True) as front:
        default = _default(front)
        rows = [*front.wb.models.list(), *_configured(front)]
        if is_json:
            ready = [{**full(row), "is_ready": _is_ready(front, row)} for row in rows]
            print_json({"default": default, "models": ready})
            return
        table: list[list[Part]] = [
            [
                row.name,
                ("runs use it", "good") if f"{row.provider}/{row.model}" == default else "",
                "yes" if _is_ready(front, row) else ("no", "warn"),
                count(row.context_window) if row.context_window else "",
                *(_usd(price) for price in (row.input_usd, row.output_usd, row.cache_read_usd)),
                row.note if not row.api_key_env else f"key in {row.api_key_env}",
            ]
            for row in rows
        ]
        header = ["model", "", "ready", "window", "$ in", "$ out", "$ cached", "note"]
        front.out.table(header, table, right={3, 4, 5, 6})


def _default(front: Front) -> str | None:
    """The model that runs use; None, with a warning, where the configured one is not known."""
    try:
        return front.wb.models.choose().label
    except UsageError as error:
        front.err.line(("warning: ", "warn"), error.what)
        return None


def _configured(front: Front) -> list[ModelRow]:
    return [
        ModelRow(
            name=name if provider.kind == "local" else f"{name}/ID",
            provider=provider.kind,
            model=Path(provider.weights).stem,
            context_window=provider.context_window or None,
            input_usd=0.0 if provider.free or provider.kind == "local" else None,
            output_usd=0.0 if provider.free or provider.kind == "local" else None,
            cache_read_usd=None,
            note=provider.base_url or provider.weights,
            api_key_env=provider.api_key_env,
        )
        for name, provider in front.wb.config.providers.items()
    ]


def _is_ready(front: Front, row: ModelRow) -> bool:
    """Whether nothing has to be set or fetched before the model can be used."""
    if row.name == "local":
        return front.wb.models.weights() is not None
    return not row.api_key_env or bool(environment().get(row.api_key_env))


def _usd(price: float | None) -> str:
    return "" if price is None else f"{price:.2f}"


@click.command()
@json_option
def pull_model(is_json: bool) -> None:
    """Fetch the weights of the embedded model once, and check them."""
    with open_front(is_reader=True) as front:
        if front.wb.models.weights() is not None:
            front.err.line("the weights are there already")
        path = pull(front)
        if is_json:
            print_json({"path": str(path)})
        else:
            front.out.line(str(path))


def pull(front: Front) -> Path:
    """The weights of the embedded model, fetched with a progress bar where they are missing."""
    there = front.wb.models.weights()
    if there is not None:
        return there
    progress = Progress(front.err, "embedded model")
    try:
        return front.wb.models.pull(progress.update)
    finally:
        progress.close()


@click.command()
@click.argument("name", default="")
@json_option
def test_model(name: str, is_json: bool) -> None:
    """Ask the model NAME (default: the one that runs use) for one word.

    Says how long it took, what it used and what it cost.
    """
    with open_front(is_reader=True) as front:
        choice = front.wb.models.choose(name)
        if not is_json:
            front.err.line(f"asking {choice.label} for one word …")
        answer = asyncio.run(front.wb.models.test(name))
        reply, can = answer.reply, answer.capabilities
        if is_json:
            print_json(
                {
                    "model": choice.label,
                    "text": reply.message.text,
                    "usage": full(reply.usage),
                    "cost": full(answer.cost),
                    "ttft_s": reply.ttft_s,
                    "elapsed_s": reply.elapsed_s,
                    "capabilities": full(can),
                }
            )
            return
        front.out.fields(
            [
                ("model", f"{choice.label} ({reply.model})"),
                ("answer", " ".join(reply.message.text.split()) or "(no text)"),
                ("first byte", elapsed(reply.ttft_s)),
                ("whole reply", elapsed(reply.elapsed_s)),
                ("tokens", usage_text(reply.usage)),
                ("cost", cost_text(answer.cost)),
                ("window", f"{count(can.context_window)} tokens"),
                ("tools", "yes" if can.has_tools else "no: works from evidence alone"),
                ("structured output", can.structured_output),
            ]
        )
