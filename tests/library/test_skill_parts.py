"""Composition: what ``uses`` names, resolved when the library is read."""

from __future__ import annotations

from pathlib import Path

from ladder_tui.domain.skill_entry import SkillEntry
from ladder_tui.library.skill_library import find_entry
from tests.library.skill_folder import library, write_file, write_skill


def put(root: Path, name: str, *uses: str, body: str = "") -> None:
    head = f"---\nname: {name}\ndescription: Does {name}.\n---\n{body or name}"
    sidecar = f"lens: docs\nuses: [{', '.join(uses)}]\n" if uses else None
    write_skill(root, head, sidecar, name=name)


def entry(root: Path, name: str, *, is_trusted: bool = True) -> SkillEntry:
    return find_entry(library(root, is_trusted=is_trusted).entries(), name)


def said(root: Path, name: str) -> list[str]:
    return [str(problem) for problem in entry(root, name).problems]


def test_parts_come_in_order_and_once(tmp_path: Path) -> None:
    put(tmp_path, "all", "style", "layout", "colour")
    put(tmp_path, "style", "colour")
    put(tmp_path, "layout")
    put(tmp_path, "colour", body="The colours.")
    skill = entry(tmp_path, "all").skill
    assert skill is not None
    assert [part.name for part in skill.parts] == ["style", "colour", "layout"]
    colour = entry(tmp_path, "colour").skill
    assert colour is not None
    assert (skill.parts[1].body, skill.parts[1].content_hash) == (
        "The colours.",
        colour.content_hash,
    )
    assert skill.uses == ("style", "layout", "colour")


def test_a_part_may_be_an_agent_or_ship(tmp_path: Path) -> None:
    put(tmp_path, "all", "helper", "review-tests")
    write_file(
        tmp_path, ".claude/agents/helper.md", "---\nname: helper\ndescription: h\n---\nHelp."
    )
    skill = entry(tmp_path, "all").skill
    assert skill is not None
    assert [part.name for part in skill.parts] == ["helper", "review-tests"]


def test_unknown_names_have_a_line_and_the_nearest(tmp_path: Path) -> None:
    put(tmp_path, "all", "layouts", "nothing-like-it")
    put(tmp_path, "layout")
    assert entry(tmp_path, "all").state == "broken"
    assert said(tmp_path, "all")[0] == (
        '.ladder/skills/all/ladder.yaml:2: S026 uses the skill "layouts", which there is not'
        " (nearest: layout)"
    )
    assert len(said(tmp_path, "all")) == 2


def test_a_broken_part_breaks_the_whole(tmp_path: Path) -> None:
    put(tmp_path, "all", "middle")
    put(tmp_path, "middle", "bad")
    write_skill(tmp_path, b"\xff", name="bad")
    assert said(tmp_path, "all") == [
        '.ladder/skills/all/ladder.yaml:2: S026 uses the skill "bad", which is broken'
        " (through middle) (correct .ladder/skills/bad/SKILL.md)"
    ]


def test_cycles_are_refused_with_their_path(tmp_path: Path) -> None:
    put(tmp_path, "a", "b")
    put(tmp_path, "b", "c")
    put(tmp_path, "c", "a")
    put(tmp_path, "own", "own")
    put(tmp_path, "outside", "a")
    assert said(tmp_path, "a") == [
        ".ladder/skills/a/ladder.yaml:2: S027 uses itself: a → b → c → a (break the cycle)"
    ]
    assert "S027 uses itself: own → own" in said(tmp_path, "own")[0]
    assert "S027 uses itself: a → b → c → a" in said(tmp_path, "outside")[0]
    assert {entry(tmp_path, name).state for name in ("a", "b", "c", "own")} == {"broken"}


def test_too_many_parts(tmp_path: Path) -> None:
    names = [f"part-{number}" for number in range(60)]
    for name in names:
        put(tmp_path, name)
    put(tmp_path, "all", *names)
    assert [p.rule for p in entry(tmp_path, "all").problems] == ["S028"]


def test_a_part_of_an_untrusted_repository_makes_the_whole_untrusted(tmp_path: Path) -> None:
    root, home = tmp_path / "repo", tmp_path / "home"
    put(root, "theirs")
    put(home, "mine", "theirs")
    entries = library(root, home, is_trusted=False).entries()
    assert find_entry(entries, "mine").state == "untrusted"
    assert find_entry(library(root, home).entries(), "mine").state == "usable"


def test_typed_inputs(tmp_path: Path) -> None:
    head = "---\nname: x\ndescription: d\n---\nbody"
    good = "inputs: {type: object, properties: {path: {type: string}}}\n"
    write_skill(tmp_path, head, good, name="x")
    skill = entry(tmp_path, "x").skill
    assert skill is not None
    assert skill.inputs == {"type": "object", "properties": {"path": {"type": "string"}}}
    write_skill(tmp_path, head, "lens: a\ninputs: {type: objekt}\n", name="x")
    assert said(tmp_path, "x")[0].startswith(".ladder/skills/x/ladder.yaml:2: S023 inputs is no")
    write_file(tmp_path, ".claude/commands/fix.md", "---\nargument-hint: '[issue]'\n---\nFix $1\n")
    command = entry(tmp_path, "fix").skill
    assert command is not None
    assert command.inputs == {
        "type": "object",
        "properties": {"arguments": {"type": "string", "description": "[issue]"}},
    }
