"""What skills said, kept by content."""

from __future__ import annotations

import pytest

from ladder_tui.domain.skill_entry import SkillVersion
from ladder_tui.store import skill_version
from ladder_tui.store.database import Database
from ladder_tui.store.skill_version import VersionRow, add_versions, newest_hashes, versions


def row(content_hash: str, seen_at: float, path: str = "a/SKILL.md") -> VersionRow:
    version = SkillVersion(content_hash, seen_at, f"text of {content_hash}\r\n", "tier: fast\n")
    return VersionRow(path, "a", "skill", version)


def test_versions_come_newest_first_and_whole(db: Database) -> None:
    rows = [row("h1", 1.0), row("h2", 2.0), row("other", 3.0, "b/SKILL.md")]
    add_versions(db, rows)
    add_versions(db, [])
    assert versions(db, "a/SKILL.md") == [rows[1].version, rows[0].version]
    assert versions(db, "c") == []
    assert newest_hashes(db) == {"a/SKILL.md": "h2", "b/SKILL.md": "other"}


def test_the_newest_is_not_seen_again_but_an_old_one_can_come_back(db: Database) -> None:
    add_versions(db, [row("h1", 1.0), row("h1", 2.0), row("h2", 3.0), row("h1", 4.0)])
    assert [(v.content_hash, v.seen_at) for v in versions(db, "a/SKILL.md")] == [
        ("h1", 4.0),
        ("h2", 3.0),
    ]


def test_the_oldest_are_dropped(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skill_version, "KEPT", 3)
    add_versions(db, [row(f"h{n}", float(n)) for n in range(6)])
    assert [v.content_hash for v in versions(db, "a/SKILL.md")] == ["h5", "h4", "h3"]
