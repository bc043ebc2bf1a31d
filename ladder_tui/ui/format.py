"""Numbers as people read them. Every figure carries its mark: ``~`` estimated, ``?`` unpriced."""

from __future__ import annotations

from ladder_tui.domain.usage import NANO, Cost


def count(value: int) -> str:
    """Tokens and counts in at most five cells: ``280``, ``7.4k``, ``214k``, ``1.24M``."""
    if value < 1_000:
        return str(value)
    if value < 9_950:
        return f"{value / 1_000:.1f}k"
    if value < 999_500:
        return f"{value / 1_000:.0f}k" if value >= 99_950 else f"{value / 1_000:.1f}k"
    if value < 99_950_000:
        return f"{value / 1_000_000:.2f}M" if value < 9_995_000 else f"{value / 1_000_000:.1f}M"
    return f"{value / 1_000_000:.0f}M"


def tokens(value: int, *, is_estimated: bool = False) -> str:
    """A token count with its mark."""
    return f"~{count(value)}" if is_estimated else count(value)


def amount(nano_usd: int) -> str:
    """Dollars without a sign: two decimals, three below ten cents, ``<0.001`` below that."""
    usd = nano_usd / NANO
    if nano_usd == 0:
        return "0.00"
    if usd < 0.001:
        return "<0.001"
    if usd < 0.0995:
        return f"{usd:.3f}" if usd < 0.00995 else f"{usd:.2f}"
    if usd < 99.995:
        return f"{usd:.2f}"
    return f"{usd:,.0f}"


def money(cost: Cost, *, has_sign: bool = False) -> str:
    """A cost with its marks: ``0.41``, ``~0.05``, ``0.41+?`` partly and ``?`` wholly unpriced."""
    sign = "$" if has_sign else ""
    if cost.unpriced_calls and not cost.nano_usd:
        return f"{sign}?"
    mark = "~" if cost.is_estimated else ""
    tail = "+?" if cost.unpriced_calls else ""
    return f"{mark}{sign}{amount(cost.nano_usd)}{tail}"


def money_range(low_nano: int, high_nano: int) -> str:
    """An estimated range: ``~0.35–0.62``, or one figure where both ends read the same."""
    low, high = amount(low_nano), amount(high_nano)
    return f"~{low}" if low == high else f"~{low}–{high}"


def age(seconds: float) -> str:
    """A duration: ``0:41``, ``12:05``, ``3:07 h``, ``5 d``; negative ones read ``0:00``."""
    whole = max(0, int(seconds))
    if whole < 3_600:
        return f"{whole // 60}:{whole % 60:02d}"
    if whole < 48 * 3_600:
        return f"{whole // 3_600}:{whole % 3_600 // 60:02d} h"
    return f"{whole // 86_400} d"


def elapsed(seconds: float) -> str:
    """A short duration of a call: ``0.1 s``, ``12 s``, ``2:04``."""
    if seconds < 10:
        return f"{max(0.0, seconds):.1f} s"
    return f"{seconds:.0f} s" if seconds < 60 else age(seconds)


def percent(part: float, whole: float) -> str:
    """``17%``; a dash where there is no whole."""
    return f"{100 * part / whole:.0f}%" if whole > 0 else "–"


def plural(number: int, noun: str, nouns: str = "") -> str:
    """``1 finding``, ``4 findings``, ``1,204 findings``."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
