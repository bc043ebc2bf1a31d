"""A section becomes a skill that the first one uses: three files, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.errors import InvalidFileError, LadderError, StoreError, UsageError
from ladder_tui.workbench import Workbench
from ladder_tui.workbench.skill_target import ReadOnlyError

SHOWN = ".ladder/skills/review-api/SKILL.md"
TEXT = """\
---
name: review-api
description: Reviews an API. Use it for endpoints.
allowed-tools: Read, Bash(git add, git diff)
---
# Review an API

Look first.

## Naming

Names are plural: `/carts`, not `/cart`. Then more.

### Versions

Versions stand in the path.

## Result

A list.
"""


@pytest.fixture
def folder(wb: Workbench) -> Path:
    wb.skills.new("review-api", text=TEXT)
    return (wb.root / SHOWN).parent


def state(wb: Workbench) -> dict[str, bytes]:
    top = wb.root / ".ladder" / "skills"
    return {str(p.relative_to(top)): p.read_bytes() for p in top.rglob("*") if p.is_file()}


def test_a_section_becomes_a_skill_that_the_first_one_uses(wb: Workbench, folder: Path) -> None:
    (folder / "ladder.yaml").write_text("# ours\ntier: fast  # cheap\n")

    made, changed = wb.skills.split("review-api", "naming", "name-endpoints")

    assert (made, changed) == (".ladder/skills/name-endpoints/SKILL.md", SHOWN)
    assert (wb.root / made).read_text() == (
        "---\nname: name-endpoints\n"
        'description: "Names are plural: /carts, not /cart. A part of review-api."\n'
        "allowed-tools: Read, Bash(git add, git diff)\n---\n"
        "# Naming\n\nNames are plural: `/carts`, not `/cart`. Then more.\n\n"
        "## Versions\n\nVersions stand in the path.\n"
    )
    assert (folder / "SKILL.md").read_text() == TEXT.replace(
        TEXT[TEXT.index("Names are") : TEXT.index("## Result")],
        "As the skill `name-endpoints` says, which follows.\n\n",
    )
    assert (folder / "ladder.yaml").read_text() == (
        "# ours\ntier: fast  # cheap\nuses: [name-endpoints]\n"
    )
    assert wb.skills.get("name-endpoints").allowed_tools == ("Read", "Bash(git add, git diff)")
    assert [p for p in wb.skills.problems() if p.path == made] == []
    assert any(b"# Review" in p.read_bytes() for p in _backups(wb))


def _backups(wb: Workbench) -> list[Path]:
    return [p for p in (wb.project.directory / "backups").rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    ("heading", "name", "said"),
    [
        ("Namings", "x", "nearest: Naming"),
        ("Review an API", "x", "nothing would be left"),
        ("Naming", "Bad Name", "no name for a skill"),
        ("Naming", "review-api", "exists already"),
    ],
)
def test_what_cannot_be_split_changes_nothing(
    wb: Workbench, folder: Path, heading: str, name: str, said: str
) -> None:
    before = state(wb)
    with pytest.raises(UsageError) as caught:
        wb.skills.split("review-api", heading, name)
    assert said in str(caught.value)
    assert state(wb) == before


def test_a_sidecar_that_cannot_be_edited_safely_is_left_to_people(
    wb: Workbench, folder: Path
) -> None:
    (folder / "ladder.yaml").write_text("uses: [a,\n  b]\n")
    before = state(wb)
    with pytest.raises(InvalidFileError, match="cannot be changed"):
        wb.skills.split(SHOWN, "Naming", "part")
    assert state(wb) == before


def test_a_failure_half_way_takes_everything_back(
    wb: Workbench, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "ladder.yaml").write_text("tier: fast\n")
    (wb.project.directory / "backups").write_text("a file where the backups go")
    before = state(wb)
    with pytest.raises(StoreError):
        wb.skills.split(SHOWN, "Naming", "part")
    assert state(wb) == before


def test_what_is_not_ones_own_or_has_no_sidecar_is_not_split(wb: Workbench) -> None:
    with pytest.raises(ReadOnlyError):
        wb.skills.split("review-security", "x", "part")
    with pytest.raises(LadderError):
        wb.skills.split("nothing", "x", "part")
