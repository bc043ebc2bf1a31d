"""The scripted model: the right reply, its pace, its usage and its faults."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.message import ToolUseBlock, user_text
from ladder_tui.domain.model import CallSite, ModelRequest
from ladder_tui.domain.usage import Usage
from ladder_tui.errors import InvalidFileError, ModelError
from ladder_tui.models.client import ignore_delta
from ladder_tui.models.scenario import Scenario, lint_scenario, load_scenario
from ladder_tui.models.scripted import GARBAGE, ScriptedClient, least_instance

SCENARIOS = Path(__file__).parents[1] / "data" / "scenarios"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "summary": {"type": "string", "minLength": 1},
        "findings": {"type": "array", "items": {"type": "object"}},
        "severity": {"enum": ["high", "low"]},
        "score": {"type": "integer", "minimum": 1},
        "note": {"anyOf": [{"type": "string", "minLength": 3}, {"type": "null"}]},
        "is_done": {"type": "boolean"},
    },
    "required": ["summary", "findings", "severity", "score", "note", "is_done"],
}


def request(agent: str = "a", turn: int = 1, **changes: Any) -> ModelRequest:
    schema = changes.pop("schema", None)
    call = CallSite(AgentId(f"step/{agent}"), agent, turn, **changes)
    return ModelRequest("m", "You review.", (user_text("Look."),), 100, call, (), schema)


def client(text: str) -> ScriptedClient:
    scenario, problems = lint_scenario("s.yaml", text)
    assert scenario is not None, problems
    return ScriptedClient(scenario)


async def test_the_call_site_chooses_the_reply() -> None:
    scripted = client("""
replies:
  - {agent: sec*, turn: 2, text: second}
  - {agent: sec*, attempt: 1, text: again}
  - {agent: step/sec*, sample: 2, text: third sample}
  - {agent: sec*, text: first}
default: {text: "none for ${agent_id} at ${turn}, said: ${prompt} ${HOME}"}
""")

    async def text(wanted: ModelRequest) -> str:
        return (await scripted.complete(wanted, ignore_delta)).message.text

    assert await text(request("security", 2)) == "second"
    assert await text(request("security", 1)) == "first"
    assert await text(request("security", 1, attempt=1)) == "again"
    assert await text(request("security", 1, sample=2)) == "third sample"
    assert await text(request("docs", 3)) == "none for step/docs at 3, said: Look. ${HOME}"
    # Order and repetition change nothing: no running counter.
    assert await text(request("security", 2)) == "second"


async def test_without_a_scenario_the_reply_fits_the_schema() -> None:
    scripted = ScriptedClient(Scenario())
    reply = await scripted.complete(request(schema=SCHEMA), ignore_delta)
    value = json.loads(reply.message.text)
    jsonschema.validate(value, SCHEMA)
    assert value["findings"] == []
    plain = await scripted.complete(request("docs"), ignore_delta)
    assert plain.message.text == "Nothing to add from docs."
    assert plain.stop_reason == "end_turn"


def test_least_instance_of_odd_schemas() -> None:
    assert least_instance({}) is None
    assert least_instance({"type": ["string", "null"]}) == ""
    assert least_instance({"const": 3}) == 3
    assert least_instance({"default": [1]}) == [1]
    assert least_instance({"type": "array", "items": {"type": "number"}, "minItems": 2}) == [0, 0]


async def test_tool_calls_have_stable_ids_and_stop_for_tool_use() -> None:
    scripted = client("replies: [{tool_use: [{name: Read, input: {path: '${agent}.py'}}]}]")
    reply = await scripted.complete(request("docs"), ignore_delta)
    again = await scripted.complete(request("docs"), ignore_delta)
    assert reply.stop_reason == "tool_use"
    assert reply.message == again.message
    (use,) = reply.message.tool_uses
    assert isinstance(use, ToolUseBlock)
    assert (use.name, use.input) == ("Read", {"path": "docs.py"})


async def test_usage_is_estimated_unless_the_scenario_gives_it() -> None:
    scripted = client("""
replies:
  - {agent: given, text: hi, usage: {input_tokens: 7, output_tokens: 2, cache_read_input_tokens: 9}}
