from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from ladder_tui.domain.skill_entry import SkillEntry
from ladder_tui.errors import UsageError
from ladder_tui.library.skill_library import SkillLibrary, find_entry, find_skill
from ladder_tui.library.trust import TrustFile
from tests.library.skill_folder import HEAD, library, write_file, write_skill

LENSES = ("architecture", "documentation", "performance", "security", "tests")


def test_the_shipped_skills_are_without_problems(tmp_path: Path) -> None:
    entries = SkillLibrary(tmp_path).entries()
    assert [problem for entry in entries for problem in entry.problems] == []
    skills = [skill for skill in SkillLibrary(tmp_path).skills() if skill.lens]
    assert [skill.name for skill in skills] == [f"review-{lens}" for lens in LENSES]
    assert [skill.lens for skill in skills] == list(LENSES)
    for skill in skills:
        assert skill.origin == "shipped"
        assert skill.allowed_tools == ("Read", "Grep", "Glob")
        assert skill.evidence
        assert skill.path == f"skills/{skill.name}/SKILL.md"


def test_shipped_outputs_suit_strict_structured_output(tmp_path: Path) -> None:
    finding = {
        "rule": "x",
        "path": "a.py",
        "line": 1,
        "severity": "high",
        "message": "m",
        "quote": "q",
        "suggestion": "",
    }
    allowed = {
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "description",
    }

    def check(schema: dict[str, object]) -> None:
        assert schema.keys() <= allowed
        if schema["type"] == "object":
            properties = schema["properties"]
            assert isinstance(properties, dict)
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(properties)
            for part in properties.values():
                check(part)
        if isinstance(schema.get("items"), dict):
            check(schema["items"])  # type: ignore[arg-type]

    for skill in SkillLibrary(tmp_path).skills():
        if skill.outputs is not None:
            check(skill.outputs)
        if skill.lens:
            assert skill.outputs is not None
            jsonschema.validate({"summary": "s", "findings": [finding]}, skill.outputs)


def by_path(library: SkillLibrary) -> dict[str, SkillEntry]:
    return {entry.path: entry for entry in library.entries() if entry.origin != "shipped"}


AGENT = "---\nname: {}\ndescription: Does it.\ntools: Read, Grep\nmodel: haiku\n---\nbody\n"


def test_the_project_beats_what_ships(tmp_path: Path) -> None:
    text = HEAD.replace("review-x", "review-security") + "ours"
    write_skill(tmp_path, text, name="review-security")
    skill = find_skill(library(tmp_path).skills(), "review-security")
    assert (skill.origin, skill.body) == ("project", "ours")


def test_a_broken_project_skill_does_not_fall_back_silently(tmp_path: Path) -> None:
    write_skill(tmp_path, b"\xff\xff", name="review-security")
    assert "review-security" not in {skill.name for skill in library(tmp_path).skills()}
    entry = find_entry(library(tmp_path).entries(), "review-security")
    assert (entry.state, entry.origin) == ("broken", "project")
    assert [problem.rule for problem in entry.problems] == ["S004"]


def test_every_usual_place_is_read(tmp_path: Path) -> None:
    root, home = tmp_path / "repo", tmp_path / "home"
    places = [".ladder", ".agents", ".claude", ".github", ".codex", ".opencode"]
    for top, start in ((root, "p"), (home, "u")):
        for place in places:
            name = f"{start}-{place[1:]}"
            text = HEAD.replace("review-x", name) + "body"
            write_skill(top, text, name=name, place=f"{place}/skills")
        write_file(top, ".claude/agents/team/a.md", AGENT.format(f"{start}-agent"))
        write_file(top, ".claude/commands/git/c.md", f"Commit $ARGUMENTS {start}\n")
    found = {e.path: e for e in library(root, home).entries() if e.origin != "shipped"}
    assert [(e.path, e.name, e.kind, e.origin) for e in found.values()][:8] == [
        *((f"{p}/skills/p-{p[1:]}/SKILL.md", f"p-{p[1:]}", "skill", "project") for p in places),
        (".claude/agents/team/a.md", "p-agent", "agent", "project"),
        (".claude/commands/git/c.md", "git:c", "command", "project"),
    ]
    assert [(e.name, e.source, e.origin, e.state) for e in found.values()][8:] == [
        *((f"u-{p[1:]}", f"~/{p}/skills", "user", "usable") for p in places),
        ("u-agent", "~/.claude/agents", "user", "usable"),
        ("git:c", "~/.claude/commands", "user", "hidden"),
    ]
    command = found["~/.claude/commands/git/c.md"]
    assert command.why_not == ".claude/commands/git/c.md of the same name is used instead"
    agent = found[".claude/agents/team/a.md"].skill
    assert agent is not None
    assert (agent.allowed_tools, agent.model, agent.tier) == (("Read", "Grep"), "haiku", "fast")


