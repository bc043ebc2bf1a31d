"""What the level ``limits`` leaves open, as docs/security.md says, and what it still holds."""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from ladder_tui.domain.permission import PermissionRules
from ladder_tui.process.leftover import is_alive, start_ticks
from ladder_tui.tools.permission import Permissions
from tests.process.attack import SECRET, attack


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "place"
    place.mkdir()
    return place


async def test_files_and_network_of_the_user_are_open(place: Path) -> None:
    (place.parent / "secret").write_text(SECRET)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = await attack(
            place,
            f"cat ../secret; echo; echo x > ../new; ls -d /proc/{os.getpid()};"
            f" exec 3<>/dev/tcp/127.0.0.1/{port} && echo connected",
            "limits",
        )
    assert done.text.split("\n") == [SECRET, f"/proc/{os.getpid()}", "connected"]
    assert (place.parent / "new").read_text() == "x\n"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found through /proc")
async def test_a_daemon_that_drops_its_environment_survives_and_another_does_not(
    place: Path,
) -> None:
    done = await attack(
        place,
        "(env -i /usr/bin/setsid /bin/sh -c 'echo $$ > lost; exec sleep 30' >/dev/null 2>&1 &);"
        " (setsid sh -c 'echo $$ > found; exec sleep 30' >/dev/null 2>&1 &);"
        " until [ -s lost ] && [ -s found ]; do sleep 0.05; done; cat lost found",
        "limits",
    )
    lost, found = (int(line) for line in done.text.split("\n"))
    try:
        assert is_alive(lost, start_ticks(lost))
        assert not is_alive(found, start_ticks(found))
    finally:
        with suppress(ProcessLookupError):
            os.kill(lost, signal.SIGKILL)


async def test_every_command_asks(place: Path) -> None:
    permissions = Permissions(PermissionRules(), "limits")
    for command in ("ls", "cat ../secret", "git status; rm x"):
        assert permissions.decide("Bash", {"command": command}).kind == "ask"


async def test_environment_time_output_and_terminal_are_held(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LADDER_TEST_API_KEY", SECRET)
    done = await attack(place, "env; printf '\\033[2J'; echo ~; sleep 60", "limits", timeout=2_000)
    assert SECRET not in done.text
    assert "\x1b" not in done.text
    assert str(Path.home()) not in done.text.split("\n")
    assert done.text.endswith("[ended by the time limit of 2 s]")
    assert (await attack(place, "yes", "limits")).summary == "too much output"
