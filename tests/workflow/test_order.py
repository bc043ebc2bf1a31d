"""Which steps run, in which order, and what follows from how each ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ladder_tui.domain.run import RunLimits
from tests.workflow.world import TYPED, run_workflow

ECHO = {"effect": "none", "run": ["echo", "${inputs.word}"]}
FAIL = {"effect": "none", "run": ["sh", "-c", "echo why >&2; exit 3"]}


def steps(*found: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"steps": list(found), **more}


def run(step_id: str, word: str = "${inputs.word}", **more: Any) -> dict[str, Any]:
    return {"id": step_id, "effect": "none", "run": ["echo", word], **more}


def fail(step_id: str, **more: Any) -> dict[str, Any]:
    return {"id": step_id, **FAIL, **more}


WORD = {"word": "hi there; rm -rf /"}


async def test_a_value_is_one_argument_and_the_output_is_seen_by_later_steps(
    tmp_path: Path,
) -> None:
    flow = steps(run("a"), run("b", "${steps.a.value}!"), result="${steps.b}")
    told = await run_workflow(tmp_path, flow, inputs=WORD)
    assert told.end.state == "done", told.end.reason
    assert told.commands[0] == ("echo", "hi there; rm -rf /")
    assert told.end.output["value"] == "hi there; rm -rf /!"
    assert told.finished("b").output == told.end.output
    assert told.started("a")[0].inputs["argv"] == ["echo", "hi there; rm -rf /"]
    assert told.end.verdict == "pass"


async def test_what_needs_a_failed_step_is_skipped_and_the_rest_goes_on(tmp_path: Path) -> None:
    flow = steps(
        fail("a", on_error="continue"),
        run("b", needs=["a"]),
        run("c", needs=["b"]),
        run("d", when="${steps.a.exit_code == `3`}"),
        run("e", when="${steps.a.exit_code == `0`}"),
    )
    told = await run_workflow(tmp_path, flow, inputs=WORD)
    assert told.states == {
        "a": "failed", "b": "skipped", "c": "skipped", "d": "done", "e": "skipped",
    }  # fmt: skip
    assert told.finished("b").reason == "needs a"
    assert told.finished("a").reason == "exit code 3: why"
    assert (told.end.state, told.end.verdict) == ("done", "degraded")
    assert "step a failed" in told.end.reason


async def test_a_failed_step_stops_the_run(tmp_path: Path) -> None:
    told = await run_workflow(tmp_path, steps(fail("a"), run("b")), inputs=WORD)
    assert told.end.state == "error"
    assert told.end.reason == "step a failed: exit code 3: why"
    assert "b" not in told.states


async def test_a_fallback_takes_the_place_of_what_is_missing(tmp_path: Path) -> None:
    one = fail("a", on_error="fallback", fallback={"value": "${inputs.word}"})
    many = {
        "id": "m", "for_each": ["true", "false"], "name": "${item}", "run": ["${item}"],
        "effect": "none", "on_error": "fallback", "fallback": "none",
    }  # fmt: skip
    flow = steps(one, run("b", "${steps.a.value}", needs=["a"]), many, result="${steps.m}")
    told = await run_workflow(tmp_path, flow, inputs=WORD)
    assert told.end.state == "done", told.end.reason
    assert told.finished("a").is_fallback
    assert told.finished("b").output["value"] == WORD["word"]
    assert told.end.output[0]["exit_code"] == 0
    assert told.end.output[1] == "none"
    assert (told.finished("m").slots_ok, told.finished("m").slots_total) == (1, 2)


async def test_a_step_that_cannot_be_planned_fails_and_says_why(tmp_path: Path) -> None:
    flow = steps(
        {"id": "a", "run": ["echo", "${inputs.many}"], "effect": "none", "on_error": "continue"},
        {"id": "b", "run": ["echo"], "cwd": "../..", "effect": "none", "on_error": "continue"},
        {"id": "c", "skill": "nobody", "on_error": "continue"},
        {"id": "d", "for_each": "${inputs.word}", "skill": "writer"},
    )
    told = await run_workflow(tmp_path, flow, inputs={**WORD, "many": [1, 2]})
    assert "argument 2 is a list" in told.finished("a").reason
    assert "leads out of the repository" in told.finished("b").reason
    assert "no skill 'nobody'" in told.finished("c").reason
    assert told.end.state == "error"
    assert "for_each is str, not a list" in told.end.reason


@pytest.mark.parametrize(
    ("argv", "is_refused"),
    [
        (["git", "grep", "${inputs.word}"], True),
        (["echo", "-n", "${inputs.word}"], True),
        (["echo", "--", "${inputs.word}"], False),
        (["echo", "--word=${inputs.word}"], False),
        (["sh", "-c", 'echo "$1"', "_", "${inputs.word}"], False),
        (["echo", "- ${inputs.word}"], False),
    ],
)
async def test_a_value_cannot_be_an_option(
    tmp_path: Path, argv: list[str], is_refused: bool
) -> None:
    flow = steps({"id": "a", "run": argv, "effect": "none"})
    told = await run_workflow(tmp_path, flow, inputs={"word": "--open-files-in-pager=touch x;"})
    assert told.end.state == ("error" if is_refused else "done")
    assert told.commands == ([] if is_refused else told.commands)
    assert ("could take it for an option" in told.end.reason) == is_refused


async def test_retry_tries_again_and_each_try_counts(tmp_path: Path) -> None:
    script = "test -e ../done && echo late || { touch ../done; exit 1; }"
    flow = steps({"id": "a", "run": ["sh", "-c", script], "retry": 1, "effect": "external"})
    told = await run_workflow(tmp_path, flow)
    assert told.end.state == "done", told.end.reason
    assert told.end.output["value"] == "late"
    assert len(told.commands) == 2


async def test_a_time_limit_ends_a_command_and_an_agent(tmp_path: Path) -> None:
    flow = steps(
        {"id": "a", "run": ["sleep", "60"], "timeout": 0.3, "effect": "none",
         "on_error": "continue"},
        {"id": "b", "skill": "writer", "timeout": 0.3, "on_error": "continue"},
        {"id": "c", "for_each": ["60", "0"], "run": ["sleep", "${item}"], "timeout": 0.3,
         "effect": "none", "on_error": "continue"},
    )  # fmt: skip
    told = await run_workflow(tmp_path, flow, scenario={"default": {"fault": "hang"}})
    assert told.finished("a").reason == "it did not end in time"
    assert told.finished("b").reason == "writer: no result after 0.3 s"
    assert told.finished("c").slots_ok == 1
    assert told.end.state == "done"


async def test_a_result_that_misses_its_schema_is_a_failure_of_the_run(tmp_path: Path) -> None:
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    told = await run_workflow(tmp_path, steps(run("a"), output=schema), inputs=WORD)
    assert (told.end.state, told.end.verdict) == ("error", "none")
    assert "the result of w misses its schema" in told.end.reason
    assert "'n' is a required property" in told.end.reason
    assert told.end.output is None


async def test_inputs_that_a_skill_does_not_take_are_refused_before_it_costs(
    tmp_path: Path,
) -> None:
    flow = steps({"id": "a", "skill": "typed", "with": {"topic": 7, "more": 1}})
    told = await run_workflow(tmp_path, flow)
    assert told.end.state == "error"
    assert "its inputs do not fit the skill typed" in told.end.reason
    assert "$.topic" in told.end.reason
    assert told.end.usage.total_tokens == 0


async def test_structured_and_prose_outputs_join_in_order(tmp_path: Path) -> None:
    flow = steps(
        {"id": "a", "skill": "typed", "with": {"topic": "x"}},
        {"id": "b", "for_each": ["one", "two", "three"], "name": "${item}", "skill": "writer",
         "on_error": "continue", "when": "${steps.a.kind == 'good'}"},
        {"id": "c", "aggregate": "concat", "over": "b"},
    )  # fmt: skip
    scenario = {
        "replies": [
            {"agent": "typed", "json": {"kind": "good", "n": 1}},
            {"agent": "two", "fault": "crash"},
        ],
        "default": {"text": "I am ${agent}."},
    }
    told = await run_workflow(tmp_path, flow, scenario=scenario)
    assert told.finished("a").output == {"kind": "good", "n": 1}
    assert told.end.output == [{"summary": "I am one."}, {"summary": "I am three."}]
    assert told.finished("c").reason == "without 1 of 3"
    assert told.finished("b").output[1] is None


async def test_output_that_misses_its_schema_gets_one_repair_turn_then_fails(
    tmp_path: Path,
) -> None:
    flow = steps({"id": "a", "skill": "typed", "with": {"topic": "x"}})
    told = await run_workflow(
        tmp_path, flow, scenario={"default": {"json": {"kind": "so-so"}}}, skills=(TYPED,)
    )
    assert told.end.state == "error"
    assert "'so-so' is not one of" in told.end.reason
    turns = [e for e in told.events if type(e).__name__ == "TurnFinished"]
    assert len(turns) == 2


async def test_parse_gives_lines_and_checked_json(tmp_path: Path) -> None:
    def parsed(step_id: str, text: str, **more: Any) -> dict[str, Any]:
        return {"id": step_id, "run": ["cat"], "stdin": text, "effect": "none",
                "on_error": "continue", **more}  # fmt: skip

    flow = steps(
        parsed("a", "one\ntwo\x1b[31m\n", parse="lines"),
        parsed("b", '{"n": 1}', parse="json", output={"required": ["n"]}),
        parsed("c", '{"m": 1}', parse="json", output={"required": ["n"]}),
        parsed("d", "{", parse="json"),
    )
    told = await run_workflow(tmp_path, flow)
    assert told.finished("a").output["value"] == ["one", "two"]
    assert told.finished("b").output["value"] == {"n": 1}
    assert "misses its schema" in told.finished("c").reason
    assert "is no JSON" in told.finished("d").reason


async def test_a_sandboxed_command_cannot_write_and_one_outside_can(tmp_path: Path) -> None:
    flow = steps(
        {"id": "a", "run": ["touch", "made"], "effect": "external"},
        {"id": "b", "run": ["sh", "-c", "cat made && echo seen"], "effect": "none"},
    )
    told = await run_workflow(tmp_path, flow)
    assert told.end.state == "done", told.end.reason
    assert (tmp_path / "repo" / "made").exists()
    assert told.end.output["value"] == "seen"


async def test_a_step_has_a_budget_of_its_own(tmp_path: Path) -> None:
    flow = steps(
        {"id": "a", "skill": "writer", "budget": {"tokens": 100}, "on_error": "continue"},
        {"id": "b", "skill": "writer"},
    )
    told = await run_workflow(tmp_path, flow, limits=RunLimits(tokens=1_000_000))
    assert "the budget of step a leaves too little" in told.finished("a").reason
    assert told.finished("a").usage.total_tokens == 0
    assert told.finished("b").usage == told.end.usage
    assert told.end.usage.total_tokens > 0


async def test_a_workflow_has_a_time_budget(tmp_path: Path) -> None:
    flow = steps({"id": "a", "run": ["sleep", "60"], "effect": "none"}, budget={"seconds": 0.3})
    told = await run_workflow(tmp_path, flow)
    assert told.end.state == "budget"
    assert "0.3 s is used up" in told.end.reason
    assert told.states == {"a": "cancelled"}


@pytest.mark.parametrize("most", [10, 1])
async def test_a_shard_holds_so_many_tokens_and_what_does_not_fit_is_said(
    tmp_path: Path, most: int
) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    for name in ("a.py", "b.py", "c.py", "d.py"):
        (root / name).write_text("x = 1\n" * 10)
    flow = steps(
        {"id": "s", "for_each": {"shards": ".", "tokens": 30, "most": most},
         "run": ["echo", "${item.files} ${item.paths[0]}"], "effect": "none",
         "on_error": "continue"},
        {"id": "c", "aggregate": "concat", "over": "s"},
        result="${steps.c[].value}",
    )  # fmt: skip
    told = await run_workflow(tmp_path, flow)
    assert told.end.state == "done", told.end.reason
    assert told.end.output == ["2 a.py", "2 c.py"][:most]
    assert ("2 files of ~30 tokens are over the 1 shards" in told.finished("s").reason) == (
        most == 1
    )
