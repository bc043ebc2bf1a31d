"""Cassettes: what is recorded is replayed, what is not says what differs."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ladder_tui.domain.ids import AgentId
from ladder_tui.domain.message import user_text
from ladder_tui.domain.model import CallSite, ModelReply, ModelRequest
from ladder_tui.errors import InvalidFileError, ModelError
from ladder_tui.models.cassette import RecordingClient, ReplayClient
from ladder_tui.models.client import ModelClient, ignore_delta
from ladder_tui.models.recording import request_key
from ladder_tui.models.scenario import lint_scenario
from ladder_tui.models.scripted import ScriptedClient

SCENARIO = """
replies:
  - {agent: a, turn: 1, text: "First of a.", tokens_per_s: 200, thinking: Hm.}
  - {agent: a, turn: 2, tool_use: [{name: Read, input: {path: x.py}}]}
  - {agent: b, text: "Of b.", fault: {kind: rate_limit, retry_after_s: 3, times: 1}}
  - {agent: leak, fault: {kind: auth, message: 'no such key: sk-"secret"'}}
default: {text: "From ${agent_id}."}
"""


def scripted() -> ScriptedClient:
    scenario, problems = lint_scenario("s.yaml", SCENARIO)
    assert scenario is not None, problems
    return ScriptedClient(scenario)


def request(agent: str, turn: int = 1, text: str = "Look.", **changes: Any) -> ModelRequest:
    call = CallSite(AgentId(f"step/{agent}"), agent, turn)
    made = ModelRequest("m", "You review.", (user_text(text),), 100, call)
    return msgspec.structs.replace(made, **changes)


async def ask(
    client: ModelClient, wanted: ModelRequest
) -> tuple[list[tuple[str, str]], ModelReply]:
    deltas: list[tuple[str, str]] = []
    reply = await client.complete(wanted, lambda kind, text: deltas.append((kind, text)))
    return deltas, reply


async def record(path: Path, *requests: ModelRequest) -> list[Any]:
    recorder = RecordingClient(scripted(), path)
    results: list[Any] = []
    for wanted in requests:
        try:
            results.append(await ask(recorder, wanted))
        except ModelError as error:
            results.append(error)
    await recorder.aclose()
    return results


async def test_replies_deltas_and_errors_come_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tape.jsonl"
    wanted = [request("a"), request("a", 2), request("b"), request("b")]
    first = await record(path, *wanted)
    replay = ReplayClient(path)
    assert replay.label == "scripted/scripted"
    assert replay.capabilities == scripted().capabilities
    assert await ask(replay, wanted[1]) == first[1]  # in any order
    assert await ask(replay, wanted[0]) == first[0]
    with pytest.raises(ModelError) as raised:
        await ask(replay, wanted[2])
    assert vars(raised.value) == vars(first[2])
    assert await ask(replay, wanted[3]) == first[3]
    await replay.aclose()


async def test_equal_requests_get_the_reply_of_their_own_call_site(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    await record(path, request("x"), request("y"), request("z"))
    replay = ReplayClient(path)
    assert request_key(request("x")) == request_key(request("y"))
    texts = [(await ask(replay, request(name)))[1].message.text for name in ("z", "x", "other")]
    assert texts == ["From step/z.", "From step/x.", "From step/y."]


async def test_the_recorded_pace_can_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    await record(path, request("a"))
    deltas, _ = await ask(ReplayClient(path, speed=10), request("a"))
    assert deltas[0] == ("start", "")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (request("a", text="Look again."), "message 1 of 1"),
        (request("a", system="You write."), "differ: system$"),
        (request("a", max_tokens=200), r"max_tokens \(recorded 100, now 200\)"),
        (request("a", model="other"), r"model \(recorded m, now other\)"),
        (
            request("a", messages=(user_text("Look."), user_text("x"))),
            r"messages \(recorded 1, now 2\)",
        ),
        (request("a", output_schema={}), "differ: schema$"),
        (request("new", text="x"), "nothing was recorded for agent step/new"),
    ],
)
async def test_a_call_that_was_not_recorded(
    tmp_path: Path, wanted: ModelRequest, message: str
) -> None:
    path = tmp_path / "tape.jsonl"
    await record(path, request("a"))
    with pytest.raises(ModelError, match=f"agent {wanted.call.agent_id}, turn 1") as raised:
        await ReplayClient(path).complete(wanted, ignore_delta)
    assert raised.value.kind == "setup"
    assert not raised.value.is_retryable
    raised.match(f"(?m){message}")


async def test_the_closest_call_is_the_one_of_the_same_turn(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    await record(path, request("a", 1, "one"), request("a", 2, "two"))
    with pytest.raises(ModelError, match="recorded turn 2"):
        await ReplayClient(path).complete(request("a", 2, "other"), ignore_delta)


async def test_a_call_is_answered_as_often_as_it_was_recorded(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    await record(path, request("a"))
    replay = ReplayClient(path)
    await ask(replay, request("a"))
    with pytest.raises(ModelError, match="fewer times"):
        await ask(replay, request("a"))


async def test_each_line_is_readable_at_once_and_a_torn_one_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    recorder = RecordingClient(scripted(), path)
    await ask(recorder, request("a"))
    await ask(ReplayClient(path), request("a"))  # while the recorder is still open
    await recorder.aclose()
    whole = path.read_bytes()
    path.write_bytes(whole + whole.splitlines()[1][:40])
    await ask(ReplayClient(path), request("a"))
    await record(path, request("z"))  # a resumed run goes on in the same file
    replay = ReplayClient(path)
    await ask(replay, request("a"))
    await ask(replay, request("z"))


async def test_secrets_and_the_text_of_requests_stay_out(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    recorder = RecordingClient(scripted(), path, secrets=['sk-"secret"', ""])
    with pytest.raises(ModelError):
        await ask(recorder, request("leak", text="the source code"))
    await recorder.aclose()
    text = path.read_text()
    assert "secret\\" not in text
    assert "[secret]" in text
    assert "source code" not in text
    assert "You review" not in text


async def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    await record(path, request("a"), request("z"))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], "{oops", lines[1], '{"key": 1}', ""]))
    with pytest.raises(InvalidFileError) as raised:
        ReplayClient(path)
    assert [(p.line, p.rule) for p in raised.value.problems] == [(2, "CA002"), (4, "CA002")]


@pytest.mark.parametrize("content", ["", "# Readme\n", '{"cassette": 9, "label": ""}\n'])
def test_a_file_that_is_no_cassette(tmp_path: Path, content: str) -> None:
    path = tmp_path / "README.md"
    path.write_text(content)
    with pytest.raises(InvalidFileError, match="CA001"):
        ReplayClient(path)
    if content:
        with pytest.raises(InvalidFileError, match="CA001"):
            RecordingClient(scripted(), path)
        assert path.read_text() == content


def test_a_cassette_that_is_not_there_or_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(InvalidFileError, match="cannot be read"):
        ReplayClient(tmp_path / "none.jsonl")
    with pytest.raises(InvalidFileError, match="cannot be written"):
        RecordingClient(scripted(), tmp_path)


async def test_a_full_disk_is_a_model_error_that_carries_what_was_spent(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    await record(path, request("a"))
    recorder = RecordingClient(scripted(), path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 50, hard))
    try:
        with pytest.raises(ModelError, match="cannot be written") as raised:
            await ask(recorder, request("z"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert raised.value.kind == "setup"
    assert raised.value.usage.total_tokens > 0
    await ask(recorder, request("z"))  # there is room again: no torn line in between
    await recorder.aclose()
    await ask(ReplayClient(path), request("z"))
