"""What ``ruff check`` prints, and which comments in the code it is measured against."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from ladder_tui.domain.verdict import Skip
from ladder_tui.gates.gate import GateError
from ladder_tui.process.spec import ProcessResult

UNREADABLE = "E902"
"""Ruff's rule for a file that it could not read."""

SYNTAX = "invalid-syntax"
CHECKED = re.compile(rb"\]\s*Checked (\d+) files?\b")
NOQA = re.compile(r"#\s*noqa\b(?::\s*(?P<codes>[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*))?", re.I)


class Place(msgspec.Struct):
    """1-based."""

    row: int


class Fix(msgspec.Struct):
    """How ruff would repair it."""

    message: str | None = None


class Diagnostic(msgspec.Struct):
    """The fields of one line of ``--output-format json-lines`` that are used."""

    code: str | None
    filename: str
    message: str
    location: Place
    noqa_row: int | None = None
    fix: Fix | None = None

    def as_skip(self, path: str) -> Skip | None:
        """Return why the file was not analysed, None for a finding."""
        if self.code == UNREADABLE:
            return Skip(path, f"cannot be read: {self.message}")
        if self.code in (None, SYNTAX):
            return Skip(path, f"syntax error: line {self.location.row}: {self.message}")
        return None


class Statistic(msgspec.Struct):
    """One row of ``--statistics``."""

    code: str | None
    count: int


_decode_diagnostic = msgspec.json.Decoder(Diagnostic).decode
_decode_statistics = msgspec.json.Decoder(list[Statistic]).decode


def read_diagnostics(results: Iterable[ProcessResult]) -> list[Diagnostic]:
    """Return the diagnostics of one or more runs; a line that was cut off is left out.

    Raises GateError for anything else than diagnostics.
    """
    lines: list[bytes] = []
    for result in results:
        part = result.stdout.split(b"\n")
        if result.is_truncated:
            part.pop()
        lines += part
    try:
        return [_decode_diagnostic(line) for line in lines if line]
    except msgspec.DecodeError as error:
        raise GateError("ruff printed something else than findings", why=str(error)) from error


def read_counts(results: Iterable[ProcessResult]) -> Counter[str]:
    """Return findings by rule from ``--statistics``. Raises GateError for anything else."""
    counts: Counter[str] = Counter()
    try:
        for result in results:
            for row in _decode_statistics(result.stdout or b"[]"):
                if row.code not in (None, SYNTAX, UNREADABLE):
                    counts[row.code or ""] += row.count
    except msgspec.DecodeError as error:
        raise GateError("ruff printed no statistics", why=str(error)) from error
    return counts


def require_checked(result: ProcessResult, files: int) -> None:
    """Raise GateError unless ruff itself says that it checked that many files."""
    said = CHECKED.findall(result.stderr)
    if not said or int(said[-1]) != files:
        count = said[-1].decode() if said else "an unknown number"
        raise GateError(f"ruff checked {count} of {files} files")


def is_suppressed(line: str, rule: str) -> bool:
    """Say whether a ``# noqa`` comment on the line covers the rule."""
    comment = NOQA.search(line) if "noqa" in line.lower() else None
    if comment is None:
        return False
    codes = re.split(r"[\s,]+", (comment["codes"] or "").upper())
    return codes == [""] or any(rule.startswith(code) for code in codes if code)
