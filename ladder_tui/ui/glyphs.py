"""State glyphs in two sets: Unicode and ASCII.

The Unicode glyphs are East-Asian-neutral and no emoji, so every terminal draws them one cell
wide. ASCII is used with a non-UTF-8 locale, on the Linux console, and when configured.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Glyphs(msgspec.Struct, frozen=True):
    """One character per meaning; lines and borders included."""

    is_ascii: bool
    cursor: str
    running: str
    question: str
    stalled: str
    queued: str
    done: str
    failed: str
    degraded: str
    paused: str
    cancelled: str
    mark: str
    opened: str
    closed: str
    bar_full: str
    bar_empty: str
    line: str
    line_tool: str
    line_gate: str
    wait: str
    retry: str
    vertical: str
    tee_down: str
    branch_open: str
    branch_mid: str
    branch_end: str
    join_open: str
    join_mid: str
    join_end: str
    ellipsis: str
    dash: str
    caret: str
    radio_on: str
    radio_off: str
    check_on: str
    check_off: str
    dot: str
    spinner: str


UNICODE = Glyphs(
    is_ascii=False,
    cursor="❯",
    running="◉",
    question="?",
    stalled="◌",
    queued="∙",
    done="✓",
    failed="✗",
    degraded="▴",
    paused="⊝",
    cancelled="⊘",
    mark="*",
    opened="▾",
    closed="▸",
    bar_full="⣿",
    bar_empty="⣀",
    line="━",
    line_tool="═",
    line_gate="┅",
    wait="╌",
    retry="✗",
    vertical="│",
    tee_down="┬",
    branch_open="┬",
    branch_mid="├",
    branch_end="└",
    join_open="┐",
    join_mid="┤",
    join_end="┘",
    ellipsis="…",
    dash="–",
    caret="▌",
    radio_on="(•)",
    radio_off="( )",
    check_on="[✓]",
    check_off="[ ]",
    dot="·",
    spinner="⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏",
)

ASCII = Glyphs(
    is_ascii=True,
    cursor=">",
    running="*",
    question="?",
    stalled="o",
    queued=".",
    done="+",
    failed="x",
    degraded="^",
    paused="=",
    cancelled="/",
    mark="#",
    opened="v",
    closed=">",
    bar_full="#",
    bar_empty="-",
    line="=",
    line_tool="#",
    line_gate="~",
    wait="-",
    retry="x",
    vertical="|",
    tee_down="+",
    branch_open="+",
    branch_mid="+",
    branch_end="+",
    join_open="+",
    join_mid="+",
    join_end="+",
    ellipsis="..",
    dash="-",
    caret="_",
    radio_on="(o)",
    radio_off="( )",
    check_on="[x]",
    check_off="[ ]",
    dot="|",
    spinner="|/-\\",
)


def choose_glyphs(environ: Mapping[str, str], encoding: str, configured: str = "auto") -> Glyphs:
    """The set for a terminal: ``configured`` is ``auto``, ``unicode`` or ``ascii``.

    ``encoding`` is that of standard output. ``LC_ALL``, ``LC_CTYPE`` and ``LANG`` count in this
    order, as in POSIX; without any of them the encoding decides.
    """
    if configured == "ascii":
        return ASCII
    if configured == "unicode":
        return UNICODE
    if environ.get("TERM", "") in {"linux", "dumb", "vt100", "vt220"}:
        return ASCII
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    if "." in locale:
        is_utf8 = "utf" in locale.rpartition(".")[2].lower()
    elif locale in {"C", "POSIX"}:
        is_utf8 = False
    else:
        is_utf8 = "utf" in encoding.lower()
    return UNICODE if is_utf8 else ASCII
