"""Collects the problems of one workflow file at the lines they are on."""

from __future__ import annotations

from typing import Literal

from ladder_tui.domain.problem import Problem
from ladder_tui.library.yaml_document import Place, YamlDocument, YamlPath


class Report:
    """Problems of one file; the same one is kept once."""

    def __init__(self, shown: str, document: YamlDocument) -> None:
        self._shown = shown
        self._document = document
        self._problems: dict[tuple[int, int, str, str], Problem] = {}

    @property
    def problems(self) -> list[Problem]:
        """All problems in the order of the file."""
        return [self._problems[key] for key in sorted(self._problems)]

    @property
    def rules(self) -> set[str]:
        """Rules broken so far."""
        return {problem.rule for problem in self._problems.values()}

    @property
    def has_errors(self) -> bool:
        """Whether the file may not be used."""
        return any(problem.level == "error" for problem in self._problems.values())

    def add(
        self,
        rule: str,
        path: YamlPath,
        message: str,
        fix: str,
        level: Literal["error", "warning"] = "error",
    ) -> None:
        """Report at a path of the document."""
        self.add_at(rule, self._document.place(path), message, fix, level)

    def add_at(
        self,
        rule: str,
        place: Place,
        message: str,
        fix: str,
        level: Literal["error", "warning"] = "error",
    ) -> None:
        """Report at a position."""
        problem = Problem(self._shown, place.line, rule, message, fix, level, place.column)
        self._problems.setdefault((place.line, place.column, rule, message), problem)
