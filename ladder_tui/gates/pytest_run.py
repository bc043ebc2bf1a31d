"""The repository's own tests, by pytest. Runs code of the repository: off until asked for."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.gates.gate import GateError, Scope
from ladder_tui.gates.junit import TestCase, read_report
from ladder_tui.gates.outcome import Counted, Observation, RawFinding, observe
from ladder_tui.gates.printable import clean
from ladder_tui.gates.scope import select
from ladder_tui.gates.source import locate
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.process.spec import MIB, ProcessResult, ProcessSpec

NO_TESTS = 5
FINISHED = (0, 1, 2, NO_TESTS)
"""Exit codes of pytest after which its report is whole: passed, failed, stopped, none."""

NAME_LIMIT = 160


@dataclass(frozen=True)
class PytestGate:
    """Runs pytest with the repository read-only and one directory to write to."""

    name: str = "pytest"
    lens: str = "tests"
    summary: str = "The repository's own tests (pytest); runs code of the repository"
    timeout_s: float = 600.0
    executes_code: bool = True

    @property
    def version(self) -> str:
        """Ladder's pytest where there is one; a repository's own environment may have another."""
        try:
            return f"pytest {metadata.version('pytest')}"
        except metadata.PackageNotFoundError:
            return "pytest of the repository"

    async def run(self, scope: Scope, process: ProcessRunner) -> GateResult:
        """Run the tests below the chosen paths."""
        selection = select(scope, "test")
        root = scope.root.resolve()

        async def look() -> Observation:
            place = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="ladder-pytest-"))
            try:
                spec = self._spec(root, scope.paths, place)
                result = await process.run(spec)
                _require_finished(result, self.timeout_s)
                cases = await asyncio.to_thread(read_report, place / "junit.xml")
            finally:
                await asyncio.to_thread(shutil.rmtree, place, True)
            return _observation(cases, root, spec.argv, result)

        return await observe(self, scope, selection, look)

    def _spec(self, root: Path, paths: Sequence[str], place: Path) -> ProcessSpec:
        python, prefix = find_python(root)
        argv = (
            *(str(python), "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider"),
            *(f"--rootdir={root}", f"--basetemp={place}/base", f"--junitxml={place}/junit.xml"),
            *("-o", "junit_family=xunit1"),
            *(f"./{path}" for path in paths),
        )
        return ProcessSpec(
            argv,
            cwd=root,
            timeout_s=self.timeout_s,
            memory_mb=4096,
            output_limit=64 * MIB,
            env={
                "COVERAGE_FILE": f"{place}/coverage",
                "HYPOTHESIS_STORAGE_DIRECTORY": f"{place}/hypothesis",
            },
            read_paths=(root, *prefix),
            write_paths=(place,),
            label="pytest",
        )


def find_python(root: Path) -> tuple[Path, tuple[Path, ...]]:
    """Return the interpreter for the tests, and the directories that it needs to be readable.

    That of ``.venv`` or ``venv`` in the repository if it leads to a real Python installation,
    else ours. The link is written by the repository, so what it leads to is not taken on trust:
    only a directory that holds a standard library is made readable.
    """
    for folder in (".venv", "venv"):
        python = root / folder / "bin" / "python"
        if not (root / folder / "pyvenv.cfg").is_file() or not python.is_file():
            continue
        prefix = python.resolve().parent.parent
        if any(prefix.glob("lib/python3.*/os.py")) and prefix not in (Path("/"), Path.home()):
            is_system = prefix.is_relative_to("/usr")
            return python, () if is_system else (prefix,)
    return Path(sys.executable), ()


def _require_finished(result: ProcessResult, timeout_s: float) -> None:
    if result.is_timed_out:
        raise GateError(f"the tests did not end within {timeout_s:g} s")
    if result.is_truncated:
        raise GateError("the tests printed more than 64 MiB")
    if result.exit_code not in FINISHED:
        said = (result.stderr or result.stdout).decode("utf-8", "replace").strip().splitlines()
        raise GateError(
            f"pytest ended with {result.exit_code}",
            why=clean(said[-1], NAME_LIMIT) if said else "it said nothing",
        )
    if b"No module named pytest" in result.stderr:
        raise GateError("the environment of the tests has no pytest")


def _observation(
    cases: Sequence[TestCase], root: Path, argv: tuple[str, ...], result: ProcessResult
) -> Observation:
    counts = Counter(case.outcome for case in cases)
    bad = [case for case in cases if case.outcome in ("failed", "error")]
    placed = [case for case in bad if locate(root, case.file)]
    told = ", ".join(
        f"{counts[o]:,} {o}" for o in ("passed", "failed", "error", "skipped") if counts[o]
    )
    return Observation(
        [_finding(case) for case in placed],
        total=len(bad),
        skipped=[
            Skip(clean(case.name, NAME_LIMIT), clean(case.message, NAME_LIMIT) or "skipped")
            for case in cases
            if case.outcome == "skipped"
        ],
        notes=[told] if told else [],
        gaps=[] if cases else ["no tests were collected"],
        command=argv,
        sandbox=result.level,
        counted=Counted("tests", len(cases), len(cases) - counts["skipped"]),
    )


def _finding(case: TestCase) -> RawFinding:
    what = "test-failed" if case.outcome == "failed" else "test-error"
    said = clean(case.message.split("\n")[0], NAME_LIMIT)
    message = f"{clean(case.name, NAME_LIMIT)} {case.outcome}: {said}"
    return RawFinding(what, case.file, case.failing_line or 1, "high", message)


GATE = PytestGate()
