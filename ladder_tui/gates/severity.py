"""Our own severities: ruff calls everything an error.

Security rules follow the severity that Bandit gives the check a ruff rule was made from
(https://bandit.readthedocs.io/en/latest/plugins/, the ``severity`` of each plugin and blacklist
item), raised to high where the rule names a way to run foreign code or to forge a query: S301,
S307, S506, S602, S605, S608. As in Bandit, a shell command that is a literal is low.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ladder_tui.domain.finding import SEVERITIES, Severity

SECURITY: dict[str, Severity] = {
    **dict.fromkeys(
        ("S201", "S202", "S301", "S302", "S304", "S307", "S312", "S321", "S324", "S501", "S502",
         "S505", "S506", "S507", "S602", "S604", "S605", "S608", "S609", "S701"),
        "high",
    ),
    **dict.fromkeys(
        ("S102", "S103", "S104", "S108", "S113", "S303", "S305", "S306", "S308", "S310", "S313",
         "S314", "S315", "S316", "S317", "S318", "S319", "S323", "S503", "S504", "S508", "S509",
         "S601", "S610", "S611", "S612", "S702", "S704"),
        "medium",
    ),
    **dict.fromkeys(
        ("S101", "S105", "S106", "S107", "S110", "S112", "S311", "S603", "S606", "S607"), "low"
    ),
}  # fmt: skip
"""By ruff rule; a security rule that is not listed is medium."""

PERFORMANCE: dict[str, Severity] = {
    **dict.fromkeys(
        ("ASYNC210", "ASYNC212", "ASYNC220", "ASYNC221", "ASYNC222", "ASYNC230", "ASYNC250",
         "ASYNC251"),
        "high",
    ),
    **dict.fromkeys(("ASYNC100", "ASYNC105", "ASYNC110", "ASYNC240", "PERF203"), "medium"),
}  # fmt: skip
"""A blocking call stops every task of the loop; the other rules save fractions of one call."""

TESTS: dict[str, Severity] = {
    **dict.fromkeys(("PT010", "PT011", "PT012", "PT015", "PT017", "PT030", "PT031"), "medium"),
}
"""Rules about a test that can pass for the wrong reason; the others are style."""

COMPLEXITY: dict[str, Severity] = {"C901": "medium", "PLR0912": "medium", "PLR0915": "medium"}

TEST_FILE = re.compile(r"^(test_.*|.*_test|tests?|conftest)\.py$")
TEST_FOLDERS = frozenset({"test", "tests", "testing"})


def rank_of(severity: Severity) -> int:
    """Return 0 for the worst severity, growing."""
    return SEVERITIES.index(severity)


def is_test_file(path: str) -> bool:
    """Say whether a path looks like test code by its name or one of its directories."""
    parts = PurePosixPath(path).parts
    return bool(TEST_FILE.match(parts[-1])) or not TEST_FOLDERS.isdisjoint(parts[:-1])


def security_severity(rule: str, path: str, message: str) -> Severity | None:
    """Return the severity of a security finding; None for what is no problem there.

    ``assert`` belongs into tests; everything else in test code is one step less severe.
    """
    severity = SECURITY.get(rule, "medium")
    if "seems safe" in message:
        severity = "low"
    if not is_test_file(path):
        return severity
    if rule == "S101":
        return None
    return SEVERITIES[min(rank_of(severity) + 1, len(SEVERITIES) - 1)]


def performance_severity(rule: str, path: str, message: str) -> Severity:
    """Return the severity of a finding about speed."""
    del path, message
    return PERFORMANCE.get(rule, "low")


def complexity_severity(rule: str, path: str, message: str) -> Severity:
    """Return the severity of a finding about size and branching."""
    del path, message
    return COMPLEXITY.get(rule, "low")


def pytest_severity(rule: str, path: str, message: str) -> Severity:
    """Return the severity of a finding about test style."""
    del path, message
    return TESTS.get(rule, "low")


def docstring_severity(rule: str, path: str, message: str) -> Severity:
    """Return low: a missing docstring breaks nothing."""
    del rule, path, message
    return "low"
