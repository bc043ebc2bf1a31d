"""The Markdown form of a report: complete, and nothing in it escapes into markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ladder_tui.insight.report_document import ReportCost
from ladder_tui.insight.report_escape import block, cell_code, code, prose, text
from ladder_tui.insight.report_markdown import cost_text, render_markdown, seconds_text
from tests.insight.report_run import DISPOSITIONS, EVIL, events, spec, view

PARSER = MarkdownIt("gfm-like")
# GFM links what starts with a scheme or "www."; that a.aw is a domain too is this parser's idea.
# Without it "www." is no link here either, and is tested as text below.
assert PARSER.linkify is not None
PARSER.linkify.set({"fuzzy_link": False})
FORBIDDEN = {
    "link_open",
    "image",
    "html_block",
    "strong_open",
    "em_open",
    "s_open",
    "hr",
    "softbreak",
}


def flat(tokens: list[Token]) -> list[Token]:
    return [t for token in tokens for t in (token, *flat(token.children or []))]


def kinds(markdown: str) -> set[str]:
    return {token.type for token in flat(PARSER.parse(markdown))}


def test_the_headline_says_what_can_be_believed() -> None:
    markdown = render_markdown(view(), spec(), DISPOSITIONS)
    head = markdown.split("## What was reviewed")[0]
    assert head.startswith("# Run `#41`: review\n\n**Verdict: fail** (done).")
    assert "1 of 2 reviewed · 5 findings (2 critical, 1 high, 1 medium, 1 low)" in head
    assert "1,500 tokens (estimated) · $1.2345 (measured, 1 call unpriced) · 3 min 40 s" in head
    assert "**Missing:** tests. Nobody looked there." in head
    assert "**Evidence only:** the model of security wrote the summary" in head
    assert "somebody" not in markdown


def test_agents_gates_and_findings_are_told() -> None:
    markdown = render_markdown(view(), spec(), DISPOSITIONS)
    assert "| tests |  | failed | 0 | 0 | 0 | $0.0000 (measured) |" in markdown
    assert "no answer \\| within 600 s |" in markdown
    assert "| fail | 9 / 9 files | 5,337 (200 shown) |" in markdown
    assert "| ruff-security | security | degraded | 8 / 9 files | 0 | ruff 0.15.2 |" in markdown
    assert (
        "1 finding dismissed by a person; 3 findings over the cap not shown; "
        "9 reported before merging." in markdown
    )
    assert "**high** `shop/db.py:8` in `find`: message" in markdown
    assert "```python\nmessage\n```" in markdown
    assert "2 of 5 agents agree · **disputed** (security: high, tests: low)" in markdown
    assert "**unverified**: the quoted code was not found" in markdown
    assert "not | reachable" not in markdown
    rules = re.findall(r"^### `(\w+)` \(1\)$", markdown, re.M)
    assert rules == ["S608", "evil", "guess", "S608b", "old"]


def test_the_cap_is_disclosed() -> None:
    markdown = render_markdown(view(), spec(), DISPOSITIONS, shown=2)
    assert "6 findings over the cap not shown" in markdown
    assert markdown.count("\n### ") == 2


def test_a_run_can_be_reported_at_every_moment() -> None:
    for count in range(len(events()) + 1):
        assert "## Findings" in render_markdown(view(count), spec())


def test_an_address_without_a_scheme_is_taken_apart() -> None:
    assert text("see www.example.com") == "see www&#46;example.com"
    assert prose("see WWW.example.com") == "see WWW&#46;example.com"


def test_hostile_text_stays_text() -> None:
    markdown = render_markdown(view(), spec(), DISPOSITIONS)
    tokens = flat(PARSER.parse(markdown))
    assert not {"link_open", "image", "html_block", "hr"} & {t.type for t in tokens}
    html = {t.content for t in tokens if t.type == "html_inline"}
    assert html == {"<sub>", "</sub>"}
    headings = [t for t in tokens if t.type == "heading_open"]
    assert [t.tag for t in headings] == ["h1", "h2", "h2", "h2", "h2", *["h3"] * 5]
    rows = [line for line in markdown.split("\n") if line.startswith("| ")]
    for line in rows:
        assert len(re.findall(r"(?<!\\)\|", line)) in (3, 10)
    assert "\x1b" not in markdown
    assert "@octocat" not in "".join(t.content for t in tokens if t.type == "text")


@pytest.mark.parametrize(
    "value", [EVIL, "@a", "#1", "http://x", "www.x.y", "a|b", "<b>", "*a* _b_"]
)
def test_text_is_only_text(value: str) -> None:
    assert not kinds(f"x {text(value)}") & FORBIDDEN
    assert kinds(f"x {text(value)}") <= {
        "paragraph_open", "inline", "text", "text_special", "paragraph_close",
    }  # fmt: skip


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_only_text(value: str) -> None:
    assert kinds(f"x {text(value)}") <= {
        "paragraph_open", "inline", "text", "text_special", "paragraph_close",
    }  # fmt: skip


@settings(deadline=None)
@given(st.text(alphabet="`a| \n\\<*[]()@:/w.", max_size=40))
def test_prose_is_text_and_code(value: str) -> None:
    assert kinds(f"x {prose(value)}") <= {
        "paragraph_open", "inline", "text", "text_special", "code_inline", "paragraph_close",
    }  # fmt: skip


def test_prose_keeps_code() -> None:
    assert prose("use `a_b` not *c*") == "use `a_b` not \\*c\\*"
    assert prose("an `open end") == r"an \`open end"


@settings(deadline=None)
@given(st.text(alphabet="`a| \n\\<", min_size=1, max_size=30))
def test_code_cannot_be_left(value: str) -> None:
    inline = code(value)
    if inline:
        (paragraph,) = [t for t in PARSER.parse(f"x {inline}") if t.type == "inline"]
        assert [t.type for t in paragraph.children or []] == ["text", "code_inline"]
        row = f"| a | b |\n|---|---|\n| {cell_code(value)} | x |"
        assert sum(t.type == "td_open" for t in PARSER.parse(row)) == 2
    fenced = PARSER.parse(block(value))
    assert [t.type for t in fenced] == ["fence"]


@pytest.mark.parametrize(
    ("cost", "told"),
    [
        (ReportCost(0, 0.0, 0, "measured"), "$0.0000 (measured)"),
        (ReportCost(0, 0.0, 3, "measured"), "3 calls unpriced"),
        (ReportCost(5, 0.12345, 0, "estimated"), "$0.1235 (estimated)"),
        (ReportCost(5, 2.0, 1, "measured"), "$2.0000 (measured, 1 call unpriced)"),
    ],
)
def test_money_says_what_it_is(cost: ReportCost, told: str) -> None:
    assert cost_text(cost) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.0, "0 s"), (0.2412, "0.24 s"), (9.96, "10 s"), (59.4, "59 s"), (185.0, "3 min 05 s")],
)
def test_durations(seconds: float, told: str) -> None:
    assert seconds_text(seconds) == told
