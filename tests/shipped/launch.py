"""How each shipped workflow is started in the tests, and what its run is to give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ladder_tui.domain.question import Answer

PRD = """\
# Discounts

## Intent
A discount means what it says.

## Requirements
- FR-1 A discount of 10 shall take off a tenth of the price.
- FR-2 A price after a discount shall be at least 0.
"""
APPROVED = Answer()


class Launch(NamedTuple):
    """One way to run a shipped workflow to its end."""

    scenario: str
    inputs: Mapping[str, Any] = {}
    answers: Mapping[str, Answer] = {}
    """By the id of the step that asks."""
    verdict: str = "pass"
    agents: int = 1


LAUNCHES: Mapping[str, Launch] = {
    "security-review": Launch(
        "security_review.yaml",
        {"path": "shop"},
        {"look": Answer(choice="propose repairs")},
        verdict="fail",
        agents=6,
    ),
    "api-endpoint": Launch(
        "api_endpoint.yaml",
        {"description": "Products by name, for the search box."},
        {"approval": APPROVED},
        agents=4,
    ),
    "refactor-legacy": Launch(
        "refactor_legacy.yaml", {"path": "shop"}, {"approval": APPROVED}, agents=5
    ),
    "prd-to-code": Launch(
        "prd_to_code.yaml",
        {"prd": "discounts.md"},
        {"approval": APPROVED},
        verdict="fail",  # its judge says unclear, and that is not green
        agents=4,
    ),
    "test-suite": Launch("test_suite.yaml", {}, {"approval": APPROVED}, agents=3),
    "same-task": Launch(
        "same_task.yaml",
        {"task": "A discount of 10 takes off a tenth of the price."},
        {"choice": Answer(choice="all of them merged")},
        agents=8,
    ),
    "audit-large": Launch("audit_large.yaml", verdict="fail", agents=2),
}