def test_plugins_of_the_project_and_of_the_user(tmp_path: Path) -> None:
    root, home = tmp_path / "repo", tmp_path / "home"
    for top in (root, home):
        plugin = top / ".claude/plugins/cache/market/tidy/1.0"
        write_file(plugin, ".claude-plugin/plugin.json", '{"name": "tidy", "agents": "./more"}')
        write_file(plugin, "skills/clean/SKILL.md", HEAD.replace("review-x", "clean") + "body")
        write_file(plugin, "agents/a.md", AGENT.format("a"))
        write_file(plugin, "more/b.md", AGENT.format("b"))
        write_file(plugin, "commands/c.md", "Do it.\n")
        write_file(plugin, "README.md", "not one")
    shown = ".claude/plugins/cache/market/tidy/1.0"
    found = by_path(library(root, home))
    assert [(e.path.removeprefix(shown), e.kind) for e in found.values()][:4] == [
        ("/skills/clean/SKILL.md", "skill"),
        ("/agents/a.md", "agent"),
        ("/more/b.md", "agent"),
        ("/commands/c.md", "command"),
    ]
    assert {e.source for e in found.values()} == {"plugin tidy"}
    assert {e.origin for e in found.values()} == {"plugin"}
    assert [e.state for e in found.values()] == ["usable"] * 4 + ["hidden"] * 4
    assert {e.state for e in by_path(library(root, home, is_trusted=False)).values()} == {
        "untrusted",
        "hidden",
    }


@pytest.mark.parametrize("manifest", ["", "{", "[]", '{"name": 3}', '{"name": "../x"}', "\xff"])
def test_a_bad_manifest_leaves_a_plugin_with_the_name_of_its_folder(
    tmp_path: Path, manifest: str
) -> None:
    plugin = tmp_path / ".claude/plugins/tidy"
    write_file(plugin, ".claude-plugin/plugin.json", manifest.encode("latin-1"))
    write_file(plugin, "commands/c.md", "Do it.\n")
    (entry,) = by_path(library(tmp_path)).values()
    assert entry.source == "plugin tidy"


def test_strength_project_user_plugin_shipped(tmp_path: Path) -> None:
    root, home = tmp_path / "repo", tmp_path / "home"
    text = HEAD.replace("review-x", "review-tests") + "body"
    plugin = home / ".claude/plugins/p"
    write_file(plugin, ".claude-plugin/plugin.json", '{"name": "p"}')
    write_file(plugin, "skills/review-tests/SKILL.md", text)
    expected = ["shipped"]

    def origins() -> list[str]:
        return [e.origin for e in library(root, home).entries() if e.name == "review-tests"]

    expected = ["plugin", *expected]
    assert origins() == expected
    write_skill(home, text, name="review-tests", place=".codex/skills")
    expected = ["user", *expected]
    assert origins() == expected
    write_file(root, ".claude/commands/review-tests.md", "body")
    expected = ["project", *expected]
    assert origins() == expected
    states = [e.state for e in library(root, home).entries() if e.name == "review-tests"]
    assert states == ["usable", "hidden", "hidden", "hidden"]


def test_two_skills_of_one_name_in_one_place(tmp_path: Path) -> None:
    write_skill(tmp_path, HEAD + "one", name="a")
    write_skill(tmp_path, HEAD + "two", name="b")
    first, second = by_path(library(tmp_path)).values()
    assert (first.state, second.state) == ("usable", "hidden")
    problem = second.problems[-1]
    assert (problem.rule, problem.level) == ("S025", "error")
    assert str(problem) == (
        '.ladder/skills/b/SKILL.md:1: S025 another skill is called "review-x":'
        " .ladder/skills/a/SKILL.md (rename one)"
    )


