"""From the name of a model to a full choice, and from the configuration to what routes agents."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ladder_tui.config import Config, Provider, user_config_path
from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.routing import Routing
from ladder_tui.domain.workflow import Workflow
from ladder_tui.errors import UsageError

DEFAULT_ANTHROPIC_MODEL = "claude-sonnet-5-5"
"""Model used when a key is present and none was chosen."""
EMBEDDED_MODEL = "smollm2-135m"


def choose_model(config: Config, name: str = "") -> ModelChoice:
    """Resolve a model name to a full choice.

    Forms: ``local`` (the embedded model) · ``local/FILE.gguf`` · ``scripted/FILE.yaml`` ·
    ``anthropic/ID`` or a bare ``claude-…`` id · ``openai_chat/ID`` (with OPENAI_BASE_URL) ·
    ``PROVIDER/ID`` of the user's configuration. Without a name: the configured model, else
    Claude where ANTHROPIC_API_KEY is set, else the embedded model.

    Raises UsageError for a name that resolves to nothing.
    """
    name = name or config.model
    if not name:
        name = f"anthropic/{DEFAULT_ANTHROPIC_MODEL}" if config.has_anthropic_key else "local"
    if name.startswith("claude-"):
        name = f"anthropic/{name}"
    head, _, tail = name.partition("/")
    if head in config.providers:
        return _configured(head, config.providers[head], tail)
    choice = _built_in(config, head, tail)
    if choice is not None:
        return choice
    known = ["local", "scripted/FILE", "anthropic/ID", "openai_chat/ID"]
    known += [f"{provider}/ID" for provider in config.providers]
    raise UsageError(
        f"unknown model {name!r}",
        why="known forms: " + ", ".join(known),
        next_step="`ladder models list` shows what is there",
    )


def _built_in(config: Config, head: str, tail: str) -> ModelChoice | None:
    if head == "local":
        weights = str(Path(tail).absolute()) if tail else ""
        model = Path(tail).stem or EMBEDDED_MODEL
        return ModelChoice(provider="local", model=model, weights=weights, is_free=True)
    if head == "scripted":
        if not tail:
            raise UsageError(
                "the scripted model needs a scenario", next_step="--model scripted/PATH.yaml"
            )
        script = str(Path(tail).absolute())
        return ModelChoice(provider="scripted", model=Path(tail).stem, script=script, is_free=True)
    if head == "anthropic" and tail:
        return ModelChoice(
            provider="anthropic",
            model=tail,
            base_url=config.anthropic_base_url,
            api_key_env="ANTHROPIC_API_KEY",
        )
    if head == "openai_chat" and tail:
        if not config.openai_base_url:
            raise UsageError(
                "openai_chat needs a server",
                why="OPENAI_BASE_URL is not set",
                next_step=f"set OPENAI_BASE_URL, or add a provider to {user_config_path()}",
            )
        return ModelChoice(
            provider="openai_chat",
            model=tail,
            base_url=config.openai_base_url,
            api_key_env="OPENAI_API_KEY",
        )
    return None


def _configured(name: str, provider: Provider, model: str) -> ModelChoice:
    if not model and provider.kind != "local":
        raise UsageError(f"provider {name!r} needs a model", next_step=f"--model {name}/MODEL")
    return ModelChoice(
        provider=provider.kind,
        model=model or Path(provider.weights).stem or EMBEDDED_MODEL,
        base_url=provider.base_url,
        api_key_env=provider.api_key_env,
        weights=str(Path(provider.weights).expanduser()) if provider.weights else "",
        is_free=provider.free or provider.kind == "local",
        context_window=provider.context_window,
        structured_output=provider.structured_output,
    )


def choose_routing(config: Config, named: str, workflows: Iterable[Workflow]) -> Routing:
    """What routes the agents of a run, every name resolved.

    ``named`` is the model that a person named for this run: it overrides everything. The
    steps of ``workflows`` may name models too.

    Raises UsageError for a name that resolves to nothing.
    """
    if named:
        return Routing(is_fixed=True)
    names = {step.model for workflow in workflows for step in workflow.steps if step.model}
    names.update(rule.model for rule in config.routes if rule.model)
    return Routing(
        tiers={tier: choose_model(config, name) for tier, name in config.tiers.items()},
        models={name: choose_model(config, name) for name in sorted(names)},
        rules=config.routes,
    )
