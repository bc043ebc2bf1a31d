"""Schedules as text: what cron and systemd make of them is what was asked for."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder_tui.library.schedule_entry import At, cron_line, parse_at, systemd_units
from ladder_tui.library.trigger_command import TriggerCommand


def command(value: str) -> TriggerCommand:
    return TriggerCommand(
        program=("/opt/ladder",), workflow="review", trigger="schedule", inputs=(("path", value),)
    )


def as_cron_reads(line: str) -> str:
    """The command of a crontab line, by the rules of crontab(5): an escaped % loses its backslash,
    a bare one ends the command, any other escape stays."""
    text, out, index = line.split(" ", 5)[5], "", 0
    while index < len(text) and text[index] != "%":
        if text[index] == "\\" and index + 1 < len(text):
            out += text[index + 1] if text[index + 1] == "%" else text[index : index + 2]
            index += 2
        else:
            out += text[index]
            index += 1
    return out


@given(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"]), max_size=40))
def test_cron_gives_the_shell_the_words_that_were_asked_for(value: str) -> None:
    line = cron_line(At(2, 5), command(value), "/srv/50% off", "run.log")
    words = shlex.split(as_cron_reads(line), comments=True)
    assert words[:3] == ["cd", "/srv/50% off", "&&"]
    assert tuple(words[3:-2]) == command(value).words()


def test_a_crontab_line_of_weekdays() -> None:
    line = cron_line(At(2, 5, is_weekdays=True), command("src"), "/srv/shop", "run.log")
    assert line == (
        "5 2 * * 1-5 cd /srv/shop && /opt/ladder run review -i path=src --detach"
        " --trigger schedule >>run.log 2>&1 # ladder review /srv/shop\n"
    )


@pytest.mark.parametrize("value", ["a\nb", "a\rb"])
def test_a_line_break_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        cron_line(At(2, 0), command(value), "/srv", "log")
    with pytest.raises(ValueError, match="line break"):
        systemd_units("x", At(2, 0), command(value), "/srv")


@pytest.mark.parametrize("root", ["/srv/x\\", "/srv/x "])
def test_a_path_that_a_unit_file_would_change_is_refused(root: str) -> None:
    with pytest.raises(ValueError, match="cannot hold a path"):
        systemd_units("x", At(2, 0), command("a"), root)


@pytest.mark.parametrize("text", ["2", "24:00", "2:60", "-1:00", "02:00:00", ""])
def test_what_is_no_time_of_the_day(text: str) -> None:
    assert parse_at(text, is_weekdays=False) is None


def test_a_time_of_the_day() -> None:
    assert parse_at("7:05", is_weekdays=True) == At(7, 5, True)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    odd = TriggerCommand(
        program=("/bin/echo",),
        workflow="review",
        trigger="schedule",
        inputs=(("path", 'a "b" $HOME 50% \\ c'),),
    )
    units = systemd_units("ladder-x", At(2, 0, is_weekdays=True), odd, "/")
    for unit in units:
        (tmp_path / unit.name).write_text(unit.text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in units)],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "SYSTEMD_LOG_LEVEL": "warning"},
    )
    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert ours == []
    assert "OnCalendar=Mon..Fri *-*-* 02:00:00" in units[0].text
    assert r'"path=a \"b\" $$HOME 50%% \\ c"' in units[1].text
