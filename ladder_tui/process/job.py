"""One started command: its group, its pipes and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from contextlib import suppress

from ladder_tui.errors import ProcessError
from ladder_tui.process import leftover
from ladder_tui.process.launch import GREETING, apply_limits, launcher_argv
from ladder_tui.process.pump import InputPump, OutputPump
from ladder_tui.process.spec import ProcessSpec
from ladder_tui.process.watchdog import Excess

TERM_GRACE_S = 0.5
KILL_GRACE_S = 5.0
DRAIN_S = 0.5
_POLL_S = 0.02


class Job:
    """A command behind the launcher. It waits for ``release`` before it does anything.

    Must be made on the thread of the event loop, and that thread must live on: the kernel sends
    the parent-death signal when the *thread* ends that forked.
    """

    excess: Excess = ""
    """Why the watchdog killed it."""

    def __init__(
        self,
        spec: ProcessSpec,
        command: list[str],
        environment: dict[str, str],
        *,
        has_namespace: bool,
    ) -> None:
        self.spec = spec
        self._has_namespace = has_namespace
        """True where a pid namespace takes everything along that the command started."""
        self.stopped = asyncio.Event()
        """Set at its exit, and when its output went over the limit."""
        self.exited = asyncio.Event()
        self._is_killed = False
        self.ended = asyncio.Event()
        """Set by its owner when nothing is left to do."""
        stdin = os.pipe()
        stdout = os.pipe()
        stderr = os.pipe()
        mine, theirs = (stdin[1], stdout[0], stderr[0]), (stdin[0], stdout[1], stderr[1])
        try:
            # Blocks for the 1-2 ms of a vfork and exec; there is no preexec_fn on purpose.
            self._process = subprocess.Popen(
                launcher_argv(command),
                stdin=theirs[0],
                stdout=theirs[1],
                stderr=theirs[2],
                cwd=spec.cwd,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            for descriptor in mine:
                os.close(descriptor)
            raise ProcessError(f"{spec.argv[0]} was not started", why=str(error)) from error
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        self.group = self._process.pid
        self.start_ticks = leftover.start_ticks(self.group)
        self._input = InputPump(mine[0])
        self._output = OutputPump(spec.output_limit, self.stopped.set)
        self.stdout = self._output.add(mine[1])
        if has_namespace:
            self._output.expect(mine[1], GREETING, self._on_greeting)
        self.stderr = self._output.add(mine[2])
        self._pidfd: int | None = None
        self._poll: asyncio.TimerHandle | None = None
        self._watch()

    @property
    def is_truncated(self) -> bool:
        """True when the output went over the limit."""
        return self._output.is_truncated

    @property
    def exit_code(self) -> int | None:
        """Exit code, negative for a signal; None until the process is reaped."""
        return self._process.returncode

    def release(self) -> None:
        """Limit the launcher and let it become the command. Raises ProcessError."""
        apply_limits(self.group, self.spec)
        if self._has_namespace:
            self._input.write(b"\n", is_last=False)
        else:
            self._input.write(b"\n" + self.spec.stdin, is_last=True)

    def _on_greeting(self) -> None:
        if not self._is_killed:
            self._input.write(b"\n" + self.spec.stdin, is_last=True)

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the whole group.

        Only before the leader is reaped: until then its id, and so the group's, is not reused.
        """
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, number)

    def kill(self) -> None:
        """Kill the group, and what left it while the leader still shows where it went."""
        # Before a sandbox is complete, the end of stdin is what ends it; see `gate_argv`.
        self._is_killed = self._is_killed or not self.exited.is_set()
        self._input.close()
        is_led = not self._has_namespace and not self.exited.is_set()
        below = leftover.descendants(self.group) if is_led else []
        self.signal_group(signal.SIGKILL)
        for pid in below:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    async def terminate(self) -> None:
        """Ask the group to end, and kill it half a second later."""
        self._is_killed = True
        self.signal_group(signal.SIGTERM)
        await wait_for(self.exited, TERM_GRACE_S)
        self.kill()

    async def finish(self) -> bool:
        """Kill what is left, read what was written, reap. Says whether the leader is gone.

        Strays are killed before the last bytes are read: a grandchild that holds a pipe open would
        keep us waiting for its end. One that left the group is found by the variable it carries.
        """
        self.kill()
        is_gone = await wait_for(self.exited, KILL_GRACE_S)
        if self._is_killed or not self._has_namespace:
            group = [(self.group, self.start_ticks)]
            await asyncio.to_thread(leftover.kill_groups, group)
        await wait_for(self._output.closed, DRAIN_S)
        self._output.close()
        self._input.close()
        self._unwatch()
        if is_gone:
            self._process.wait()
        return is_gone

    def _watch(self) -> None:
        """Learn of the exit without reaping: through a pidfd, or by asking where there is none."""
        try:
            self._pidfd = os.pidfd_open(self.group)
        except (AttributeError, OSError):  # not Linux, or a kernel before 5.3
            self._poll_exit()
            return
        asyncio.get_running_loop().add_reader(self._pidfd, self._on_exit)

    def _poll_exit(self) -> None:
        options = os.WEXITED | os.WNOWAIT | os.WNOHANG
        if os.waitid(os.P_PID, self.group, options) is None:
            self._poll = asyncio.get_running_loop().call_later(_POLL_S, self._poll_exit)
        else:
            self._on_exit()

    def _on_exit(self) -> None:
        self._unwatch()
        self.exited.set()
        self.stopped.set()

    def _unwatch(self) -> None:
        if self._poll is not None:
            self._poll.cancel()
        if self._pidfd is not None:
            asyncio.get_running_loop().remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None


async def wait_for(event: asyncio.Event, timeout_s: float) -> bool:
    """Wait until ``event`` is set, at most so long; say whether it is."""
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
    return event.is_set()
