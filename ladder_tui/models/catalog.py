"""The models that can be named without any configuration, with windows and prices.

Claude's ids come from the data bundled with ``genai-prices``. Whether a key is there, and whether
it may use a model, is for the caller to find out.
"""

from __future__ import annotations

import msgspec

from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.usage import NANO, Usage
from ladder_tui.models.price import EMBEDDED_WINDOW, price
from ladder_tui.models.weights import EMBEDDED_MODEL

_SAMPLE_TOKENS = 1000
"""Small enough for the lowest price where a provider has tiers."""


class ModelRow(msgspec.Struct, frozen=True):
    """A model as it is listed. Prices in dollars per million tokens, lowest tier."""

    name: str
    """What ``--model`` takes."""
    provider: str
    model: str
    context_window: int | None
    """Tokens; None where the model's data does not say."""
    input_usd: float | None
    """None where a price makes no sense: the scenario decides."""
    output_usd: float | None
    cache_read_usd: float | None
    note: str
    api_key_env: str = ""
    """Variable that must hold a key; empty where none is needed."""


def list_models() -> list[ModelRow]:
    """The embedded model, the scripted one, then Claude's by name."""
    return [
        ModelRow(
            name="local",
            provider="local",
            model=EMBEDDED_MODEL,
            context_window=EMBEDDED_WINDOW,
            input_usd=0.0,
            output_usd=0.0,
            cache_read_usd=0.0,
            note="embedded: no key, no network; writes summaries of what the tools found",
        ),
        ModelRow(
            name="scripted/FILE.yaml",
            provider="scripted",
            model="scripted",
            context_window=None,
            input_usd=None,
            output_usd=None,
            cache_read_usd=None,
            note="answers from a scenario file, for demonstrations and tests",
        ),
        *(_claude_row(model, window) for model, window in _claude_models()),
    ]


def _claude_models() -> list[tuple[str, int]]:
    """Ids and windows. Ids without a window in the data are left out: retired long ago."""
    from genai_prices.data import providers

    models = next(p.models for p in providers if p.id == "anthropic")
    return sorted((m.id, m.context_window) for m in models if m.context_window)


def _claude_row(model: str, window: int) -> ModelRow:
    choice = ModelChoice("anthropic", model)

    def usd(usage: Usage) -> float:
        return price(choice, usage).nano_usd * (1_000_000 / _SAMPLE_TOKENS) / NANO

    return ModelRow(
        name=f"anthropic/{model}",
        provider="anthropic",
        model=model,
        context_window=window,
        input_usd=usd(Usage(_SAMPLE_TOKENS)),
        output_usd=usd(Usage(0, _SAMPLE_TOKENS)),
        cache_read_usd=usd(Usage(0, 0, _SAMPLE_TOKENS)),
        note="",
        api_key_env="ANTHROPIC_API_KEY",
    )
