"""The function or class around a line."""

from __future__ import annotations

import textwrap

import pytest

from ladder_tui.gates.symbol import SymbolIndex

SOURCE = textwrap.dedent(
    '''\
    import os

    class Shop:
        """def not_me(): in a string"""

        @property
        def name(self):
            def inner():
                return 1
            return inner

    async def sell(
        item,
    ):
        pass

    x = 1
    '''
)


@pytest.mark.parametrize(
    ("line", "symbol"),
    [(1, ""), (3, "Shop"), (4, "Shop"), (6, "Shop.name"), (7, "Shop.name"),
     (9, "Shop.name.inner"), (10, "Shop.name"), (12, "sell"), (13, "sell"), (17, ""), (99, "")],
)  # fmt: skip
def test_symbol_of_a_line(line: int, symbol: str) -> None:
    assert SymbolIndex(SOURCE).at(line) == symbol


@pytest.mark.parametrize(
    ("line", "symbol"), [(1, ""), (3, "Shop"), (4, "Shop.name"), (5, "Shop.name"), (8, "")]
)
def test_symbol_in_a_file_that_does_not_parse(line: int, symbol: str) -> None:
    source = "import os\n\nclass Shop:\n    def name(self):\n        return (\n\n\nx = 1\n"
    assert SymbolIndex(source).at(line) == symbol


@pytest.mark.parametrize("deep", ["x = " + "-" * 50_000 + "1", "x = a" + ".b" * 50_000, "a\0b"])
def test_untrusted_depth_falls_back_to_indentation(deep: str) -> None:
    assert SymbolIndex(f"def f():\n    {deep}\n").at(2) == "f"
