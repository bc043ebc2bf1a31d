"""Adapter over ``ruff check``: isolated from the repository's configuration, output bounded.

Comments ``# noqa`` on a line are respected and counted; a file-level ``# ruff: noqa`` is not,
because a file that asks not to be looked at must not make the gate green.
"""

from __future__ import annotations

import sysconfig
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import msgspec

from ladder_tui.domain.finding import Severity
from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.gates.call import call, divide
from ladder_tui.gates.gate import GateError, Scope
from ladder_tui.gates.outcome import CAP, Observation, RawFinding, observe
from ladder_tui.gates.ruff_output import (
    UNREADABLE,
    is_suppressed,
    read_counts,
    read_diagnostics,
    require_checked,
)
from ladder_tui.gates.scope import Kind, Selection, select
from ladder_tui.gates.severity import rank_of
from ladder_tui.gates.source import SourceCache
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.process.spec import MIB, ProcessResult, ProcessSpec

OUTPUT_LIMIT = 24 * MIB
"""``--select ALL`` over 100,000 lines printed 36 MB; one finding is 400 to 1,500 bytes."""

BYTES_PER_FINDING = 1_500

Classify = Callable[[str, str, str], Severity | None]
"""Rule, path, message → severity; None for what is no problem at that place."""


@dataclass(frozen=True)
class RuffGate:
    """A selection of ruff's rules as a gate."""

    name: str
    lens: str
    summary: str
    rules: tuple[str, ...]
    classify: Classify
    ignored: tuple[str, ...] = ()
    kind: Kind = "python"
    settings: tuple[str, ...] = ()
    """``KEY=VALUE`` of ruff's configuration, instead of the repository's."""
    program: str = ""
    """Path of ruff; the one that is installed with Ladder when empty."""
    timeout_s: float = 60.0
    output_limit: int = OUTPUT_LIMIT
    executes_code: bool = False

    @property
    def version(self) -> str:
        """Tool and version."""
        return f"ruff {metadata.version('ruff')}"

    async def run(self, scope: Scope, process: ProcessRunner) -> GateResult:
        """Check all files of the kind that are in scope."""
        selection = select(scope, self.kind)
        session = _Session(self, scope, selection, process)
        return await observe(self, scope, selection, session.look)


class _Session:
    """One run of a gate over a selection."""

    def __init__(
        self, gate: RuffGate, scope: Scope, selection: Selection, process: ProcessRunner
    ) -> None:
        self._gate = gate
        self._root = scope.root.resolve()
        self._files: Sequence[str] = selection.files
        self._known = frozenset(selection.files)
        self._process = process
        self._program = gate.program or str(Path(sysconfig.get_path("scripts"), "ruff"))
        self._crashed: list[str] = []

    async def look(self) -> Observation:
        """Run ruff once; where that prints too much, count first and read the worst rules."""
        argv = self._argv(self._gate.rules, "json-lines")
        results = await self._call(argv)
        if not any(result.is_truncated for result in results):
            return self._read(argv, results)
        counts = read_counts(await self._call(self._argv(self._gate.rules, "json", "--statistics")))
        chosen = self._worst(counts)
        argv = self._argv(chosen, "json-lines")
        results = await self._call(argv)
        seen = self._read(argv, results)
        broken = self._read((), await self._call(self._argv((), "json-lines"))).skipped
        note = f"too many to read: the count is an upper bound, shown are {', '.join(chosen)}"
        total = max(sum(counts.values()), len(seen.findings))
        return msgspec.structs.replace(seen, total=total, skipped=broken, notes=[*seen.notes, note])

    def _argv(self, rules: Sequence[str], output_format: str, *more: str) -> tuple[str, ...]:
        gate = self._gate
        # Syntax errors are reported in any case; UNREADABLE keeps the selection from being empty.
        selected = ",".join((*rules, UNREADABLE))
        ignored = ("--ignore", ",".join(gate.ignored)) if gate.ignored else ()
        settings = [word for pair in gate.settings for word in ("--config", pair)]
        return (
            *(self._program, "check", "--isolated", "--no-cache", "--ignore-noqa", "--exit-zero"),
            *("--verbose", "--output-format", output_format, "--select", selected),
            *(*ignored, *settings, *more),
        )

    async def _call(self, argv: tuple[str, ...]) -> list[ProcessResult]:
        """Run ruff over all files, without those that it crashes on."""

        async def ask(files: Sequence[str]) -> ProcessResult:
            return await self._call_once(argv, files)

        results, crashed = await divide(self._files, ask)
        if crashed:
            self._crashed += crashed
            self._files = [name for name in self._files if name not in crashed]
        return results

    async def _call_once(self, argv: tuple[str, ...], files: Sequence[str]) -> ProcessResult:
        """Names go over stdin, so their number has no limit; ones with line ends cannot."""
        awkward = [f"./{name}" for name in files if {"\n", "\r"} & set(name)]
        listed = "".join(f"./{name}\n" for name in files if not {"\n", "\r"} & set(name))
        from_stdin = ("@/dev/stdin",) if listed else ()
        spec = ProcessSpec(
            (*argv, "--", *awkward, *from_stdin),
            cwd=self._root,
            timeout_s=self._gate.timeout_s,
            memory_mb=8192,  # address space of its thread pool, not memory
            output_limit=self._gate.output_limit,
            stdin=listed.encode(),
            read_paths=(self._root, Path(self._program).parent),
            label="ruff",
        )
        result = await call(self._process, spec)
        if not result.is_truncated:
            require_checked(result, len(files))
        return result

    def _worst(self, counts: Counter[str]) -> tuple[str, ...]:
        """Return the worst rules whose findings fit into the output limit, ``CAP`` in any case."""

        def badness(rule: str) -> tuple[int, int, str]:
            severity = self._gate.classify(rule, "module.py", "") or "low"
            return (rank_of(severity), counts[rule], rule)

        chosen: list[str] = []
        room = self._gate.output_limit // BYTES_PER_FINDING
        for rule in sorted(counts, key=badness):
            is_enough = sum(counts[name] for name in chosen) >= CAP
            if is_enough and counts[rule] > room:
                break
            chosen.append(rule)
            room -= counts[rule]
        return tuple(chosen)

    def _read(self, argv: tuple[str, ...], results: Iterable[ProcessResult]) -> Observation:
        results = list(results)
        sources = SourceCache(self._root)
        findings: list[RawFinding] = []
        broken = {path: Skip(path, "ruff crashes on it") for path in self._crashed}
        suppressed = 0
        for item in read_diagnostics(results):
            path = self._relative(item.filename)
            skip = item.as_skip(path)
            if skip is not None:
                broken.setdefault(path, skip)
                continue
            rule = item.code or ""
            severity = self._gate.classify(rule, path, item.message)
            if severity is None:
                continue
            if is_suppressed(sources.line(path, item.noqa_row or 0), rule):
                suppressed += 1
                continue
            fix = item.fix.message if item.fix is not None else None
            row = item.location.row
            findings.append(RawFinding(rule, path, row, severity, item.message, fix or ""))
        return Observation(
            [found for found in findings if found.path not in broken],
            skipped=list(broken.values()),
            notes=[f"{suppressed:,} suppressed by noqa comments"] if suppressed else [],
            command=argv,
            sandbox=results[0].level if results else "",
        )

    def _relative(self, filename: str) -> str:
        path = filename.removeprefix(f"{self._root}/")
        if path not in self._known:
            raise GateError(f"ruff reported on a file that was not asked for: {filename}")
        return path
