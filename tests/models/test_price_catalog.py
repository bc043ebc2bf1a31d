"""The list of models that need no configuration."""

from __future__ import annotations

from ladder_tui.models.catalog import list_models
from ladder_tui.models.choice import DEFAULT_ANTHROPIC_MODEL


def test_the_list_begins_with_what_needs_no_key() -> None:
    rows = list_models()
    assert [row.name for row in rows[:2]] == ["local", "scripted/FILE.yaml"]
    assert rows[0].input_usd == 0
    assert all(row.api_key_env == "ANTHROPIC_API_KEY" for row in rows[2:])
    assert len({row.name for row in rows}) == len(rows)


def test_claude_has_windows_and_prices() -> None:
    row = next(row for row in list_models() if row.model == "claude-sonnet-4-5")
    assert row.context_window == 200_000
    assert (row.input_usd, row.output_usd, row.cache_read_usd) == (3.0, 15.0, 0.3)


def test_the_default_model_is_in_it() -> None:
    assert DEFAULT_ANTHROPIC_MODEL in {row.model for row in list_models()}
