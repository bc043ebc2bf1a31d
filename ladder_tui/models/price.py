"""What a model call costs, in whole nano-dollars, and how large a model's window is.

Prices and windows come from the data bundled with ``genai-prices``; nothing is fetched. A model
that is not in it is *unpriced*, which is a count of its own and never shown as $0. Local models
and those that the configuration calls free cost nothing; a scripted model costs what its
scenario declares.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.usage import NANO, Cost, Usage
from ladder_tui.models.scenario import Prices, Scenario, find_scenario

if TYPE_CHECKING:
    from genai_prices.types import PriceCalculation

EMBEDDED_WINDOW = 8192
"""Tokens of context of one slot of the embedded model's server."""


def price(choice: ModelChoice, usage: Usage, model: str = "") -> Cost:
    """Cost of ``usage`` with ``model`` (the name in the reply; default: the one chosen).

    Cache writes are charged at the provider's five-minute rate, the one the clients ask for.
    An unknown model gives ``Cost(0, unpriced_calls=1)``.
    """
    if choice.provider == "scripted":
        return _scripted(choice, usage)
    if choice.is_free or choice.provider == "local":
        return Cost()
    dollars = _dollars(choice, usage, model)
    if dollars is None and model and model != choice.model:
        dollars = _dollars(choice, usage, choice.model)
    if dollars is None:
        return Cost(0, 1, usage.is_estimated)
    return Cost(_nano(dollars), 0, usage.is_estimated)


def worst_case(choice: ModelChoice, input_tokens: int, max_tokens: int) -> Cost:
    """The most that a call can cost: nothing read from the cache, all output tokens used.

    The prompt is charged at the dearer of the plain and the cache-writing rate.
    """
    plain = price(choice, Usage(input_tokens, max_tokens, is_estimated=True))
    written = price(
        choice,
        Usage(
            output_tokens=max_tokens, cache_creation_input_tokens=input_tokens, is_estimated=True
        ),
    )
    return max(plain, written, key=lambda cost: cost.nano_usd)


def is_priced(choice: ModelChoice) -> bool:
    """True where ``price`` knows what a call costs, nothing included."""
    return price(choice, Usage(1, 1)).unpriced_calls == 0


def window(choice: ModelChoice) -> int | None:
    """Tokens of context of the model, or None where that is not known here."""
    if choice.context_window:
        return choice.context_window
    if choice.provider == "scripted":
        scenario = find_scenario(Path(choice.script)) if choice.script else Scenario()
        return scenario.capabilities.context_window if scenario else None
    if choice.provider == "local":
        return EMBEDDED_WINDOW
    found = _calculate(choice, Usage(), choice.model)
    return found.model.context_window if found is not None else None


def _scripted(choice: ModelChoice, usage: Usage) -> Cost:
    if not choice.script:
        return Cost()
    scenario = find_scenario(Path(choice.script))
    if scenario is None:  # it cannot be read: what it would declare is not known
        return Cost(0, 1, usage.is_estimated)
    prices = scenario.prices
    return Cost(_sum(prices, usage), 0, usage.is_estimated) if prices else Cost()


def _sum(prices: Prices, usage: Usage) -> int:
    """Nano-dollars, from prices in dollars per million tokens."""
    read = prices.input if prices.cache_read is None else prices.cache_read
    written = prices.input if prices.cache_write is None else prices.cache_write
    total = (
        Decimal(str(prices.input)) * usage.input_tokens
        + Decimal(str(prices.output)) * usage.output_tokens
        + Decimal(str(read)) * usage.cache_read_input_tokens
        + Decimal(str(written)) * usage.cache_creation_input_tokens
    )
    return _nano(total / 1_000_000)


def _nano(dollars: Decimal) -> int:
    return int((dollars * NANO).to_integral_value(ROUND_HALF_EVEN))


def _dollars(choice: ModelChoice, usage: Usage, model: str) -> Decimal | None:
    model = model or choice.model
    prices = _flat_prices(choice.provider, choice.base_url, model)
    if prices is None:
        return None
    if isinstance(prices, _FlatPrices):
        return (
            prices.input * usage.input_tokens
            + prices.output * usage.output_tokens
            + prices.cache_read * usage.cache_read_input_tokens
            + prices.cache_write * usage.cache_creation_input_tokens
        ) / 1_000_000
    found = _calculate(choice, usage, model)
    return found.total_price if found is not None else None


class _FlatPrices(NamedTuple):
    """Dollars per million tokens of a model whose prices do not depend on how many there are."""

    input: Decimal
    output: Decimal
    cache_read: Decimal
    cache_write: Decimal


@lru_cache(maxsize=256)
def _flat_prices(
    provider: Literal["anthropic", "openai_chat", "local", "scripted"], base_url: str, model: str
) -> _FlatPrices | Literal["not flat"] | None:
    """The prices of a model; ``not flat`` where they come in tiers, None where it is not known.

    Looked up once: the look-up costs more CPU than all else that a run does for a call.
    """
    choice = ModelChoice(provider, model, base_url=base_url)
    found = _calculate(choice, Usage(), model)
    if found is None:
        return None
    price = found.model_price
    plain = (price.input_mtok, price.output_mtok)
    cached = (price.cache_read_mtok, price.cache_write_mtok)
    # What has no price of its own is charged in ways that only the full calculation knows.
    if not all(isinstance(value, Decimal) for value in (*plain, *cached)):
        return "not flat"
    return _FlatPrices(*(Decimal(str(value)) for value in (*plain, *cached)))


def _calculate(choice: ModelChoice, usage: Usage, model: str) -> PriceCalculation | None:
    """What ``genai-prices`` makes of it; None for a model that it does not know.

    A Chat Completions server with an address of its own is known by that address only: a model
    on a local server that is called like a paid one must not get the paid one's price.
    """
    import genai_prices

    # In genai-prices the input is the total, what the cache held included.
    counted = genai_prices.Usage(
        input_tokens=usage.context_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_input_tokens,
        cache_write_tokens=usage.cache_creation_input_tokens,
    )
    try:
        if choice.provider == "openai_chat" and choice.base_url:
            return genai_prices.calc_price(counted, model, provider_api_url=choice.base_url)
        provider = "anthropic" if choice.provider == "anthropic" else "openai"
        return genai_prices.calc_price(counted, model, provider_id=provider)
    except LookupError:
        return None
