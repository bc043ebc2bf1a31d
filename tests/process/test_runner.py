from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
import uvloop

from ladder_tui.errors import ProcessError
from ladder_tui.process import launch, leftover
from ladder_tui.process.runner import ProcessResult, ProcessRunner, ProcessSpec, SandboxLevel
from tests.process.level import each_level
from tests.process.tree import open_descriptors, running, wait_until

TMP = Path("/tmp")


async def sh(level: SandboxLevel, script: str, **limits: object) -> ProcessResult:
    spec = ProcessSpec(("sh", "-c", script), TMP, **limits)  # type: ignore[arg-type]
    return await ProcessRunner(level).run(spec)


@each_level
async def test_exit_code_and_both_streams(level: SandboxLevel) -> None:
    done = await sh(level, "echo out; echo err >&2; exit 3")
    assert (done.exit_code, done.stdout, done.stderr) == (3, b"out\n", b"err\n")
    assert (done.is_timed_out, done.is_truncated, done.level) == (False, False, level)


@each_level
async def test_stdin_arrives_whole_also_past_a_full_pipe(level: SandboxLevel) -> None:
    payload = b"no newline at first\n\n" + bytes(range(256)) * 4096
    done = await ProcessRunner(level).run(ProcessSpec(("cat",), TMP, stdin=payload))
    assert done.stdout == payload


@each_level
async def test_stdin_that_nobody_reads_is_no_error(level: SandboxLevel) -> None:
    assert (await sh(level, "exit 0", stdin=b"x" * 1_000_000)).exit_code == 0


