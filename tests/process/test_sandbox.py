from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from ladder_tui.errors import ProcessError
from ladder_tui.process.runner import ProcessResult, ProcessRunner, ProcessSpec
from ladder_tui.process.sandbox import bwrap_argv, probe_sandbox, probe_sandbox_now
from tests.process.level import needs_bwrap


async def confined(
    script: str,
    cwd: Path,
    *,
    reads: tuple[Path, ...] = (),
    writes: tuple[Path, ...] = (),
) -> ProcessResult:
    spec = ProcessSpec(("sh", "-c", script), cwd, read_paths=reads, write_paths=writes)
    return await ProcessRunner("bwrap").run(spec)


async def test_probe_gives_a_level_and_a_reason_for_less() -> None:
    report = await probe_sandbox()
    assert report.level in ("bwrap", "limits")
    assert bool(report.reason) == (report.level == "limits")


def test_without_bubblewrap_the_level_is_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    probe_sandbox_now.cache_clear()
    try:
        report = probe_sandbox_now()
    finally:
        probe_sandbox_now.cache_clear()
    assert report.level == "limits"
    assert "not installed" in report.reason or "needs Linux" in report.reason


def test_a_bubblewrap_that_refuses_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    probe_sandbox_now.cache_clear()
    try:
        report = probe_sandbox_now()
    finally:
        probe_sandbox_now.cache_clear()
    assert report.level == "limits"
    assert "Permission denied" in report.reason or "needs Linux" in report.reason


@pytest.mark.parametrize("path", ["/", "/usr/..", "relative"])
def test_the_whole_root_is_never_bound(path: str) -> None:
    spec = ProcessSpec(("true",), Path("/tmp"), read_paths=(Path(path),))
    with pytest.raises(ProcessError, match="sandbox"):
        bwrap_argv(spec, ["/bin/true"])


@needs_bwrap
async def test_only_listed_paths_exist(tmp_path: Path) -> None:
    given, secret = tmp_path / "given", tmp_path / "secret"
    for folder in (given, secret):
        folder.mkdir()
        (folder / "file").write_text("content")
    home = Path.home()
    script = f"cat file; cat {secret}/file; ls -A {home}; ls -A {tmp_path}"
    done = await confined(script, given, reads=(given,))
    assert done.stdout.decode().splitlines()[0].startswith("content")
    assert "secret" not in done.stdout.decode()
    assert b"No such file" in done.stderr
    for name in (".ssh", ".bashrc", ".aws", ".config"):
        assert name not in done.stdout.decode().split()


@needs_bwrap
async def test_read_paths_are_read_only_and_write_paths_are_not(tmp_path: Path) -> None:
    reads, writes = tmp_path / "r", tmp_path / "w"
    reads.mkdir()
    writes.mkdir()
    script = f"touch {reads}/x {writes}/x; touch /x /etc/x /usr/x; rm -rf {reads}"
    await confined(script, writes, reads=(reads,), writes=(writes,))
    assert list(reads.iterdir()) == []
    assert (writes / "x").exists()
    assert "x" not in os.listdir("/")  # noqa: PTH208


@needs_bwrap
async def test_git_folder_of_a_writable_path_stays_read_only(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    git.mkdir()
    (git / "config").write_text("[core]\n")
    script = "echo evil >> .git/config; touch .git/x; mv .git .old; touch fine"
    await confined(script, tmp_path, writes=(tmp_path,))
    assert (git / "config").read_text() == "[core]\n"
    assert sorted(os.listdir(tmp_path)) == [".git", "fine"]  # noqa: PTH208


@needs_bwrap
async def test_journal_is_hidden(tmp_path: Path) -> None:
    (tmp_path / ".ladder").mkdir()
    (tmp_path / ".ladder" / "ladder.db").write_text("secret")
    done = await confined("ls -A .ladder; cat .ladder/ladder.db", tmp_path, reads=(tmp_path,))
    assert done.stdout == b""


@needs_bwrap
async def test_a_path_reached_by_a_symlink_is_there_under_both_names(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    (real / "file").write_text("x")
    link.symlink_to(real)
    done = await confined(f"cat {link}/file {real}/file", link, reads=(link,))
    assert done.stdout == b"xx"


@needs_bwrap
async def test_no_network_and_no_unix_socket(tmp_path: Path) -> None:
    code = (
        "import socket, sys\n"
        "for family, address in ((socket.AF_INET, ('127.0.0.1', int(sys.argv[1]))),\n"
        "                        (socket.AF_UNIX, sys.argv[2]), (socket.AF_UNIX, sys.argv[3])):\n"
        "    try: socket.socket(family).connect(address); print('connected', address)\n"
        "    except OSError as error: print('refused')\n"
    )
    unix = socket.AF_UNIX
    with socket.socket() as tcp, socket.socket(unix) as named, socket.socket(unix) as abstract:
        tcp.bind(("127.0.0.1", 0))
        named.bind(str(tmp_path / "s"))
        abstract.bind(f"\0ladder-test-{os.getpid()}")
        for server in (tcp, named, abstract):
            server.listen()
        addresses = (str(tcp.getsockname()[1]), str(tmp_path / "s"))
        script = code.replace("sys.argv[3]", repr(f"\0ladder-test-{os.getpid()}"))
        argv = (sys.executable, "-I", "-S", "-c", script, *addresses)
        done = await ProcessRunner("bwrap").run(ProcessSpec(argv, Path("/tmp")))
    assert done.stdout.decode().split() == ["refused"] * 3, done.stderr


@needs_bwrap
async def test_no_capability_and_no_further_namespace(tmp_path: Path) -> None:
    done = await confined("grep CapEff /proc/self/status; unshare -U true && echo bad", tmp_path,
                          reads=(tmp_path,))  # fmt: skip
    assert done.stdout.split() == [b"CapEff:", b"0000000000000000"]


@needs_bwrap
async def test_other_processes_are_out_of_sight(tmp_path: Path) -> None:
    script = f"ls -d /proc/[0-9]* | wc -l; kill -0 {os.getpid()} && echo bad"
    done = await confined(script, tmp_path, reads=(tmp_path,))
    assert int(done.stdout) < 10


@needs_bwrap
async def test_temporary_files_are_bounded(tmp_path: Path) -> None:
    done = await confined("df -k --output=size /tmp /dev/shm", tmp_path, reads=(tmp_path,))
    assert done.stdout.split()[1:] == [b"524288", b"524288"]


@needs_bwrap
async def test_our_interpreter_and_its_packages_run(tmp_path: Path) -> None:
    code = "import msgspec, ruff, sys; print(sys.prefix)"
    spec = ProcessSpec((sys.executable, "-c", code), tmp_path, read_paths=(tmp_path,))
    done = await ProcessRunner("bwrap").run(spec)
    assert done.stdout.decode().strip() == sys.prefix, done.stderr
    ruff = await ProcessRunner("bwrap").run(ProcessSpec(("ruff", "--version"), Path("/tmp")))
    assert ruff.stdout.startswith(b"ruff "), ruff.stderr
