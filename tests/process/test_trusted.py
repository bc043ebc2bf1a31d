"""Our own commands: output line by line, and no orphan when the caller gives up."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ladder_tui.errors import ProcessError
from ladder_tui.process.trusted import KEPT_LINES, run_trusted


def test_lines_come_as_they_are_written() -> None:
    lines: list[str] = []
    code = "import sys; print('a', flush=True); print('é', file=sys.stderr); sys.exit(3)"
    env = {"PYTHONIOENCODING": "utf-8"}
    result = run_trusted([sys.executable, "-c", code], env, lines.append)
    assert lines == ["a", "é"]
    assert (result.exit_code, result.output) == (3, "a\né\n")


def test_only_the_end_of_a_long_output_is_kept() -> None:
    code = f"for i in range({KEPT_LINES + 10}): print(i)"
    result = run_trusted([sys.executable, "-c", code], {}, lambda _line: None)
    assert result.output.splitlines()[0] == "10"


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProcessError):
        run_trusted([str(tmp_path / "none")], {}, lambda _line: None)


def test_giving_up_ends_the_command() -> None:
    pids: list[int] = []

    def stop(line: str) -> None:
        pids.append(int(line))
        raise KeyboardInterrupt

    code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    with pytest.raises(KeyboardInterrupt):
        run_trusted([sys.executable, "-c", code], {}, stop)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
