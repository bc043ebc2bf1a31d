"""Adapter over ``ruff check``: isolated from the repository's configuration, output bounded.

Comments ``# noqa`` on a line are respected and counted; a file-level ``# ruff: noqa`` is not,
because a file that asks not to be looked at must not make the gate green.
"""

from __future__ import annotations

import re
import sysconfig
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import msgspec

from ladder_tui.domain.finding import Severity
from ladder_tui.domain.verdict import GateResult, Skip
from ladder_tui.gates.gate import GateError, Scope
from ladder_tui.gates.outcome import Observation, RawFinding, observe
from ladder_tui.gates.scope import Kind, Selection, select
from ladder_tui.gates.severity import rank_of
from ladder_tui.gates.source import SourceCache
from ladder_tui.process.runner import ProcessRunner
from ladder_tui.process.spec import MIB, ProcessResult, ProcessSpec

OUTPUT_LIMIT = 24 * MIB
"""``--select ALL`` over 100,000 lines printed 36 MB; one finding is 400 to 1,500 bytes."""

BYTES_PER_FINDING = 1_500
NO_RULE = "E902"
"""Unreadable file. Syntax errors are always reported; this keeps the selection from being empty."""

CHECKED = re.compile(rb"\]\s*Checked (\d+) files?\b")
NOQA = re.compile(r"#\s*noqa\b(?::\s*(?P<codes>[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*))?", re.I)

Classify = Callable[[str, str, str], Severity | None]
"""Rule, path, message → severity; None for what is no problem at that place."""


class _Place(msgspec.Struct):
    row: int


class _Fix(msgspec.Struct):
    message: str | None = None


class _Diagnostic(msgspec.Struct):
    """The fields of one line of ``--output-format json-lines`` that are used."""

    code: str | None
    filename: str
    message: str
    location: _Place
    noqa_row: int | None = None
    fix: _Fix | None = None


class _Statistic(msgspec.Struct):
    code: str | None
    count: int


