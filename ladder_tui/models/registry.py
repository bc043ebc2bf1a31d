"""Opens the model that a run uses. A new kind of model is one function here and one row below."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from ladder_tui.domain.model import Capabilities, ModelChoice
from ladder_tui.models import anthropic, fault, openai_chat
from ladder_tui.models.client import ModelClient
from ladder_tui.models.endpoint import is_host_of
from ladder_tui.models.local import open_local
from ladder_tui.models.price import window
from ladder_tui.models.scenario import load_scenario
from ladder_tui.models.scripted import ScriptedClient


class Surroundings(NamedTuple):
    """What a model may need besides the choice."""

    environ: Mapping[str, str]
    cache: Path
    """Per-user directory for what can be fetched again, such as weights."""
    state: Path
    """Per-user directory of what is shared by runs, such as the embedded server's address."""


Open = Callable[[ModelChoice, Surroundings], Awaitable[ModelClient]]


async def open_model(
    choice: ModelChoice, *, environ: Mapping[str, str], cache: Path, state: Path
) -> ModelClient:
    """Return a client for ``choice``; the caller closes it. Imports what it needs, seconds at most.

    ``environ`` is asked for the key that ``choice.api_key_env`` names. Nothing is sent yet.

    Raises:
        ModelError: of kind ``setup``, when something is missing that only a person can give.
        InvalidFileError: the scenario of a scripted model cannot be used.
    """
    return await MODELS[choice.provider](choice, Surroundings(environ, cache, state))


async def _open_anthropic(choice: ModelChoice, around: Surroundings) -> ModelClient:
    base_url = choice.base_url or anthropic.BASE_URL
    return anthropic.AnthropicClient(
        choice.model,
        _key(choice, around.environ, is_needed=is_host_of(base_url, "anthropic.com")),
        base_url=base_url,
        capabilities=_chosen(choice, anthropic.default_capabilities(base_url, _window(choice))),
        label=choice.label,
    )


async def _open_openai_chat(choice: ModelChoice, around: Surroundings) -> ModelClient:
    base_url = choice.base_url or openai_chat.BASE_URL
    return openai_chat.OpenAIChatClient(
        choice.model,
        _key(choice, around.environ, is_needed=is_host_of(base_url, "openai.com")),
        base_url=base_url,
        capabilities=_chosen(choice, openai_chat.default_capabilities(base_url, _window(choice))),
        label=choice.label,
    )


async def _open_local(choice: ModelChoice, around: Surroundings) -> ModelClient:
    return await open_local(choice, cache=around.cache, state=around.state)


async def _open_scripted(choice: ModelChoice, around: Surroundings) -> ModelClient:  # noqa: ARG001
    return ScriptedClient(load_scenario(Path(choice.script)), choice.model)


MODELS: Final[Mapping[str, Open]] = {
    "anthropic": _open_anthropic,
    "openai_chat": _open_openai_chat,
    "local": _open_local,
    "scripted": _open_scripted,
}


def _window(choice: ModelChoice) -> int:
    return window(choice) or 0


def _chosen(choice: ModelChoice, capabilities: Capabilities) -> Capabilities:
    """What the user says about the model wins over what its address tells."""
    if choice.structured_output is None:
        return capabilities
    return msgspec.structs.replace(capabilities, structured_output=choice.structured_output)


def _key(choice: ModelChoice, environ: Mapping[str, str], *, is_needed: bool) -> str:
    key = environ.get(choice.api_key_env, "").strip() if choice.api_key_env else ""
    if not key and is_needed:
        raise fault.new_error(
            choice.label,
            "setup",
            "the API key is missing",
            why=f"{choice.api_key_env or 'api_key_env'} is not set",
            next_step=f"set {choice.api_key_env or 'api_key_env of the provider'}, or choose"
            " another model with --model",
        )
    # Servers without keys take any; the SDKs insist on one.
    return key or openai_chat.NO_KEY
