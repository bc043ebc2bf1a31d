"""A very small model's summary: only what can be true is kept."""

from __future__ import annotations

import pytest

from ladder_tui.agent.summary import keep_true

READ = "A security review found 279 problems. 93 times: Missing docstring"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The review found 279 problems.", "The review found 279 problems."),
        ("It found 279 problems, 31% of them due to assert.", ""),
        ("Most are missing docstrings. Most are missing docstrings.",
         "Most are missing docstrings."),
        ("One thing is true. The rest was cut at the", "One thing is true."),
        ("The most frequent are: - 93 times: Missing docstring - 61 times.", ""),
        ("First. Second thing here. A third one follows.", "First. Second thing here."),
        ("", ""),
    ],
)  # fmt: skip
def test_kept(text: str, kept: str) -> None:
    assert keep_true(text, READ) == kept
