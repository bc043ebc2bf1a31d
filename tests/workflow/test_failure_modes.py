"""Every way of failing is a typed slot, and the rest go on."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from ladder_tui.domain.event import AgentFinished, ModelRouted, ProcessFinished, StepFinished
from tests.workflow.world import TYPED, run_workflow

GOOD = {"json": {"kind": "good"}}
SCENARIO = {
    "replies": [
        {"agent": "crash", "fault": "crash"},
        {"agent": "hang", "fault": "hang"},
        {"agent": "garbage", "fault": "garbage"},
        {"agent": "no_key", "fault": {"kind": "auth"}},
        {"agent": "overload", "fault": {"kind": "overloaded", "retry_after_s": 999}},
        {
            "agent": "endless",
            "tool_use": [{"name": "Glob", "input": {"pattern": "*"}}],
        },
    ],
    "default": GOOD,
}
EXPECTED = {
    "crash": ("failed", "crash"),
    "hang": ("failed", "timeout"),
    "garbage": ("failed", "invalid_output"),
    "no_key": ("failed", "provider"),
    "overload": ("failed", "provider"),
    "endless": ("failed", "limit"),
    "good": ("done", ""),
}


async def test_each_failure_of_an_agent_is_its_own_slot(tmp_path: Path) -> None:
    look = {
        "id": "look",
        "skill": "looker",
        "for_each": list(EXPECTED),
        "name": "${item}",
        "with": {"topic": "${item}"},
        "max_parallel": 1,
        "limits": {"seconds": 2, "turns": 4},
        "on_error": "continue",
    }
    after = {"id": "after", "skill": "looker", "name": "after", "with": {"topic": "x"}}
    looker = msgspec.structs.replace(TYPED, name="looker", allowed_tools=("Glob",))
    told = await run_workflow(
        tmp_path, {"steps": [look, after]}, scenario=SCENARIO, skills=(looker,)
    )
    ends = [e for e in told.events if isinstance(e, AgentFinished)]
    found = {e.agent_id.split("/")[1]: (e.state, e.failure) for e in ends}
    assert found == {**EXPECTED, "after": ("done", "")}
    assert all(e.reason for e in ends if e.state != "done")
    (step,) = (e for e in told.events if isinstance(e, StepFinished) and e.step_id == "look")
    assert (step.slots_ok, step.slots_total) == (1, len(EXPECTED))
    assert all(name in step.reason for name, (state, _) in EXPECTED.items() if state != "done")
    assert len([e for e in told.events if isinstance(e, ModelRouted)]) == len(EXPECTED) + 1


COMMANDS = {
    "memory": "bytearray(64 * 2**30)",
    "never": "import time; time.sleep(600)",
    "flood": "import sys\nwhile True: sys.stdout.write('x' * 65536)",
    "good": "print('done')",
}


async def test_a_command_out_of_memory_or_without_an_end_is_its_own_slot(tmp_path: Path) -> None:
    items = [{"name": name, "code": code} for name, code in COMMANDS.items()]
    work = {
        "id": "work",
        "run": [sys.executable, "-I", "-S", "-c", "${item.code}"],
        "for_each": items,
        "name": "${item.name}",
        "max_parallel": 4,
        "effect": "none",
        "timeout": 6,
        "on_error": "continue",
    }
    told = await run_workflow(tmp_path, {"steps": [work]})
    (step,) = (e for e in told.events if isinstance(e, StepFinished))
    assert (step.slots_ok, step.slots_total) == (1, len(COMMANDS))
    assert "MemoryError" in step.reason
    for name in ("memory", "never", "flood"):
        assert f"{name}: " in step.reason, step.reason
    ends = {e.slot: e.exit_code for e in told.events if isinstance(e, ProcessFinished)}
    assert ends["good"] == 0
    assert all(code != 0 for name, code in ends.items() if name != "good")
