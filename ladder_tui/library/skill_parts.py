"""Composition: the skills that a skill is made of, resolved by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ladder_tui.domain.problem import Problem
from ladder_tui.domain.skill import SkillPart
from ladder_tui.library.nearest import name_hint
from ladder_tui.library.skill_file import SkillFile

MAX_PARTS = 50


def resolve_parts(
    file: SkillFile, by_name: Mapping[str, SkillFile]
) -> tuple[tuple[SkillFile, ...], tuple[Problem, ...]]:
    """The files that ``file`` is composed of, those they are composed of after each, once each.

    The problems name skills that there are not or that are broken, and each cycle with its path.
    """
    resolution = _Resolution(by_name)
    resolution.visit(file, (file.name,))
    problems = [_problem(file, *fault) for fault in resolution.faults]
    if len(resolution.parts) > MAX_PARTS:
        message = f"is composed of more than {MAX_PARTS} skills"
        problems.append(_problem(file, file.uses[0], "S028", message, "compose it of fewer"))
    return tuple(resolution.parts.values()), tuple(problems)


def skill_parts(files: tuple[SkillFile, ...]) -> tuple[SkillPart, ...]:
    """The parts as a prompt carries them."""
    return tuple(
        SkillPart(file.skill.name, file.skill.content_hash, file.skill.body)
        for file in files
        if file.skill is not None
    )


class _Resolution:
    def __init__(self, by_name: Mapping[str, SkillFile]) -> None:
        self.by_name = by_name
        self.parts: dict[str, SkillFile] = {}
        self.faults: list[tuple[str, str, str, str]] = []
        """The name in the first file's ``uses`` that leads there, rule, message, fix."""

    def visit(self, file: SkillFile, path: tuple[str, ...]) -> None:
        for name in file.uses:
            if len(self.parts) > MAX_PARTS:
                return
            through = path[1] if len(path) > 1 else name
            if name in path:
                cycle = " → ".join((*path[path.index(name) :], name))
                self.faults.append((through, "S027", f"uses itself: {cycle}", "break the cycle"))
            elif fault := self._fault(name, path):
                self.faults.append((through, "S026", *fault))
            elif name not in self.parts:
                part = self.by_name[name]
                self.parts[name] = part
                self.visit(part, (*path, name))

    def _fault(self, name: str, path: tuple[str, ...]) -> tuple[str, str] | None:
        via = f" (through {' → '.join(path[1:])})" if len(path) > 1 else ""
        part = self.by_name.get(name)
        if part is None:
            return f'uses the skill "{name}", which there is not{via}', self._hint(name)
        if part.skill is None:
            return f'uses the skill "{name}", which is broken{via}', f"correct {part.shown}"
        return None

    def _hint(self, name: str) -> str:
        return name_hint(name, (n for n, file in self.by_name.items() if file.skill is not None))


def _problem(file: SkillFile, name: str, rule: str, message: str, fix: str) -> Problem:
    lines = dict(_lines(file))
    return Problem(file.sidecar_shown, lines.get(name, 1), rule, message, fix)


def _lines(file: SkillFile) -> Iterator[tuple[str, int]]:
    yield from zip(file.uses, file.uses_lines, strict=False)