_decode_diagnostic = msgspec.json.Decoder(_Diagnostic).decode
_decode_statistics = msgspec.json.Decoder(list[_Statistic]).decode


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
        self._files = selection.files
        self._known = frozenset(selection.files)
        self._process = process
        self._program = gate.program or str(Path(sysconfig.get_path("scripts"), "ruff"))

    async def look(self) -> Observation:
        """Run ruff once; where that prints too much, count first and read the worst rules."""
        argv = self._argv(self._gate.rules, "json-lines")
        result = await self._call(argv)
        if not result.is_truncated:
            return self._read(argv, result)
        counts = await self._count()
        chosen = self._worst(counts)
        argv = self._argv(chosen, "json-lines")
        worst = await self._call(argv)
        seen = self._read(argv, worst)
        broken = seen.skipped
        if worst.is_truncated:
            syntax = await self._call(self._argv((), "json-lines"))
            broken = self._read((), syntax).skipped
        note = f"only {', '.join(chosen)} read in full detail: the output was too large"
        total = max(sum(counts.values()), len(seen.findings))
        return msgspec.structs.replace(seen, total=total, skipped=broken, notes=[*seen.notes, note])

    def _argv(self, rules: Sequence[str], output_format: str, *more: str) -> tuple[str, ...]:
        gate = self._gate
        ignored = ("--ignore", ",".join(gate.ignored)) if gate.ignored else ()
        settings = [word for pair in gate.settings for word in ("--config", pair)]
        return (
            *(self._program, "check", "--isolated", "--no-cache", "--ignore-noqa", "--exit-zero"),
            *("--verbose", "--output-format", output_format),
            *("--select", ",".join((*rules, NO_RULE)), *ignored, *settings, *more),
        )

    async def _call(self, argv: tuple[str, ...]) -> ProcessResult:
        """Run ruff over all files. Names go over stdin: no limit on their number or look."""
        awkward = [f"./{name}" for name in self._files if "\n" in name or "\r" in name]
        listed = "".join(f"./{name}\n" for name in self._files if not {"\n", "\r"} & set(name))
        from_stdin = ("@/dev/stdin",) if listed else ()
        spec = ProcessSpec(
            (*argv, "--", *awkward, *from_stdin),
            cwd=self._root,
            timeout_s=self._gate.timeout_s,
            memory_mb=8192,  # address space of its thread pool, not memory
            output_limit=self._gate.output_limit,
            stdin=listed.encode(),
            read_paths=(self._root, Path(self._program).parent),
            label=self._gate.name,
        )
        result = await self._process.run(spec)
        if result.is_timed_out:
            raise GateError(f"ruff did not end within {self._gate.timeout_s:g} s")
        if result.is_truncated:
            return result
        if result.exit_code != 0:
            said = result.stderr.decode("utf-8", "replace").strip().splitlines()
            raise GateError(
                f"ruff ended with {result.exit_code}", why=said[-1] if said else "it said nothing"
            )
        checked = CHECKED.findall(result.stderr)
        if not checked or int(checked[-1]) != len(self._files):
            count = checked[-1].decode() if checked else "an unknown number of"
            raise GateError(f"ruff checked {count} of {len(self._files)} files")
        return result

    async def _count(self) -> Counter[str]:
        result = await self._call(self._argv(self._gate.rules, "json", "--statistics"))
        try:
            rows = _decode_statistics(result.stdout or b"[]")
        except msgspec.DecodeError as error:
            raise GateError("ruff printed no statistics", why=str(error)) from error
        return Counter({r.code: r.count for r in rows if r.code and r.code != NO_RULE})

    def _worst(self, counts: Counter[str]) -> tuple[str, ...]:
        """Return the worst rules whose findings together fit into the output limit."""

        def badness(rule: str) -> tuple[int, int, str]:
            severity = self._gate.classify(rule, "", "") or "low"
            return (rank_of(severity), counts[rule], rule)

        chosen: list[str] = []
        room = self._gate.output_limit // BYTES_PER_FINDING
        for rule in sorted((r for r in counts if r != "invalid-syntax"), key=badness):
            if chosen and counts[rule] > room:
                break
            chosen.append(rule)
            room -= counts[rule]
        return tuple(chosen)

    def _read(self, argv: tuple[str, ...], result: ProcessResult) -> Observation:
        sources = SourceCache(self._root)
        findings: list[RawFinding] = []
        broken: dict[str, Skip] = {}
        suppressed = 0
        for item in self._diagnostics(result):
            path = self._relative(item.filename)
            if item.code in (None, "invalid-syntax", NO_RULE):
                broken.setdefault(path, _skip(path, item))
                continue
            severity = self._gate.classify(item.code, path, item.message)
            if severity is None:
                continue
            if is_suppressed(sources.line(path, item.noqa_row or 0), item.code):
                suppressed += 1
                continue
            fix = item.fix.message if item.fix is not None else None
            findings.append(
                RawFinding(item.code, path, item.location.row, severity, item.message, fix or "")
            )
        notes = [f"{suppressed:,} suppressed by noqa comments"] if suppressed else []
        return Observation(
            [f for f in findings if f.path not in broken],
            skipped=list(broken.values()),
            notes=notes,
            command=argv,
            sandbox=result.level,
        )

    def _diagnostics(self, result: ProcessResult) -> Iterable[_Diagnostic]:
        lines = result.stdout.split(b"\n")
        if result.is_truncated:
            lines.pop()
        try:
            return [_decode_diagnostic(line) for line in lines if line]
        except msgspec.DecodeError as error:
            raise GateError("ruff printed something else than findings", why=str(error)) from error

    def _relative(self, filename: str) -> str:
        path = filename.removeprefix(f"{self._root}/")
        if path not in self._known:
            raise GateError(f"ruff reported on a file that was not asked for: {filename}")
        return path


def is_suppressed(line: str, rule: str) -> bool:
    """Say whether a ``# noqa`` comment on the line covers the rule."""
    comment = NOQA.search(line) if "noqa" in line.lower() else None
    if comment is None:
        return False
    codes = re.split(r"[\s,]+", (comment["codes"] or "").upper())
    return codes == [""] or any(rule.startswith(code) for code in codes if code)


def _skip(path: str, item: _Diagnostic) -> Skip:
    if item.code == NO_RULE:
        return Skip(path, f"cannot be read: {item.message}")
    return Skip(path, f"syntax error: line {item.location.row}: {item.message}")
