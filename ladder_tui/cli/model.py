"""``ladder models list``, ``pull`` and ``test``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from ladder_tui.cli.front import Front, open_front
from ladder_tui.cli.option import json_option
from ladder_tui.cli.progress import Progress
from ladder_tui.cli.terminal import full, print_json
from ladder_tui.cli.wording import cost_text, usage_text
from ladder_tui.ui.format import count, elapsed


@click.command()
@json_option
def pull_model(is_json: bool) -> None:
    """Fetch the weights of the embedded model once, and check them."""
    with open_front() as front:
        path = pull(front)
        if is_json:
            print_json({"path": str(path)})
        else:
            front.out.line(str(path))


def pull(front: Front) -> Path:
    """The weights of the embedded model, fetched with a progress bar where they are missing."""
    there = front.wb.models.weights()
    if there is not None:
        front.err.line("the weights are there already")
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
    with open_front() as front:
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
