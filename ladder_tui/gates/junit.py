"""Read a JUnit XML report that untrusted tests may have written.

Only the standard library's expat, fed in one pass: no tree, no entities (a document type
declaration is refused, so nothing can expand), no more than ``MAX_BYTES``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from xml.parsers import expat

import msgspec

from ladder_tui.gates.gate import GateError
from ladder_tui.gates.source import read_regular

MAX_BYTES = 32_000_000
MAX_TEXT = 20_000
"""Characters of one failure that are kept: the last ones, where a traceback says what happened."""

Outcome = Literal["passed", "failed", "error", "skipped"]
OUTCOMES: dict[str, Outcome] = {"failure": "failed", "error": "error", "skipped": "skipped"}


class TestCase(msgspec.Struct):
    """One test. ``line`` is 1-based and 0 where the report has none."""

    name: str
    file: str
    line: int
    outcome: Outcome = "passed"
    message: str = ""
    text: str = ""

    __test__ = False  # not a test class of pytest

    @property
    def failing_line(self) -> int:
        """The last line of its own file that the traceback names, else where it is defined."""
        lines = re.findall(rf"^{re.escape(self.file)}:(\d+):", self.text, re.M)
        return int(lines[-1]) if lines else self.line


def read_report(path: Path) -> list[TestCase]:
    """Return the tests of a report. Raises GateError where it is missing or unusable."""
    try:
        data = read_regular(path, MAX_BYTES + 1)
    except OSError as error:
        raise GateError("the tests left no report", why=str(error.strerror)) from error
    if len(data) > MAX_BYTES:
        raise GateError(f"the report of the tests is larger than {MAX_BYTES // 1_000_000} MB")
    return parse_report(data)


def parse_report(data: bytes) -> list[TestCase]:
    """Return the tests of a report. Raises GateError for anything else than JUnit XML."""
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise GateError("the report of the tests is no XML", why=str(error)) from error
    return reader.cases


class _Reader:
    """Handlers of one parse."""

    def __init__(self) -> None:
        self.cases: list[TestCase] = []
        self._text: list[str] | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _refuse(self, *_declaration: object) -> None:
        raise GateError("the report of the tests declares a document type")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "testcase":
            file = attributes.get("file", "")
            test = "::".join(
                p for p in (attributes.get("classname", ""), attributes.get("name", "")) if p
            )
            self.cases.append(TestCase(test, file, _line(attributes.get("line", ""))))
        elif name in OUTCOMES and self.cases:
            self._note(self.cases[-1], OUTCOMES[name], attributes)

    def _note(self, case: TestCase, outcome: Outcome, attributes: dict[str, str]) -> None:
        if outcome == "skipped" and attributes.get("type") == "pytest.xfail":
            return  # it ran and failed as foretold
        if case.outcome in ("failed", "error"):
            return  # an error while cleaning up does not hide the failure
        case.outcome = outcome
        case.message = attributes.get("message", "")[:MAX_TEXT]
        self._text = []

    def _end(self, name: str) -> None:
        if self._text is not None and name in OUTCOMES:
            self.cases[-1].text = "".join(self._text)[-MAX_TEXT:]
            self._text = None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)


def _line(text: str) -> int:
    return int(text) + 1 if text.isascii() and text.isdigit() and len(text) < 9 else 0
