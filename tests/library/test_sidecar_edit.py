"""A skill is added to ``uses``; comments stay."""

from __future__ import annotations

import pytest

from ladder_tui.library.sidecar_edit import with_use


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tier: fast  # cheap\n", "tier: fast  # cheap\nuses: [new]\n"),
        ("tier: fast", "tier: fast\nuses: [new]\n"),
        ("tier: fast\r\n", "tier: fast\r\nuses: [new]\r\n"),
        ("uses: [a, b]  # two\ntier: fast\n", "uses: [a, b, new]  # two\ntier: fast\n"),
        ("uses: [a,]\n", "uses: [a, new]\n"),
        ("uses: []\n", "uses: [new]\n"),
        ("uses:  # none yet\ntier: fast\n", "uses: [new]  # none yet\ntier: fast\n"),
        ("uses: null\n", "uses: [new]\n"),
        ("uses:\n  - a  # first\n  - b\n# end\n", "uses:\n  - a  # first\n  - b\n  - new\n# end\n"),
        ("uses:\n- a", "uses:\n- a\n- new\n"),
        ('"uses": [a]\n', None),
        ("uses: [a,\n  b]\n", None),
        ("uses: a\n", None),
        ("- uses\n", None),
        ("uses: [a\n", None),
        ("{uses: [a]}\n", "{uses: [a, new]}\n"),
        ("uses: [a, new]\n", "uses: [a, new]\n"),
    ],
)
def test_with_use(before: str, after: str | None) -> None:
    assert with_use(before, "new") == after


def test_a_new_sidecar_says_what_it_is_for() -> None:
    assert with_use("", "new") == (
        "# Skills that this one is composed of; their text follows its own.\nuses: [new]\n"
    )
