"""Attacks on what is not a file, at the level ``bwrap``: network, sockets, processes, terminal."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process.attack import attack
from tests.process.level import needs_bwrap

pytestmark = needs_bwrap

CONNECT = """
import socket, sys
for family, address in (
    (socket.AF_INET, ("127.0.0.1", {port})), (socket.AF_INET, ("192.0.2.1", 80)),
    (socket.AF_INET6, ("::1", {port})), (socket.AF_UNIX, {named!r}), (socket.AF_UNIX, {abstract!r}),
):
    try:
        connection = socket.socket(family)
        connection.settimeout(1)
        connection.connect(address)
        print("connected", address)
    except OSError:
        print("refused")
"""


async def test_no_network_and_no_unix_socket_of_the_host(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    abstract = f"\0ladder-attack-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as named,
        socket.socket(socket.AF_UNIX) as hidden,
    ):
        named.bind(str(tmp_path / "s"))
        hidden.bind(abstract)
        named.listen()
        hidden.listen()
        port = tcp.getsockname()[1]
        (place / "x.py").write_text(
            CONNECT.format(port=port, named=str(tmp_path / "s"), abstract=abstract)
        )
        done = await attack(place, f"{sys.executable} -I -S x.py")
        assert done.text.split() == ["refused"] * 5
        done = await attack(place, f"exec 3<>/dev/tcp/127.0.0.1/{port} && echo connected")
        assert "connected" not in done.text
        done = await attack(place, "tail -n +2 /proc/net/route; ls /sys/class/net; getent hosts a")
        assert "eth" not in done.text


async def test_processes_of_the_host_are_out_of_sight_and_reach(tmp_path: Path) -> None:
    with start_victim() as victim:
        try:
            done = await attack(
                tmp_path,
                f"kill -9 {victim.pid} {os.getpid()} {os.getppid()}; kill -9 -1;"
                f" cat /proc/{victim.pid}/environ; ls -d /proc/[0-9]* | wc -l",
            )
            assert victim.poll() is None
        finally:
            victim.kill()
    assert "very-secret" not in done.text
    done = await attack(
        tmp_path,
        "ls -d /proc/[0-9]* | wc -l; echo 1 > /proc/sys/kernel/panic;"
        " mount -t tmpfs x /tmp;"
        " unshare -Ur true && echo bad; cat /dev/mem /dev/kmsg",
    )
    assert int(done.text.split("\n")[0]) < 12
    assert "bad" not in done.text


@pytest.mark.parametrize(
    "command",
    [
        "setsid sh -c 'sleep 1; touch {late}' & exit",
        "(env -i setsid nohup sh -c 'sleep 1; touch {late}' >/dev/null 2>&1 &) ; exit",
        "python3 -c 'import os,time\nif not os.fork():\n os.setsid()\n if not os.fork():\n"
        '  time.sleep(1); open("{late}", "w")\n  os._exit(0)\'',
    ],
)
async def test_a_daemonised_child_does_not_survive(tmp_path: Path, command: str) -> None:
    await attack(tmp_path, command.format(late=tmp_path / "late"))
    await asyncio.sleep(1.5)
    assert list_of(tmp_path) == []


async def test_escape_sequences_do_not_reach_a_terminal(tmp_path: Path) -> None:
    done = await attack(
        tmp_path,
        "printf '\\033[2J\\033]0;owned\\007\\033]52;c;ZXZpbA==\\007';"
        " printf '\\x9b2J\\302\\2332J a\\rb\\b\\b';"
        " printf '\\342\\200\\256evil\\n' >&2; printf '\\033[8m' > /dev/tty; exit 1",
    )
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", done.text)
    assert "␛[2J" in done.text
    assert "<U+202E>evil" in done.text


def start_victim() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "60"], env={"KEY": "very-secret"})


def list_of(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
