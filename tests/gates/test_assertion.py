"""Which tests assert nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.gates.assertion_free_tests import GATE
from tests.gates.tree import places, run_gate, write_tree

ASSERTING = [
    "assert f()",
    "with pytest.raises(ValueError):\n    f()",
    "with pytest.warns(UserWarning):\n    f()",
    "self.assertEqual(f(), 1)",
    "mock.assert_called_once()",
    "np.testing.assert_allclose(f(), 1)",
    "check_result(f())",
    "_verify(f())",
    "eq_(f(), 1)",
    "expect(page).to_have_title('x')",
    "pytest.fail('no')",
    "if f():\n    raise AssertionError",
    "subprocess.run(['x'], check=True)",
    "for x in y:\n    def inner():\n        assert x\n    inner()",
    "pytest.skip('later')",
]
BARE = [
    "f()",
    "x = f()\nprint(x)",
    "try:\n    f()\nexcept ValueError:\n    pass",
    "subprocess.run(['x'], check=False)",
    "ok = f()",
    "return f()",
]


def wrapped(body: str) -> str:
    inner = "\n".join(f"    {line}" for line in body.split("\n"))
    return f"def test_it(self, mock, page, y):\n{inner}\n"


@pytest.mark.parametrize("body", ASSERTING)
async def test_an_assertion_is_recognised(tmp_path: Path, body: str) -> None:
    root = write_tree(tmp_path, {"test_a.py": wrapped(body)})
    result = await run_gate(GATE, root)
    assert (result.verdict, result.reason) == ("pass", "1 test functions read")


@pytest.mark.parametrize("body", BARE)
async def test_a_test_without_assertion_is_found(tmp_path: Path, body: str) -> None:
    root = write_tree(tmp_path, {"test_a.py": f"import subprocess\n\n\n{wrapped(body)}"})
    result = await run_gate(GATE, root)
    assert places(result) == [("assertion-free-test", "test_a.py", 4)]
    assert "asserts nothing" in result.findings[0].message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("pass", "is empty"),
        ('"""Docstring."""', "is empty"),
        ("...", "is empty"),
        ("assert True", "always true"),
        ("assert 1, 'message'", "always true"),
        ("x = f()\nassert x == x", "always true"),
    ],
)
async def test_empty_and_constant_tests(tmp_path: Path, body: str, message: str) -> None:
    result = await run_gate(GATE, write_tree(tmp_path, {"test_a.py": wrapped(body)}))
    assert [message in f.message for f in result.findings] == [True]


async def test_helpers_that_assert_count_wherever_they_are(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "tests/helper.py": "def flow(x):\n    deeper(x)\n\n\ndef deeper(x):\n    assert x\n",
            "tests/base.py": "class Base:\n    def play(self):\n        assert self\n",
            "tests/test_a.py": (
                "from tests import helper\nfrom tests.helper import flow\n"
                "from tests.base import Base\n\n\n"
                "def local():\n    flow(1)\n\n\n"
                "def test_imported():\n    flow(1)\n\n\n"
                "def test_dotted():\n    helper.flow(1)\n\n\n"
                "def test_local():\n    local()\n\n\n"
                "class TestIt(Base):\n    def test_inherited(self):\n        self.play()\n\n"
                "def test_other():\n    thing.flow(1)\n"
            ),
        },
    )
    result = await run_gate(GATE, root)
    assert [f.symbol for f in result.findings] == ["test_other"]


async def test_snapshots_decorators_and_fixtures(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "test_a.py": (
                "def test_snapshot(snapshot):\n    f()\n\n\n"
                "def test_regression(data_regression):\n    f()\n\n\n"
                "@check_figures_equal()\ndef test_decorated():\n    f()\n\n\n"
                "@pytest.fixture\ndef test_data():\n    return 1\n\n\n"
                "def testing_tool():\n    f()\n\n\n"
                "class Helper:\n    def test_connection(self):\n        f()\n"
            )
        },
    )
    result = await run_gate(GATE, root)
    assert (result.verdict, result.reason) == ("pass", "3 test functions read")


async def test_test_files_without_tests_are_not_a_pass(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"tests/conftest.py": "x = 1\n"})
    result = await run_gate(GATE, root)
    assert (result.verdict, result.reason) == ("degraded", "no test function in the test files")


async def test_deep_and_broken_sources_are_skipped(tmp_path: Path) -> None:
    root = write_tree(
        tmp_path,
        {
            "test_a.py": "def test_a():\n    assert f()\n",
            "test_deep.py": "x = a" + ".b" * 100_000 + "\n",
            "test_bad.py": "def f(:\n",
        },
    )
    result = await run_gate(GATE, root)
    assert (result.verdict, result.analysed) == ("degraded", 1)
    assert {s.path: s.reason for s in result.skipped} == {
        "test_bad.py": "syntax error: line 1: invalid syntax",
        "test_deep.py": "nested too deeply",
    }
