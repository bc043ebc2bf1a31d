"""Prices in whole nano-dollars; what is not known is unpriced, never $0."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.domain.model import ModelChoice
from ladder_tui.domain.usage import Cost, Usage
from ladder_tui.models.price import is_priced, price, window, worst_case

SONNET = ModelChoice("anthropic", "claude-sonnet-4-0")


def test_each_kind_of_token_has_its_own_price() -> None:
    # $3 input, $15 output, $0.30 cache read, $3.75 cache write per million tokens.
    usage = Usage(1000, 100, cache_read_input_tokens=2000, cache_creation_input_tokens=400)
    assert price(SONNET, usage) == Cost(3_000_000 + 1_500_000 + 600_000 + 1_500_000)


def test_more_read_from_the_cache_than_sent_anew_is_no_error() -> None:
    assert price(SONNET, Usage(0, 0, cache_read_input_tokens=1_000_000)) == Cost(300_000_000)


def test_the_sum_of_calls_is_the_price_of_the_sum() -> None:
    parts = [Usage(17, 3), Usage(1, 0, 5), Usage(0, 1, 0, 7)]
    total = sum((price(SONNET, part) for part in parts), Cost())
    assert total == price(SONNET, sum(parts, Usage()))


def test_the_model_named_in_the_reply_counts() -> None:
    usage = Usage(1_000_000)
    assert price(SONNET, usage, "claude-haiku-4-5-20251001") == Cost(1_000_000_000)


def test_a_reply_with_a_name_unknown_falls_back_on_the_model_chosen() -> None:
    assert price(SONNET, Usage(1_000_000), "my-alias") == Cost(3_000_000_000)


def test_an_unknown_model_is_unpriced() -> None:
    choice = ModelChoice("anthropic", "llama3.2:3b")
    assert price(choice, Usage(10, 10)) == Cost(0, unpriced_calls=1)
    assert not is_priced(choice)
    assert window(choice) is None


def test_a_local_server_does_not_get_the_price_of_a_namesake() -> None:
    choice = ModelChoice("openai_chat", "gpt-4o", base_url="http://127.0.0.1:11434/v1")
    assert price(choice, Usage(10, 10)) == Cost(0, unpriced_calls=1)
    assert is_priced(ModelChoice("openai_chat", "gpt-4o"))
    assert is_priced(ModelChoice("openai_chat", "gpt-4o", base_url="https://api.openai.com/v1"))


def test_free_by_configuration_and_local_cost_nothing() -> None:
    free = ModelChoice("openai_chat", "qwen", base_url="http://127.0.0.1:1/v1", is_free=True)
    for choice in (free, ModelChoice("local", "smollm2"), ModelChoice("scripted", "scripted")):
        assert price(choice, Usage(10, 10)) == Cost()
        assert is_priced(choice)


def test_estimated_usage_gives_an_estimated_cost() -> None:
    assert price(SONNET, Usage(1, 1, is_estimated=True)).is_estimated
    assert not price(SONNET, Usage(1, 1)).is_estimated


def test_a_scenario_declares_prices(tmp_path: Path) -> None:
    script = tmp_path / "s.yaml"
    script.write_text("prices: {input: 2.0, output: 10.0, cache_read: 0.2}\n")
    choice = ModelChoice("scripted", "scripted", script=str(script), is_free=True)
    usage = Usage(1000, 100, cache_read_input_tokens=500, cache_creation_input_tokens=10)
    assert price(choice, usage) == Cost(2_000_000 + 1_000_000 + 100_000 + 20_000)


def test_a_scenario_that_cannot_be_read_is_unpriced(tmp_path: Path) -> None:
    choice = ModelChoice("scripted", "scripted", script=str(tmp_path / "none.yaml"))
    assert price(choice, Usage(1, 1)) == Cost(0, unpriced_calls=1)


def test_the_worst_case_writes_the_cache_and_uses_all_output() -> None:
    cost = worst_case(SONNET, 1000, 200)
    assert cost == Cost(3_750_000 + 3_000_000, is_estimated=True)
    assert worst_case(ModelChoice("anthropic", "x"), 1000, 200).unpriced_calls == 1


@pytest.mark.parametrize(
    ("choice", "tokens"),
    [
        (SONNET, 200_000),
        (ModelChoice("local", "smollm2"), 8192),
        (ModelChoice("local", "other", context_window=32_768), 32_768),
        (ModelChoice("openai_chat", "gpt-4o"), 128_000),
        (ModelChoice("openai_chat", "x", base_url="http://127.0.0.1:1/v1"), None),
        (ModelChoice("scripted", "scripted"), 200_000),
    ],
)
def test_window(choice: ModelChoice, tokens: int | None) -> None:
    assert window(choice) == tokens


def test_window_of_a_scenario(tmp_path: Path) -> None:
    script = tmp_path / "s.yaml"
    script.write_text("capabilities: {context_window: 4096}\n")
    assert window(ModelChoice("scripted", "scripted", script=str(script))) == 4096
