from __future__ import annotations

import pytest

from ladder_tui.planning.prd_heading import heading_kinds


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("Intent", ("intent",)),
        ("1. Intent", ("intent",)),
        ("2.3 Why", ("intent",)),
        ("A) Purpose:", ("intent",)),
        ("Section 4: Constraints", ("constraints",)),
        ("NON-GOALS", ("non-goals",)),
        ("Non goals", ("non-goals",)),
        ("Out of Scope", ("non-goals",)),
        ("Won't do", ("non-goals",)),
        ("Success Criteria *(mandatory)*", ("success-criteria",)),
        ("🎯 **Success criteria**", ("success-criteria",)),
        ("Acceptance criteria [draft]", ("success-criteria",)),
        ("Functional Requirements", ("requirements",)),
        ("Always / Never", ("constraints",)),
        ("Goals and non-goals", ("intent", "non-goals")),
        ("User Scenarios & Testing *(mandatory)*", ("scenarios",)),
        ("Key Entities", ()),
        ("Absicht", ()),
        ("意図", ()),
        ("", ()),
    ],
)
def test_what_a_heading_means(title: str, kinds: tuple[str, ...]) -> None:
    assert heading_kinds(title) == kinds