@each_level
async def test_environment_holds_nothing_of_the_user(
    level: SandboxLevel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    monkeypatch.setenv("LD_PRELOAD", "")
    done = await sh(level, "env", env={"EXTRA": "1"})
    names = {line.split("=")[0] for line in done.stdout.decode().splitlines()}
    expected = {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TERM", "NO_COLOR", "TZ", "EXTRA"}
    assert names - {"PWD", "OLDPWD", "SHLVL", "_"} == expected | {
        "PYTHONDONTWRITEBYTECODE",
        leftover.GROUP_VARIABLE,
    }
    assert "sk-secret" not in done.stdout.decode()


@each_level
async def test_home_is_private_and_gone_afterwards(level: SandboxLevel) -> None:
    done = await sh(level, 'ls -A "$HOME"; touch "$HOME/x"; echo "$HOME"')
    *there, last = done.stdout.decode().splitlines()
    home = Path(last)
    assert home.is_absolute()
    # Inside bubblewrap it is a new /tmp, in which only an interpreter that lives there is seen.
    seen = {Path(sys.prefix).parts[2]} if Path(sys.prefix).is_relative_to(TMP) else set()
    assert set(there) <= seen
    assert home == TMP or home.name not in os.listdir(home.parent)  # noqa: PTH208


@each_level
async def test_time_limit_ends_the_whole_tree(level: SandboxLevel) -> None:
    word = f"300.{os.getpid()}1"
    script = f"trap '' TERM; setsid sleep {word} & sleep {word} & echo before; sleep {word}"
    done = await sh(level, script, timeout_s=0.5)
    assert (done.is_timed_out, done.exit_code, done.stdout) == (True, None, b"before\n")
    assert wait_until(lambda: not running(word))


@each_level
async def test_output_limit_kills_and_keeps_the_first_bytes(level: SandboxLevel) -> None:
    done = await sh(level, "yes", output_limit=100_000)
    assert done.is_truncated
    assert not done.is_timed_out
    assert len(done.stdout) + len(done.stderr) == 100_000


@each_level
async def test_output_limit_counts_both_streams(level: SandboxLevel) -> None:
    done = await sh(level, "yes >&2 & yes", output_limit=50_000)
    assert done.is_truncated
    assert len(done.stdout) + len(done.stderr) == 50_000


@each_level
@pytest.mark.parametrize("start", ["", "setsid"])
async def test_a_stray_that_holds_the_pipe_does_not_hang_us(
    level: SandboxLevel, start: str
) -> None:
    word = f"301.{os.getpid()}{len(start)}"
    done = await sh(level, f"{start} sleep {word} & echo done", timeout_s=120)
    assert (done.exit_code, done.stdout) == (0, b"done\n")
    assert done.elapsed_s < 60
    assert wait_until(lambda: not running(word))


@each_level
async def test_cancelling_kills_the_tree(level: SandboxLevel) -> None:
    word = f"302.{os.getpid()}"
    events: list[str] = []
    runner = ProcessRunner(
        level,
        on_start=lambda _group, _ticks, _label: events.append("start"),
        on_end=lambda _group: events.append("end"),
    )
    script = f"setsid sleep {word} & sleep {word}"
    task = asyncio.create_task(runner.run(ProcessSpec(("sh", "-c", script), TMP)))
    assert await asyncio.to_thread(wait_until, lambda: len(running(word)) == 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert wait_until(lambda: not running(word))
    assert events == ["start", "end"]


@each_level
async def test_cancelling_at_any_moment_of_a_start_leaves_nothing(level: SandboxLevel) -> None:
    word = f"307.{os.getpid()}"
    runner = ProcessRunner(level, max_parallel=8)
    script = f"setsid sleep {word} & sleep {word}"

    async def start_and_cancel(after_s: float) -> None:
        task = asyncio.create_task(runner.run(ProcessSpec(("sh", "-c", script), TMP)))
        await asyncio.sleep(after_s)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    await asyncio.gather(*(start_and_cancel(n * 0.003) for n in range(16)))
    assert await asyncio.to_thread(wait_until, lambda: not running(word))


@each_level
async def test_the_group_is_known_before_the_command_does_anything(
    level: SandboxLevel, tmp_path: Path
) -> None:
    seen: list[tuple[int, int, str, bytes]] = []

    def on_start(group: int, ticks: int, label: str) -> None:
        seen.append((group, ticks, label, Path(f"/proc/{group}/cmdline").read_bytes()))
        stat = leftover.read_stat(group)
        assert stat is not None
        assert (stat.group, stat.session, stat.start_ticks) == (group, group, ticks)
        assert not (tmp_path / "made").exists()

    runner = ProcessRunner(level, on_start=on_start)
    spec = ProcessSpec(("touch", "made"), tmp_path, write_paths=(tmp_path,), label="mark")
    assert (await runner.run(spec)).exit_code == 0
    assert (tmp_path / "made").exists()
    group, _, label, _ = seen[0]
    assert label == "mark"
    assert not leftover.is_alive(group, seen[0][1])


@each_level
async def test_what_cannot_be_recorded_is_not_run(level: SandboxLevel, tmp_path: Path) -> None:
    def on_start(_group: int, _ticks: int, _label: str) -> None:
        raise RuntimeError("disk full")

    runner = ProcessRunner(level, on_start=on_start)
    with pytest.raises(RuntimeError, match="disk full"):
        await runner.run(ProcessSpec(("touch", "made"), tmp_path, write_paths=(tmp_path,)))
    assert not (tmp_path / "made").exists()


@each_level
async def test_kill_all_ends_running_commands(level: SandboxLevel) -> None:
    word = f"303.{os.getpid()}"
    runner = ProcessRunner(level, max_parallel=2)
    spec = ProcessSpec(("sleep", word), TMP)
    tasks = [asyncio.create_task(runner.run(spec)) for _ in range(2)]
    assert await asyncio.to_thread(wait_until, lambda: len(running(word)) >= 2)
    await runner.kill_all()
    assert [task.exit_code for task in await asyncio.gather(*tasks)] == [-9, -9]


@each_level
async def test_no_more_than_max_parallel_run_at_once(level: SandboxLevel) -> None:
    now: set[int] = set()
    most = 0

    def on_start(group: int, _ticks: int, _label: str) -> None:
        nonlocal most
        now.add(group)
        most = max(most, len(now))

    runner = ProcessRunner(level, on_start=on_start, on_end=now.remove, max_parallel=2)
    await asyncio.gather(*(runner.run(ProcessSpec(("true",), TMP)) for _ in range(6)))
    assert most == 2
    assert not now


@each_level
async def test_resource_limits_are_inherited(level: SandboxLevel) -> None:
    code = (
        "import resource as r\n"
        "print(*[r.getrlimit(k) for k in (r.RLIMIT_AS, r.RLIMIT_CORE, r.RLIMIT_NOFILE)])\n"
        "try: b = bytearray(400_000_000)\n"
        "except MemoryError: print('no memory')"
    )
    spec = ProcessSpec((sys.executable, "-I", "-S", "-c", code), TMP, memory_mb=256)
    done = await ProcessRunner(level).run(spec)
    limit = 256 * 1024 * 1024
    assert done.stdout.decode().splitlines() == [
        f"({limit}, {limit}) (0, 0) (1024, 1024)",
        "no memory",
    ]


@each_level
@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (ProcessSpec(("no-such-program-here",), TMP), "no such program"),
        (ProcessSpec(("/usr/share",), TMP), "not an executable"),
        (ProcessSpec((), TMP), "empty command"),
        (ProcessSpec(("true",), Path("/no/such/folder")), "no directory"),
        (ProcessSpec(("true",), Path("/usr")), "in none of its read_paths"),
    ],
)
async def test_what_cannot_start_says_why(level: SandboxLevel, spec: ProcessSpec, why: str) -> None:
    with pytest.raises(ProcessError, match=why):
        await ProcessRunner(level).run(spec)


@each_level
async def test_a_script_without_its_interpreter_could_not_start(
    level: SandboxLevel, tmp_path: Path
) -> None:
    script = tmp_path / "tool"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    spec = ProcessSpec((str(script),), tmp_path, read_paths=(tmp_path,))
    with pytest.raises(ProcessError, match="was not started"):
        await ProcessRunner(level).run(spec)


@each_level
async def test_no_descriptor_is_left_open(level: SandboxLevel) -> None:
    runner = ProcessRunner(level)
    await runner.run(ProcessSpec(("true",), TMP))
    before = open_descriptors()
    for _ in range(3):
        await runner.run(ProcessSpec(("sh", "-c", "echo x; exit 1"), TMP, stdin=b"y"))
    assert open_descriptors() == before


@each_level
async def test_a_command_gets_no_descriptor_of_ours(level: SandboxLevel) -> None:
    mine = os.open("/etc/hostname", os.O_RDONLY)
    os.set_inheritable(mine, True)
    done = await sh(level, "ls /proc/self/fd")
    os.close(mine)
    # ls itself has one open on the folder.
    assert done.stdout.split() == [b"0", b"1", b"2", b"3"]


@each_level
def test_works_the_same_on_uvloop(level: SandboxLevel) -> None:
    async def both() -> tuple[ProcessResult, ProcessResult]:
        stray = f"sleep 304.{os.getpid()} & cat; exit 4"
        fine = await sh(level, stray, stdin=b"z" * 200_000)
        return fine, await sh(level, "sleep 60", timeout_s=0.2)

    fine, late = uvloop.run(both())
    assert (fine.exit_code, len(fine.stdout)) == (4, 200_000)
    assert late.is_timed_out


async def test_without_setpriv_python_is_the_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    launch.find_setpriv.cache_clear()
    try:
        argv = launch.launcher_argv(["/bin/true"])
        done = await sh("limits", f'cat; echo "${leftover.GROUP_VARIABLE} $$"', stdin=b"in\n")
    finally:
        launch.find_setpriv.cache_clear()
    assert argv[0] == sys.executable
    first, second = done.stdout.decode().splitlines()
    assert first == "in"
    group, pid = second.split()
    assert group == pid
