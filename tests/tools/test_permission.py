"""Permission rules: deny beats ask beats allow, and no command slips past."""

from __future__ import annotations

import pytest

from ladder_tui.domain.permission import PermissionRules
from ladder_tui.process.runner import SandboxLevel
from ladder_tui.tools.permission import Decision, Permissions, allows_command


def rules(
    *,
    allow: tuple[str, ...] = (),
    ask: tuple[str, ...] = (),
    deny: tuple[str, ...] = (),
    level: SandboxLevel = "bwrap",
) -> Permissions:
    return Permissions(PermissionRules(allow=allow, ask=ask, deny=deny), level)


def command(permissions: Permissions, line: str) -> Decision:
    return permissions.decide("Bash", {"command": line})


def test_without_a_rule_the_sandbox_decides() -> None:
    assert command(rules(), "make").kind == "allow"
    asked = command(rules(level="limits"), "make all")
    assert asked == Decision("ask", "no sandbox confines it", "Bash(make all:*)")
    for tool in ("Read", "Glob", "Grep", "Edit", "Write"):
        assert rules(level="limits").decide(tool, {}, "a.py").kind == "allow"


def test_deny_beats_ask_beats_allow() -> None:
    every = ("Bash(git push:*)", "Edit(docs/**)")
    assert command(rules(allow=every, ask=every, deny=every), "git push").kind == "deny"
    assert command(rules(allow=every, ask=every), "git push origin").kind == "ask"
    assert command(rules(allow=every, level="limits"), "git push").kind == "allow"
    assert rules(allow=every, ask=every, deny=every).decide("Edit", {}, "docs/a").kind == "deny"
    assert rules(allow=every, ask=every).decide("Edit", {}, "docs/a").kind == "ask"
    assert rules(ask=every).decide("Edit", {}, "src/a").kind == "allow"


@pytest.mark.parametrize(
    "line",
    [
        "git status; rm -rf x", "git status && rm x", "git status || rm x", "git status | sh",
        "git status & rm x", "git status\nrm x", "git status $(rm x)", "git status `rm x`",
        'git status "$(rm x)"', "git status > x", "git status < x", "git status <(rm x)",
        "(git status)", "git statusx", "gitstatus", "X=1 git status", "git  -c a=b status",
        "git status \\\n; rm", "rm x; git status", "git status ${x:-$(rm)}",
    ],
)  # fmt: skip
def test_a_prefix_rule_allows_no_more_than_its_command(line: str) -> None:
    permissions = rules(allow=("Bash(git status:*)",), level="limits")
    assert command(permissions, "git status --short").kind == "allow"
    assert command(permissions, line).kind == "ask"
    assert not allows_command(["Bash(git status:*)"], line)


def test_every_part_needs_a_rule() -> None:
    permissions = rules(allow=("Bash(git diff *)", "Bash(wc -l)"), level="limits")
    assert command(permissions, "git diff HEAD | wc -l").kind == "allow"
    assert command(permissions, "git diff HEAD | wc -c").kind == "ask"


@pytest.mark.parametrize(
    "line", ["rm x", "/bin/rm x", "true; rm x", "true | rm", "'rm' x", "r''m", "make && rm -rf /"]
)
def test_a_denied_command_is_found_in_every_part(line: str) -> None:
    permissions = rules(deny=("Bash(rm:*)",), allow=("Bash",))
    assert command(permissions, line).kind == "deny"


@pytest.mark.parametrize(
    "line", ["sh -c 'rm x'", "$(echo rm) x", "env rm x", "xargs rm", "X=rm; $X x", "python -c 'x'",
             "find . -delete", "{rm,x}", "/bin/r? x"]
)  # fmt: skip
def test_what_may_hide_a_denied_command_asks(line: str) -> None:
    assert command(rules(deny=("Bash(rm:*)",)), line).kind == "ask"
    assert command(rules(), line).kind == "allow"


def test_an_always_holds_for_what_it_said_and_no_more() -> None:
    permissions = rules(level="limits", deny=("Bash(git push:*)",))
    asked = command(permissions, "git log -3")
    assert asked.grants == "Bash(git log:*)"
    permissions.grant(asked.grants)
    assert command(permissions, "git log --stat").kind == "allow"
    assert command(permissions, "git log; git show").kind == "ask"
    permissions.grant("Bash(git push:*)")
    assert command(permissions, "git push").kind == "deny"


def test_an_always_beats_the_rule_that_asked() -> None:
    permissions = rules(ask=("Bash(npm:*)", "Write(a.txt)"))
    for tool, given, path in (("Bash", {"command": "npm ci"}, ""), ("Write", {}, "a.txt")):
        asked = permissions.decide(tool, given, path)
        assert asked.kind == "ask"
        permissions.grant(asked.grants)
        assert permissions.decide(tool, given, path).kind == "allow"


@pytest.mark.parametrize(
    ("line", "grants"),
    [
        ("pytest -q", "Bash(pytest:*)"),
        ("git", "Bash(git:*)"),
        ("bash x.sh", "Bash(bash x.sh)"),
        ("python x.py", "Bash(python x.py)"),
        ("ls; wc", "Bash(ls; wc)"),
        ("echo $(x)", "Bash(echo $(x))"),
        # Such a rule would be read as one for more than this line.
        ("bash *", ""),
        ("sh -c x:*", ""),
        ("*", ""),
        ("ls; wc\n", "Bash(ls; wc)"),
        ("ls\nwc", ""),
        ("ls; " + "x" * 300, ""),
    ],
)
def test_what_an_always_would_allow(line: str, grants: str) -> None:
    permissions = rules(level="limits")
    assert command(permissions, line).grants == grants
    permissions.grant(grants)
    assert command(permissions, line).kind == ("allow" if grants else "ask")


def test_edit_stands_for_changes_and_read_for_reading() -> None:
    permissions = rules(deny=("Edit(src/**)", "Read(secret/**)"))
    assert permissions.decide("Write", {}, "src/a").kind == "deny"
    assert permissions.decide("Read", {}, "secret/a").kind == "deny"
    assert permissions.hidden("Grep")("secret/a")
    assert not permissions.hidden("Grep")("src/a")
    assert rules(ask=("Read(x)",)).hidden("Glob")("x")
    assert not rules(ask=("Read(x)",)).hidden("Read")("x")


def test_a_repository_only_narrows() -> None:
    own = PermissionRules(allow=("Bash(make)",), deny=("Bash(rm:*)",))
    theirs = PermissionRules(allow=("Bash", "Bash(rm:*)"), ask=("Bash(make)",), deny=("Edit",))
    strange = Permissions(own.narrowed_by(theirs, is_trusted=False), "limits")
    trusted = Permissions(own.narrowed_by(theirs, is_trusted=True), "limits")
    for permissions in (strange, trusted):
        assert command(permissions, "rm x").kind == "deny"
        assert command(permissions, "make").kind == "ask"
        assert permissions.decide("Edit", {}, "a").kind == "deny"
    assert command(strange, "ls").kind == "ask"
    assert command(trusted, "ls").kind == "allow"