def test_what_a_repository_brought_does_nothing_until_it_is_trusted(tmp_path: Path) -> None:
    root, home = tmp_path / "repo", tmp_path / "home"
    write_skill(root, HEAD + "body")
    write_skill(home, HEAD.replace("review-x", "mine") + "body", name="mine")
    trust = TrustFile(tmp_path / "state" / "trust.json")
    books = SkillLibrary(root, home, trust=trust)
    assert not books.is_trusted
    entry = find_entry(books.entries(), "review-x")
    assert (entry.state, entry.why_not) == (
        "untrusted",
        "this repository is not trusted: ladder skills trust",
    )
    assert [s.name for s in books.skills() if s.origin != "shipped"] == ["mine"]
    assert [s.name for s in books.known_skills() if s.origin != "shipped"] == ["mine", "review-x"]

    trust.trust(root)
    assert [s.name for s in books.skills() if s.origin != "shipped"] == ["mine", "review-x"]
    assert not SkillLibrary(tmp_path / "other", trust=trust).is_trusted

    trust.distrust(root)
    assert find_entry(books.entries(), "review-x").state == "untrusted"


@pytest.mark.parametrize("state", [b"", b"{", b'{"roots": "/"}', b"\xff\x00"])
def test_a_damaged_trust_file_trusts_nobody(tmp_path: Path, state: bytes) -> None:
    path = write_file(tmp_path, "trust.json", state)
    assert not TrustFile(path).is_trusted(tmp_path)
    TrustFile(path).trust(tmp_path)
    assert TrustFile(path).is_trusted(tmp_path)


def test_the_home_directory_as_a_repository_is_the_users(tmp_path: Path) -> None:
    write_skill(tmp_path, HEAD + "body")
    (entry,) = by_path(library(tmp_path, tmp_path, is_trusted=False)).values()
    assert (entry.origin, entry.path, entry.state) == (
        "user",
        "~/.ladder/skills/review-x/SKILL.md",
        "usable",
    )


def test_links_between_the_places_make_no_doubles(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, HEAD + "body", place=".claude/skills")
    (tmp_path / ".agents").mkdir()
    (tmp_path / ".agents/skills").symlink_to("../.claude/skills")
    (tmp_path / ".codex/skills").mkdir(parents=True)
    (tmp_path / ".codex/skills/again").symlink_to(folder)
    (folder.parent / "self").symlink_to(".")
    (folder.parent / "up").symlink_to("../..")
    write_file(tmp_path, ".claude/agents/a.md", AGENT.format("a"))
    (tmp_path / ".claude/agents/b.md").symlink_to("a.md")
    assert list(by_path(library(tmp_path))) == [
        ".agents/skills/review-x/SKILL.md",
        ".claude/agents/a.md",
    ]


def test_nested_folders_and_what_is_no_skill(tmp_path: Path) -> None:
    write_skill(tmp_path, HEAD + "body", name="group/deep/review-x")
    write_skill(tmp_path, HEAD + "inner", name="group/deep/review-x/examples/other")
    (tmp_path / ".ladder" / "skills" / "notes").mkdir(parents=True)
    (tmp_path / ".ladder" / "skills" / "README.md").write_text("hello")
    write_file(tmp_path, ".claude/agents/README.md", "about them")
    assert list(by_path(library(tmp_path))) == [".ladder/skills/group/deep/review-x/SKILL.md"]


def test_an_edit_is_seen_and_nothing_else_is_read_again(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, HEAD + "one")
    other = write_skill(tmp_path, HEAD.replace("review-x", "other") + "o", name="other")
    books = library(tmp_path)
    before = {file.name: file for file in books.files()}
    (folder / "SKILL.md").write_text(HEAD + "number two")
    write_file(other, "references/guide.md", "more")
    after = {file.name: file for file in books.files()}
    assert after["review-tests"] is before["review-tests"]
    changed, grown = after["review-x"].skill, after["other"].skill
    assert changed is not None
    assert changed.body == "number two"
    assert grown is not None
    assert grown.files == ("references/guide.md",)
    (folder / "ladder.yaml").write_text("lens: docs\n")
    skill = find_skill(books.skills(), "review-x")
    assert skill.lens == "docs"
    (folder / "SKILL.md").unlink()
    assert "review-x" not in {file.name for file in books.files()}


def test_an_unknown_name_gets_the_nearest(tmp_path: Path) -> None:
    for find in (
        lambda: find_skill(SkillLibrary(tmp_path).skills(), "reviev-security"),
        lambda: find_entry(SkillLibrary(tmp_path).entries(), "reviev-security"),
    ):
        with pytest.raises(UsageError) as caught:
            find()
        assert caught.value.why == "nearest: review-security"
