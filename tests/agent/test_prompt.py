"""Prompts depend on content alone."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ladder_tui.agent.excerpt import source_excerpts
from ladder_tui.agent.ledger_key import call_keys
from ladder_tui.agent.prompt import system_prompt, task_prompt
from ladder_tui.agent.summary import summary_prompt
from ladder_tui.domain.message import user_text
from ladder_tui.domain.model import CallSite, Capabilities, ModelRequest
from tests.agent.test_loop import evidence
from tests.agent.world import AGENT, skill, task

PLAIN = Capabilities(False, "prompt", context_window=8, max_output_tokens=8)


def whole(root: Path, *, is_turned: bool = False) -> str:
    pairs = [("a.py", (3, 1, 2, 9)), ("b.py", (1,))]
    inputs = [("path", "."), ("changed", "auto")]
    if is_turned:
        pairs.reverse()
        inputs.reverse()
    spec = task(evidence=(evidence(),), inputs=dict(inputs), changed=dict(pairs))
    excerpts = source_excerpts(spec, root)
    summary = summary_prompt(spec)
    assert summary is not None
    return "".join(
        (
            system_prompt(spec),
            task_prompt(spec, PLAIN, excerpts),
            summary.system,
            str(summary.messages),
        )
    )


def test_neither_place_nor_order_shows(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "elsewhere"
    for root in (one, other):
        root.mkdir()
        (root / "cart.py").write_text("run(shell=True)\n")
    assert whole(one) == whole(other, is_turned=True)
    assert str(tmp_path) not in whole(one)
    assert "run(shell=True)" in whole(one)


def test_what_the_workflow_hands_over_is_in_the_task(tmp_path: Path) -> None:
    assert '- changed: "auto"\n- path: "."' in whole(tmp_path)
    assert "a.py: 1-3, 9" in whole(tmp_path)


def test_keys_tell_calls_apart() -> None:
    def key(turn: int = 1, sample: int = 0, attempt: int = 0, text: str = "a") -> str:
        call = CallSite(AGENT, "security", turn, sample, attempt)
        return call_keys("m", ModelRequest("m", "s", (user_text(text),), 10, call)).turn

    keys = {key(), key(2), key(1, 1), key(1, 0, 1), key(text="b")}
    assert len(keys) == 5
    assert key() == key()


def test_files_of_the_skill_are_named_without_their_place(tmp_path: Path) -> None:
    paths = tuple(f"references/{number:02}.md" for number in range(70))
    reader = msgspec.structs.replace(skill("Read"), files=paths, directory=str(tmp_path))
    tools = msgspec.structs.replace(PLAIN, has_tools=True)
    told = task_prompt(task(skill=reader), tools)
    assert "- skill:review-security/references/00.md\n" in told
    assert told.count("skill:review-security/") == 60
    assert "and 10 more, which Glob lists" in told
    assert str(tmp_path) not in told
    assert "skill:review-security/" not in task_prompt(task(skill=reader), PLAIN)
