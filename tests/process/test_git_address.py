"""Only addresses that cannot run anything are given to git."""

from __future__ import annotations

from pathlib import Path

import pytest

from ladder_tui.errors import UsageError
from ladder_tui.process.git_address import git_address, local_address, split_ref


@pytest.mark.parametrize(
    ("source", "protocol"),
    [
        ("https://example.org/team/skills.git", "https"),
        ("HTTPS://example.org:8443/skills", "https"),
        ("ssh://git@example.org/skills.git", "ssh"),
        ("git@example.org:team/skills.git", "ssh"),
        ("file:///srv/skills.git", "file"),
    ],
)
def test_an_address_allows_one_protocol(source: str, protocol: str) -> None:
    assert git_address(source).protocol == protocol


@pytest.mark.parametrize(
    "source",
    [
        "",
        "ext::sh -c touch% x",
        "ext::sh",
        "fd::17/foo",
        "git://example.org/x",
        "http://example.org/x",
        "--upload-pack=touch x",
        "-u",
        "ssh://-oProxyCommand=touch/x",
        "-oProxyCommand=x:y",
        "git@-oProxyCommand=x:y",
        "https://token@example.org/x",
        "https://user:secret@example.org/x",
        "ssh://user:secret@example.org/x",
        "https:///x",
        "https://example.org",
        "file://host/x",
        "https://example.org/x\n-u",
        "https://example.org/\x1b[2J",
        "just words",
    ],
)
def test_everything_else_is_refused_with_a_reason(source: str) -> None:
    with pytest.raises(UsageError, match="is not fetched") as caught:
        git_address(source)
    assert caught.value.why
    assert "https://HOST/PATH" in caught.value.next_step
    assert "secret" not in str(caught.value)
    assert "token" not in str(caught.value)


def test_a_ref_stands_behind_a_mark(tmp_path: Path) -> None:
    assert split_ref("https://example.org/x#v1.2") == ("https://example.org/x", "v1.2")
    assert split_ref("some/folder") == ("some/folder", "")
    for bad in ("x#", "x#-u", "x#a..b", "x#a b", "x#a:b", "x#a.lock", "x#+a"):
        with pytest.raises(UsageError, match="no branch"):
            split_ref(bad)
    assert local_address(tmp_path).url == f"file://{tmp_path}"
