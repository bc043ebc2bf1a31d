from __future__ import annotations

import re
from pathlib import Path

from ladder_tui.library.location import shipped_directory

ROOT = Path(__file__).parents[2]


def test_every_skill_rule_is_documented_and_the_other_way_round() -> None:
    text = (ROOT / "docs" / "skills.md").read_text()
    documented = set(re.findall(r"^\| (S\d{3}) \|", text, re.MULTILINE))
    rooms = (ROOT / "ladder_tui" / room for room in ("library", "workbench"))
    source = "".join(p.read_text() for room in rooms for p in room.glob("skill_*.py"))
    assert documented == set(re.findall(r"\bS\d{3}\b", source))


def test_every_shipped_skill_and_workflow_is_documented() -> None:
    text = (ROOT / "docs" / "shipped-workflows.md").read_text()
    for folder in shipped_directory("skills").iterdir():
        assert f"| `{folder.name}` |" in text
    for file in shipped_directory("workflows").iterdir():
        assert f"`workflows/{file.name}`" in text