""")
    given = await scripted.complete(request("given"), ignore_delta)
    assert given.usage == Usage(7, 2, 9)
    other = await scripted.complete(request("other"), ignore_delta)
    assert other.usage.is_estimated
    assert other.usage.input_tokens > 0
    assert other.usage.output_tokens > 0


async def test_a_paced_reply_streams_in_pieces_that_add_up() -> None:
    text = "All is well with this module. " * 20
    scripted = client(f"replies: [{{text: '{text}', thinking: Hm., tokens_per_s: 2000}}]")
    deltas: list[tuple[str, str]] = []
    reply = await scripted.complete(request(), lambda kind, piece: deltas.append((kind, piece)))
    assert deltas[0] == ("start", "")
    assert "".join(piece for kind, piece in deltas if kind == "text") == text == reply.message.text
    assert "".join(piece for kind, piece in deltas if kind == "thinking") == "Hm."
    assert len(deltas) > 2
    assert 0 <= reply.ttft_s <= reply.elapsed_s


@pytest.mark.parametrize(
    ("kind", "is_retryable"),
    [
        ("rate_limit", True),
        ("overloaded", True),
        ("server", True),
        ("timeout", True),
        ("connection", True),
        ("cut", True),
        ("truncated", True),
        ("auth", False),
        ("permission", False),
        ("not_found", False),
        ("invalid_request", False),
        ("too_large", False),
        ("setup", False),
    ],
)
async def test_every_kind_of_model_error(kind: str, is_retryable: bool) -> None:
    scripted = ScriptedClient(load_scenario(SCENARIOS / "faults.yaml"))
    with pytest.raises(ModelError) as raised:
        await scripted.complete(request(kind), ignore_delta)
    assert raised.value.kind == kind
    assert raised.value.is_retryable is is_retryable
    assert raised.value.retry_after_s == (7 if kind == "rate_limit" else None)


async def test_a_protocol_fault_is_the_error_kind_garbage_and_garbage_is_text() -> None:
    scripted = ScriptedClient(load_scenario(SCENARIOS / "faults.yaml"))
    with pytest.raises(ModelError) as raised:
        await scripted.complete(request("protocol"), ignore_delta)
    assert raised.value.kind == "garbage"
    reply = await scripted.complete(request("garbage", schema=SCHEMA), ignore_delta)
    assert reply.message.text == GARBAGE


async def test_a_cut_reply_streams_half_and_is_charged() -> None:
    scripted = ScriptedClient(load_scenario(SCENARIOS / "faults.yaml"))
    deltas: list[str] = []
    with pytest.raises(ModelError) as raised:
        await scripted.complete(request("cut"), lambda _kind, piece: deltas.append(piece))
    assert "".join(deltas) == "This reply is cu"
    assert raised.value.usage.input_tokens > 0
    assert raised.value.usage.output_tokens > 0
    assert raised.value.usage.is_estimated


async def test_a_fault_for_the_first_network_attempts_only() -> None:
    scripted = ScriptedClient(load_scenario(SCENARIOS / "faults.yaml"))
    with pytest.raises(ModelError):
        await scripted.complete(request("once"), ignore_delta)
    assert (await scripted.complete(request("once"), ignore_delta)).message.text
    with pytest.raises(ModelError):  # another call site counts for itself
        await scripted.complete(request("once", turn=2), ignore_delta)


async def test_a_crash_is_no_model_error() -> None:
    scripted = ScriptedClient(load_scenario(SCENARIOS / "faults.yaml"))
    with pytest.raises(RuntimeError, match="scenario"):
        await scripted.complete(request("crash"), ignore_delta)


async def test_a_hang_lasts_until_it_is_cancelled() -> None:
    scripted = ScriptedClient(load_scenario(SCENARIOS / "faults.yaml"))
    task = asyncio.create_task(scripted.complete(request("hang"), ignore_delta))
    await asyncio.sleep(0.05)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_stop_reason_of_its_own() -> None:
    scripted = ScriptedClient(load_scenario(SCENARIOS / "faults.yaml"))
    reply = await scripted.complete(request("cut_off"), ignore_delta)
    assert reply.stop_reason == "max_tokens"


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_scenarios_of_the_other_tests_have_no_problems(path: Path) -> None:
    scenario, problems = lint_scenario(str(path), path.read_text())
    assert scenario is not None
    assert problems == []


async def test_the_example_of_a_review() -> None:
    scripted = ScriptedClient(load_scenario(SCENARIOS / "review.yaml"))
    assert scripted.label == "scripted/scripted-review"
    reply = await scripted.complete(request("docs"), ignore_delta)
    assert json.loads(reply.message.text)["summary"] == "Nothing to add from docs."


def test_problems_name_their_lines_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("""\
bogus: 1
replies:
  - {agent: a, turn: soon}
  - agent: b
    fault:
      kind: explode
  - tool_use:
      - {name: Read, inputs: {}}
prices: {input: -1, output: 1}
""")
    with pytest.raises(InvalidFileError) as raised:
        load_scenario(path)
    lines = [(p.line, p.rule) for p in raised.value.problems]
    assert lines == [(line, "SC003") for line in (1, 3, 6, 8, 9)]
    assert f"{path}:3: SC003" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "line", "rule"),
    [
        ("a: [1\nb: 2", 2, "SC002"),
        ("- just a list", 1, "SC003"),
        ("replies: 3", 1, "SC003"),
        ("x: 1\n\nreplies:\n  - {text: a, json: {}}", 1, "SC003"),
        ("\nreplies:\n  - {text: a, json: {}}", 3, "SC004"),
        ("replies:\n  - fault: explode", 2, "SC003"),
        ("a: &x [*x]", 1, "SC002"),
        ("replies: [{1: 2}]", 1, "SC003"),
        ("? [a]\n: 1", 1, "SC002"),
    ],
)
def test_one_problem(text: str, line: int, rule: str) -> None:
    scenario, problems = lint_scenario("s.yaml", text)
    assert scenario is None
    assert (problems[0].line, problems[0].rule) == (line, rule)


def test_a_hidden_reply_is_a_warning() -> None:
    scenario, problems = lint_scenario("s", "replies:\n  - {agent: a}\n  - {agent: a}\n")
    assert scenario is not None
    assert [(p.line, p.rule, p.level) for p in problems] == [(3, "SC005", "warning")]


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidFileError, match="SC001"):
        load_scenario(tmp_path / "none.yaml")
