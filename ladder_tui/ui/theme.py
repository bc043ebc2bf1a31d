"""Themes, and the styles that the colour tokens of the design mean.

Widgets draw with ``Styles`` and never name a colour themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="ladder-dark",
    dark=True,
    primary="#6cb6ff",
    secondary="#8a94a6",
    accent="#d2a8ff",
    success="#63c77a",
    warning="#e5b454",
    error="#ff7b72",
    foreground="#d8dee9",
    background="#12161c",
    surface="#171c24",
    panel="#1f2630",
    boost="#2b3442",
    variables={
        "boost": "#2b3442",
        "text-muted": "#8a94a6",
        "scrollbar": "#2b3442",
        "scrollbar-hover": "#46536a",
        "scrollbar-active": "#6cb6ff",
        "scrollbar-background": "#12161c",
        "scrollbar-background-hover": "#12161c",
        "scrollbar-background-active": "#12161c",
        "scrollbar-corner-color": "#12161c",
    },
)

LIGHT = Theme(
    name="ladder-light",
    dark=False,
    primary="#0550ae",
    secondary="#57606a",
    accent="#6f42c1",
    success="#116329",
    warning="#8a5a00",
    error="#b3261e",
    foreground="#1f2328",
    background="#fbfcfd",
    surface="#f3f5f7",
    panel="#e9edf1",
    boost="#dbe3ec",
    variables={
        "boost": "#dbe3ec",
        "text-muted": "#59636e",
        "scrollbar": "#c9d1d9",
        "scrollbar-hover": "#9aa4ae",
        "scrollbar-active": "#0550ae",
        "scrollbar-background": "#fbfcfd",
        "scrollbar-background-hover": "#fbfcfd",
        "scrollbar-background-active": "#fbfcfd",
        "scrollbar-corner-color": "#fbfcfd",
    },
)

THEMES: tuple[Theme, ...] = (DARK, LIGHT)


class Styles(msgspec.Struct, frozen=True):
    """Rich styles by meaning, for line-API widgets."""

    base: Style
    """Under everything: foreground on background."""
    plain: Style
    muted: Style
    strong: Style
    heading: Style
    running: Style
    question: Style
    """Needs you: reversed, the only inverse item on the screen."""
    warning: Style
    success: Style
    error: Style
    money: Style
    estimate: Style
    key: Style
    rule: Style
    cursor: Style
    """Background of the row under the cursor; combine it with another style."""
    bar: Style
    """Background of header, tabs and footer."""
    focus: Style
    match: Style
    accent: Style

    def meter(self, fraction: float) -> Style:
        """Style of a meter: warning from 70 %, error from 90 %."""
        if fraction >= 0.9:
            return self.error
        return self.warning if fraction >= 0.7 else self.muted


def build_styles(variables: Mapping[str, str]) -> Styles:
    """Styles from theme variables (``App.theme_variables``)."""

    def colour(token: str) -> str:
        return Color.parse(variables[token]).hex6

    foreground, muted = colour("foreground"), colour("text-muted")
    warning, background = colour("warning"), colour("background")
    return Styles(
        base=Style(color=foreground, bgcolor=background),
        plain=Style(color=foreground),
        muted=Style(color=muted),
        strong=Style(color=foreground, bold=True),
        heading=Style(color=muted, bold=True),
        running=Style(color=colour("primary")),
        question=Style(color=background, bgcolor=warning, bold=True),
        warning=Style(color=warning),
        success=Style(color=colour("success")),
        error=Style(color=colour("error")),
        money=Style(color=colour("accent")),
        estimate=Style(color=foreground, italic=True),
        key=Style(color=colour("accent"), bold=True),
        rule=Style(color=colour("boost")),
        cursor=Style(bgcolor=colour("boost")),
        bar=Style(bgcolor=colour("panel")),
        focus=Style(color=colour("primary"), bold=True),
        match=Style(color=warning, underline=True),
        accent=Style(color=colour("accent")),
    )
