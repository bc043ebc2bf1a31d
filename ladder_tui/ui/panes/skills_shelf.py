"""What the Skills pane knows of the library, read in a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ladder_tui.domain.skill_entry import SkillEntry, SkillVersion
from ladder_tui.ui.collection import lasting
from ladder_tui.ui.ports import WorkbenchPort
from ladder_tui.ui.widgets.skill_lines import Known
from ladder_tui.ui.widgets.skill_tree import SkillRow, skill_rows


class Shelf(NamedTuple):
    """The library at one moment."""

    rows: Mapping[str, SkillRow] = {}
    """By shown path, in order."""
    used_in: Mapping[str, Sequence[str]] = {}
    """Names of workflows by name of a skill."""
    part_of: Mapping[str, Sequence[str]] = {}
    """Names of skills by name of a skill that they are composed of."""
    changed_at: float = 0.0


class Facts(NamedTuple):
    """What takes a moment to find out about one skill."""

    known: Known
    versions: Sequence[SkillVersion]


def read_shelf(workbench: WorkbenchPort) -> Shelf:
    """Read every file. Raises LadderError."""
    with lasting():
        return _read_shelf(workbench)


def _read_shelf(workbench: WorkbenchPort) -> Shelf:
    skills = workbench.skills
    changed_at = skills.changed_at()
    entries = skills.entries()
    used_in: dict[str, list[str]] = {}
    for workflow in workbench.workflows.list():
        for name in workflow.skills:
            used_in.setdefault(name, []).append(workflow.name)
    part_of: dict[str, list[str]] = {}
    for entry in entries:
        for name in entry.skill.uses if entry.skill is not None else ():
            part_of.setdefault(name, []).append(entry.name)
    return Shelf(skill_rows(entries, skills.stats()), used_in, part_of, changed_at)


def find_facts(workbench: WorkbenchPort, entry: SkillEntry, used_in: Sequence[str]) -> Facts:
    """Count tokens and read the versions. Raises LadderError."""
    size = workbench.skills.size(entry)
    versions = workbench.skills.versions(entry.path)
    return Facts(Known(size, len(versions), used_in=used_in), versions)
